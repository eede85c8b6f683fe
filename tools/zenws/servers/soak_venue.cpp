#include "servers/soak_venue.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include <zenws/json.hpp>

namespace zenws::program {
namespace {

constexpr std::string_view prefix = "soak.";

std::optional<std::size_t> client_of(std::string_view channel) {
  if (!channel.starts_with(prefix)) return std::nullopt;
  std::size_t client = 0;
  const char* const end = channel.data() + channel.size();
  const auto [rest, failure] = std::from_chars(channel.data() + prefix.size(), end, client);
  return failure == std::errc{} && rest == end ? std::optional{client} : std::nullopt;
}

}  // namespace

std::string soak_channel(std::size_t client) { return fmt::format("{}{}", prefix, client); }

testing::Script SoakVenue::script() {
  return [this](const testing::ReceivedMessage& message) { return answer(message); };
}

std::vector<testing::Reply> SoakVenue::answer(const testing::ReceivedMessage& message) {
  simdjson::dom::parser parser;
  simdjson::dom::element request;
  std::int64_t id = 0;
  std::string_view channel;
  if (parser.parse(message.payload).get(request) != simdjson::SUCCESS) return {};
  if (request["id"].get(id) != simdjson::SUCCESS) return {};
  if (request["params"]["channels"].at(0).get(channel) != simdjson::SUCCESS) return {};
  const auto client = client_of(channel);
  if (!client || *client >= connections_.size()) return {};
  connections_[*client] = message.connection;
  return {{.binary = false, .payload = fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":["{}"]}})", id, channel)}};
}

void SoakVenue::publish(testing::Server& server) {
  ++published_;
  for (std::size_t client = 0; client < connections_.size(); ++client) {
    const std::uint64_t connection = connections_[client];
    const std::string message =
        fmt::format(R"({{"jsonrpc":"2.0","method":"subscription","params":{{"channel":"{}","data":{}}}}})",
                    soak_channel(client), published_);
    if (connection == 0 || !server.inject_message(message, connection)) ++accounts_[client].unheard;
  }
}

bool SoakVenue::drop(testing::Server& server, std::size_t client, bool reset) {
  const std::uint64_t connection = connections_[client];
  if (connection == 0) return false;
  const auto how = reset ? testing::Disconnect::abrupt() : testing::Disconnect::going_away();
  if (!server.simulate_disconnect(how, connection)) return false;
  ++(reset ? accounts_[client].resets : accounts_[client].closes);
  return true;
}

}  // namespace zenws::program
