// A user's test without a test framework: a message goes to the shipped server and comes back.
#include <chrono>
#include <cstdio>
#include <string>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

int main() {
  using namespace std::chrono_literals;
  auto server = zenws::testing::Server::start();
  if (!server) return 1;
  auto client = zenws::Client::connect(server->url());
  if (!client || !client->send_message("hello")) return 1;
  const auto answer = client->receive(5s);
  if (!answer) return 1;
  std::puts(std::string{answer->text()}.c_str());
  const bool closed = client->close().has_value();
  return closed && answer->text() == "echo: hello" ? 0 : 1;
}
