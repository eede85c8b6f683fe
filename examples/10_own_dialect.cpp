// A venue's language of one's own: {"op":"subscribe","args":[…]} there, {"event":"subscribed","channel":…} back, for
// each channel by itself.
#include <cstdio>
#include <memory>
#include <regex>
#include <string>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/json.hpp>
#include <zenws/testing/server.hpp>

class Venue final : public zenws::Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t) const override {
    return request("subscribe", channels);
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t) const override {
    return request("unsubscribe", channels);
  }
  [[nodiscard]] zenws::Reading read(const simdjson::dom::element& message) const override {
    using enum zenws::Reading::Kind;
    std::string_view channel;
    if (message["channel"].get(channel) != simdjson::SUCCESS) return Dialect::read(message);
    std::string_view event;
    if (message["event"].get(event) != simdjson::SUCCESS) return {.kind = update, .channel = channel};
    if (event == "subscribed") return {.kind = confirmed, .channel = channel};
    return {.kind = rejected, .channel = channel, .text = event};
  }

 private:
  static std::string request(std::string_view op, std::span<const std::string> channels) {
    std::string text = R"({"op":")" + std::string{op} + R"(","args":[)";
    for (const std::string& channel : channels) text += (text.ends_with('[') ? "\"" : ",\"") + channel + '"';
    return text + "]}";
  }
};

// The venue's side of it: it knows only channels of BTC.
static std::vector<zenws::testing::Reply> answer(const zenws::testing::ReceivedMessage& message) {
  static const std::regex channel{R"re("(\w+:\w+)")re"};
  std::vector<zenws::testing::Reply> replies;
  for (std::sregex_iterator it{message.payload.begin(), message.payload.end(), channel}, end; it != end; ++it) {
    const std::string event = (*it)[1].str().ends_with("BTC") ? "subscribed" : "no such market";
    replies.push_back({false, R"({"event":")" + event + R"(","channel":")" + (*it)[1].str() + "\"}"});
  }
  return replies;
}

int main() {
  auto server = zenws::testing::Server::start({.script = answer}).value();
  auto client = zenws::Client::connect(server.url(), {.dialect = std::make_shared<Venue>()}).value();
  auto subscribed = client.subscribe_and_wait({"trades:BTC", "trades:TULIP"});
  if (!subscribed) return 1;
  for (const auto& name : subscribed->confirmed) std::printf("confirmed %s\n", name.c_str());
  for (const auto& refused : subscribed->rejected) {
    std::printf("refused %s: %s\n", refused.channel.c_str(), std::string{refused.error.detail()}.c_str());
  }
  return client.close() && subscribed->confirmed.size() == 1 ? 0 : 1;
}
