#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/scenario.hpp"

namespace zenws::sim {

testing::ServerOptions Venue::options(Runtime& runtime) {
  testing::ServerOptions options;
  options.runtime = &runtime;
  options.script = [this](const testing::ReceivedMessage& message) { return answer(message); };
  options.on_open = [this](std::uint64_t) { ++handshakes_; };
  options.on_end = [this](std::uint64_t connection) { subscribed_.erase(connection); };
  return options;
}

std::vector<testing::Reply> Venue::answer(const testing::ReceivedMessage& message) {
  const auto request = nlohmann::json::parse(message.payload, nullptr, false);
  if (!request.is_object()) return {{.binary = false, .payload = message.payload}};
  const std::string method = request.value("method", "");
  nlohmann::json result = "ok";
  if (method.ends_with("subscribe")) {
    result = request["params"]["channels"];
    for (const std::string channel : result) {
      if (method == "public/subscribe") {
        subscribed_[message.connection].insert(channel);
      } else {
        subscribed_[message.connection].erase(channel);
      }
    }
  }
  if (method == "public/slow" && world_.chance(0.2)) return {};  // an answer that never comes
  return {{.binary = false,
           .payload = nlohmann::json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}}.dump()}};
}

void Venue::publish(testing::Server& server) {
  ++published_;
  const auto now = subscribed_;  // the world goes on while the server is told
  for (const auto& [connection, channels] : now) {
    for (const std::string& channel : channels) {
      server.inject_message(
          fmt::format(R"({{"jsonrpc":"2.0","method":"subscription","params":{{"channel":"{}","data":{{"n":{}}}}}}})",
                      channel, published_),
          connection);
    }
  }
}

}  // namespace zenws::sim
