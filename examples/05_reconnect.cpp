// A connection that comes back by itself: what happens is told as it happens, and a token that expired is replaced.
#include <chrono>
#include <cstdio>
#include <future>
#include <optional>
#include <string>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

static bool is_unauthorized(const zenws::Error* error) {
  return error != nullptr && error->http() != nullptr && error->http()->status == 401;
}

int main() {
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());
  std::promise<void> back;
  int token = 1;

  zenws::Options options{.retry_delay = 10ms};
  // Asked before each attempt. The token is fetched again when the server refused the last one.
  options.endpoint_provider = [&](int attempt, const zenws::Error* last) -> zenws::Result<zenws::Endpoint> {
    if (is_unauthorized(last)) ++token;
    std::printf("attempt %d with token %d\n", attempt, token);
    return zenws::Endpoint{.url = server->url(), .headers = {{"Authorization", "Bearer " + std::to_string(token)}}};
  };
  // 401 is fatal as a rule: the same token would be refused for ever. Here the next one is another.
  options.retry_policy = [](const zenws::Error& error) -> std::optional<zenws::Severity> {
    if (is_unauthorized(&error)) return zenws::Severity::recoverable;
    return std::nullopt;
  };
  options.on_lifecycle = [&](const zenws::Lifecycle& event) {
    if (const auto* lost = std::get_if<zenws::Disconnected>(&event)) std::printf("lost: %d\n", lost->close_code);
    if (const auto* again = std::get_if<zenws::Reconnecting>(&event)) {
      std::printf("again in %d ms: %s\n", static_cast<int>(again->delay.count()), to_string(again->error).c_str());
      if (is_unauthorized(&again->error)) server->set_faults({});  // the server will know the next token
    }
    if (const auto* open = std::get_if<zenws::Connected>(&event)) {
      std::printf("connected, epoch %d\n", static_cast<int>(open->epoch));
      if (open->epoch == 2) back.set_value();
    }
  };

  auto client = zenws::Client::connect("", options);
  if (!client) return give_up(client.error());
  server->set_faults({.refuse_upgrade = zenws::HttpResponse{.status = 401, .reason = "Unauthorized"}});
  server->simulate_disconnect(zenws::testing::Disconnect::abrupt());
  back.get_future().wait();
  return client->close() ? 0 : 1;
}
