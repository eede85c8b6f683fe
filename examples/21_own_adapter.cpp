// An adapter of one's own (acme.hpp) against a venue of one's own: logged in, typed, within its limits.
#include <cstdio>
#include <future>
#include <regex>
#include <string>

#include <zenws/testing/server.hpp>

#include "acme.hpp"

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

// The venue's side: the answers that tests of an adapter need.
static std::vector<zenws::testing::Reply> answer(const zenws::testing::ReceivedMessage& message) {
  static const std::regex id{R"re("id":(\d+))re"};
  std::smatch found;
  if (!std::regex_search(message.payload, found, id)) return {};
  const auto reply = [&](const std::string& what) {
    return zenws::testing::Reply{false, R"({"jsonrpc":"2.0","id":)" + found[1].str() + "," + what + "}"};
  };
  if (message.payload.contains("login") && !message.payload.contains("letmein")) {
    return {reply(R"("error":{"code":401,"message":"no such key"})")};
  }
  if (message.payload.contains("last_price")) return {reply(R"("result":101.5)")};
  if (!message.payload.contains(R"("subscribe")")) return {reply(R"("result":true)")};
  const std::string trade =
      R"({"method":"event","params":{"channel":"trades.BTC","data":{"market":"BTC","price":102,"number":1}}})";
  return {reply(R"("result":["trades.BTC"])"), {false, trade}};
}

int main() {
  auto server = zenws::testing::Server::start({.script = answer});
  if (!server) return give_up(server.error());
  const auto refused = acme::Venue::connect({.url = server->url(), .api_key = "mistaken"});
  std::printf("a wrong key: %s\n", refused ? "accepted" : zenws::to_string(refused.error()).c_str());

  std::promise<acme::Trade> first;
  auto venue =
      acme::Venue::connect({.url = server->url(), .api_key = "letmein", .on_trade = [&](const acme::Trade& trade) {
                              first.set_value(trade);
                            }});
  if (!venue) return give_up(venue.error());
  const auto price = venue->last_price("BTC");
  if (!price) return give_up(price.error());
  if (auto wanted = venue->trades("BTC"); !wanted) return give_up(wanted.error());
  const acme::Trade trade = first.get_future().get();
  std::printf("last price %.1f, then trade %d of %s at %.1f\n", *price, static_cast<int>(trade.number),
              trade.market.c_str(), trade.price);
  return venue->client().close() && !refused ? 0 : 1;
}
