#include "servers/market_feed.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <zenws/json.hpp>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Json = simdjson::dom::element;

constexpr auto shortest_wait = 1ms;  // high rates go out in small bursts
constexpr auto longest_burst = 1s;   // what was missed beyond it is left out

constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;

std::string error_answer(std::string_view id, int code, std::string_view text) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":{},"message":"{}"}}}})", id, code, text);
}

std::string result_answer(std::string_view id, std::string_view result) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})", id, result);
}

std::chrono::nanoseconds interval_of(double rate) {
  return std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double>{1.0 / rate});
}

std::int64_t now_in_milliseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Params' channels; nullopt when there is no such list of strings.
std::optional<std::vector<std::string_view>> channels_of(const Json& request) {
  simdjson::dom::array names;
  if (request["params"]["channels"].get(names) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string_view> channels;
  for (const Json name : names) {
    std::string_view text;
    if (name.get(text) != simdjson::SUCCESS) return std::nullopt;
    channels.push_back(text);
  }
  return channels;
}

}  // namespace

struct MarketFeed::Request {
  std::string id;  // as JSON
  Json json;
};

bool is_channel_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  return !name.empty() && std::ranges::all_of(name, is_plain);
}

MarketFeed::MarketFeed(const std::vector<std::string>& channels, double rate, Clock::time_point start, Unheard unheard)
    : interval_{interval_of(rate)}, when_unheard_{unheard}, due_{start} {
  std::uint32_t seed = 1;
  for (const std::string& channel : channels) sources_.emplace_back(channel, seed++);
}

// ---- requests

testing::Script MarketFeed::script() {
  return [this](const testing::ReceivedMessage& message) {
    return std::vector<testing::Reply>{{.binary = false, .payload = answer(message)}};
  };
}

std::string MarketFeed::answer(const testing::ReceivedMessage& message) {
  simdjson::dom::parser parser;
  Request request;
  if (message.binary || parser.parse(message.payload).get(request.json) != simdjson::SUCCESS) {
    return error_answer("null", parse_error, "Parse error");
  }
  Json id;
  request.id = request.json["id"].get(id) == simdjson::SUCCESS ? simdjson::minify(id) : "null";
  std::string_view method;
  if (request.json["method"].get(method) != simdjson::SUCCESS) {
    return error_answer(request.id, invalid_request, "Invalid request");
  }
  if (method == "public/subscribe") return change_subscriptions(request, message.connection, true);
  if (method == "public/unsubscribe") return change_subscriptions(request, message.connection, false);
  if (method == "public/test") return result_answer(request.id, R"({"version":"1.0.0"})");
  if (method == "public/get_time") return result_answer(request.id, fmt::format("{}", now_in_milliseconds()));
  return error_answer(request.id, method_not_found, "Method not found");
}

// The result lists the channels that were changed; unknown ones are left out, as the venue does it.
std::string MarketFeed::change_subscriptions(const Request& request, Connection connection, bool add) {
  const auto asked = channels_of(request.json);
  if (!asked) return error_answer(request.id, invalid_params, "Invalid params");
  std::vector<std::string_view> changed;
  const std::scoped_lock lock{mutex_};
  auto& channels = subscribed_[connection];
  for (const std::string_view name : *asked) {
    if (std::ranges::find(sources_, name, &TradeSource::channel) == sources_.end()) continue;
    if (add) {
      channels.emplace(name);
    } else if (const auto found = channels.find(name); found != channels.end()) {
      channels.erase(found);
    }
    changed.push_back(name);
  }
  if (channels.empty()) subscribed_.erase(connection);
  const std::string list = changed.empty() ? "" : fmt::format(R"("{}")", fmt::join(changed, R"(",")"));
  return result_answer(request.id, fmt::format("[{}]", list));
}

// ---- trades

void MarketFeed::publish(testing::Server& server, Clock::time_point now) {
  due_ = std::max(due_, now - longest_burst);
  for (; due_ <= now; due_ += interval_) publish_one(server);
}

MarketFeed::Clock::time_point MarketFeed::next_due(Clock::time_point now) const {
  return std::max(due_, now + shortest_wait);
}

// The channels take turns; those without subscribers are passed over.
void MarketFeed::publish_one(testing::Server& server) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    TradeSource& source = sources_[turn_];
    turn_ = (turn_ + 1) % sources_.size();
    const std::vector<Connection> subscribers = subscribers_of(source.channel());
    if (subscribers.empty() && when_unheard_ == Unheard::pause) continue;
    const std::string trade = source.next(std::chrono::system_clock::now());
    bool heard = false;
    for (const Connection subscriber : subscribers) {
      if (server.inject_message(trade, subscriber)) {
        heard = true;
      } else {
        forget(subscriber);
      }
    }
    ++published_;
    if (!heard) ++unheard_;
    return;
  }
}

// A copy: the lock must not be held while the server is waited for, whose thread may want it.
std::vector<MarketFeed::Connection> MarketFeed::subscribers_of(const std::string& channel) const {
  std::vector<Connection> subscribers;
  const std::scoped_lock lock{mutex_};
  for (const auto& [connection, channels] : subscribed_) {
    if (channels.contains(channel)) subscribers.push_back(connection);
  }
  return subscribers;
}

void MarketFeed::forget(Connection connection) {
  const std::scoped_lock lock{mutex_};
  subscribed_.erase(connection);
}

}  // namespace zenws::program
