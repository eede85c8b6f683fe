// The server's name cannot be resolved until somebody adds it: the resolver is asked again at every attempt.
//
// The resolver's files are our own: a thread with a mount namespace of its own, in which /etc/hosts is a temporary
// file. The client's threads, started from it, see the same; the namespace goes with the last of them.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <future>
#include <sched.h>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

#include <zenws/runtime.hpp>

#include "faults/fault.hpp"

namespace zenws::testing {
namespace {

// A file that this thread sees in place of another.
class StandIn {
 public:
  explicit StandIn(const char* path) { valid_ = make() && ::mount(file_.data(), path, nullptr, MS_BIND, nullptr) == 0; }
  ~StandIn() { ::unlink(file_.data()); }
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;
  [[nodiscard]] bool valid() const noexcept { return valid_; }
  void append(std::string_view line) const { std::ofstream{file_, std::ios::app} << line << '\n'; }

 private:
  bool make() {
    const int fd = ::mkstemp(file_.data());
    return fd >= 0 && ::close(fd) == 0;
  }

  std::string file_ = ::testing::TempDir() + "zenws-fault-XXXXXX";
  bool valid_ = false;
};

struct NameAppearsLater : Fault {
  // Runs `body` on a thread whose mounts are its own. Empty, or why not.
  static std::string apart(const std::function<void()>& body) {
    return std::async(
               std::launch::async,
               [&]() -> std::string {
                 if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
                   return std::strerror(errno);
                 }
                 body();
                 return {};
               })
        .get();
  }

  void lives_through_it() {
    const StandIn hosts{"/etc/hosts"};
    const StandIn resolver{"/etc/resolv.conf"};
    ASSERT_TRUE(hosts.valid() && resolver.valid()) << std::strerror(errno);
    // Nobody listens there: an answer at once, "try again".
    resolver.append("nameserver 127.0.0.1\noptions timeout:1 attempts:1");
    Server server = *Server::start();
    Runtime runtime;
    Options apart = options();
    apart.runtime = &runtime;
    LogOf<Error> reasons;
    apart.on_lifecycle = [&, tell = apart.on_lifecycle](const Lifecycle& event) {
      if (const auto* again = std::get_if<Reconnecting>(&event)) reasons.add(again->error);
      tell(event);
    };
    breaks();
    auto connecting = std::async(std::launch::async, [&] {
      return Client::connect("ws://appears.later.test:" + std::to_string(server.port()), apart);
    });
    EXPECT_TRUE(sees("reconnecting 3"));
    mends();
    hosts.append("127.0.0.1 appears.later.test");
    const auto client = connecting.get();
    ASSERT_TRUE(client) << to_string(client.error());
    for (const Error& reason : reasons.all()) EXPECT_EQ(reason.phase(), Phase::resolve) << to_string(reason);
    EXPECT_EQ(lines(), (Lines{"reconnecting 1", "connected 1"}));
    tell("DNS name that appears later", "reconnecting", "connected");
  }
};

TEST_F(NameAppearsLater, is_found_by_the_next_attempt) {
  const std::string refused = apart([this] { lives_through_it(); });
  if (!refused.empty()) GTEST_SKIP() << "a mount namespace of one's own needs root: " << refused;
}

}  // namespace
}  // namespace zenws::testing
