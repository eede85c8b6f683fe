#include "sim/venue.hpp"

#include <charconv>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace zenws::sim {
namespace {

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::optional<Stamp> stamp_of(std::string_view message) {
  const std::size_t at = message.rfind('|');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view stamp = message.substr(at + 1);
  return Stamp{.connection = number_in(stamp), .number = number_in(stamp.substr(stamp.find('.') + 1))};
}

std::optional<Update> update_of(std::string_view message) {
  constexpr std::string_view channel = R"("channel":")";
  constexpr std::string_view data = R"("data":)";
  const std::size_t name = message.find(channel);
  const std::size_t number = message.find(data);
  if (name == std::string_view::npos || number == std::string_view::npos) return std::nullopt;
  const std::string_view rest = message.substr(name + channel.size());
  return Update{.channel = rest.substr(0, rest.find('"')), .number = number_in(message.substr(number + data.size()))};
}

std::string Venue::stamp(Line& line, std::uint64_t connection) {
  return fmt::format("|{}.{}", connection, ++line.said);
}

Result<> Venue::start(Runtime& runtime, bool tls) {
  testing::ServerOptions options;
  options.runtime = &runtime;
  options.tls = tls;
  options.script = [this](const testing::ReceivedMessage& message) { return answer(message); };
  options.on_upgrade = [this](const testing::UpgradeSeen& upgrade) -> std::optional<HttpResponse> {
    asked_[upgrade.connection] = upgrade.target.substr(upgrade.target.find('?') + 1);
    return std::nullopt;
  };
  options.on_open = [this](std::uint64_t connection) {
    Line& line =
        lines_[connection] = {.client = asked_[connection], .deaf = deafens_ || world_.now() < deafened_until_};
    server_->inject_message("hello" + stamp(line, connection), connection);
  };
  options.on_end = [this](std::uint64_t connection) { lines_[connection].open = false; };
  auto server = testing::Server::start(std::move(options));
  if (!server) return std::unexpected{server.error()};
  server_.emplace(*std::move(server));
  return {};
}

std::vector<testing::Reply> Venue::answer(const testing::ReceivedMessage& message) {
  Line& line = lines_[message.connection];
  if (line.last_words) return {};
  std::string reply;
  if (message.payload.starts_with('{')) {
    bool says_nothing = false;
    reply = answer_request(line, message.connection, message.payload, says_nothing);
    if (says_nothing) return {};
  } else {
    hear(line, message.payload);
    reply = message.payload + stamp(line, message.connection);
  }
  return {{.binary = message.binary, .payload = std::move(reply)}};
}

// Texts are `t` and a number that grows.
void Venue::hear(Line& line, std::string_view text) {
  const std::uint64_t number = number_in(text.substr(1));
  if (number <= line.heard) broken_(line.client + ": what it sends arrives in order");
  line.heard = number;
  if (!heard_[line.client].insert(number).second) broken_(line.client + ": what it sends arrives once");
}

std::string Venue::answer_request(Line& line, std::uint64_t connection, std::string_view text, bool& says_nothing) {
  const auto request = nlohmann::json::parse(text);
  const auto& id = request.at("id");
  const std::string method = request.at("method");
  if (!method.ends_with("subscribe")) {
    says_nothing = method == "public/slow" && world_.chance(0.2);
    if (says_nothing) return {};
    return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{},"s":"{}"}})", id.dump(),
                       request.value("params", nlohmann::json::object()).dump(), stamp(line, connection));
  }
  nlohmann::json granted = nlohmann::json::array();
  for (const std::string channel : request.at("params").at("channels")) {
    if (channel.starts_with("bad")) continue;
    granted.push_back(channel);
    if (method == "public/unsubscribe") {
      line.subscribed.erase(channel);
    } else if (!line.subscribed.insert(channel).second && is_calm()) {
      broken_(line.client + ": a channel is subscribed once");
    }
  }
  return nlohmann::json{{"jsonrpc", "2.0"}, {"id", id}, {"result", granted}}.dump();
}

void Venue::set_faults(const testing::Faults& faults) {
  if (deafens_) deafened_until_ = world_.now() + std::chrono::seconds{10};
  deafens_ = faults.stall;
  server_->set_faults(faults);
}

void Venue::publish() {
  server_->call_after({}, [this] {
    ++published_;
    // Now and then more than TLS reads at once.
    const std::string padding(world_.chance(0.03) ? 40'000 : 0, ' ');
    for (auto& [connection, line] : lines_) {
      if (!line.open || line.last_words) continue;
      for (const std::string& channel : line.subscribed) {
        server_->inject_message(
            fmt::format(
                R"({{"jsonrpc":"2.0","method":"subscription","params":{{"channel":"{}","data":{}}}{},"s":"{}"}})",
                channel, published_, padding, stamp(line, connection)),
            connection);
      }
    }
  });
}

// The close frame waits until what is said slowly has been said.
void Venue::say_goodbye() {
  server_->call_after({}, [this] {
    for (auto& [connection, line] : lines_) {
      if (!line.open || line.deaf || line.last_words) continue;
      server_->inject_message("goodbye" + stamp(line, connection), connection);
      line.last_words = line.said;
    }
  });
  server_->call_after(std::chrono::seconds{5}, [this] {
    for (const auto& [connection, line] : lines_) {
      if (line.last_words) server_->simulate_disconnect(testing::Disconnect::going_away(), connection);
    }
  });
}

void Venue::say_goodbye_and_reset() {
  server_->call_after({}, [this] {
    for (auto& [connection, line] : lines_) {
      if (!line.open || line.deaf || line.last_words) continue;
      const std::string words = "goodbye" + stamp(line, connection);
      line.last_words = line.said;
      parted_.insert(connection);
      const std::string close_frame = "\x88\x02\x03\xe9";  // 1001
      server_->inject_raw("\x81" + std::string(1, static_cast<char>(words.size())) + words + close_frame, connection);
    }
  });
  server_->call_after(std::chrono::milliseconds{1}, [this] {
    for (const auto& [connection, line] : lines_) {
      if (line.open && line.last_words) server_->simulate_disconnect(testing::Disconnect::abrupt(), connection);
    }
  });
}

std::optional<std::uint64_t> Venue::last_words(std::uint64_t connection) const {
  const auto line = lines_.find(connection);
  return line == lines_.end() ? std::nullopt : line->second.last_words;
}

std::set<std::string> Venue::streams_to(const std::string& client) const {
  std::set<std::string> streams;
  for (const auto& [connection, line] : lines_) {
    if (line.open && line.client == client) streams = line.subscribed;
  }
  return streams;
}

}  // namespace zenws::sim
