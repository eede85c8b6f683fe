// A program started by ours gets none of our sockets: it would keep ports in use and connections open after us.
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <string>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

namespace zenws {
namespace {

std::set<int> inheritable_sockets() {
  std::set<int> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const int descriptor = std::stoi(entry.path().filename());
    struct stat status{};
    const bool is_socket = ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
    if (is_socket && (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0) found.insert(descriptor);
  }
  return found;
}

TEST(Children, inherit_no_socket_of_a_client_or_a_server) {
  const std::set<int> before = inheritable_sockets();  // whatever we were started with
  for (const bool tls : {false, true}) {
    const auto server = testing::Server::start({.tls = tls});
    ASSERT_TRUE(server);
    const auto client = Client::connect(server->url(), {.tls = {.ca_pem = server->ca_pem()}});
    ASSERT_TRUE(client) << to_string(client.error());
    EXPECT_EQ(inheritable_sockets(), before);
  }
}

}  // namespace
}  // namespace zenws
