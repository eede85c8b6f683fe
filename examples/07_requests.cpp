// Requests and their answers, waited for or not, and how long they took.
#include <cstdio>
#include <future>
#include <regex>
#include <string>
#include <variant>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/json_rpc.hpp>
#include <zenws/testing/server.hpp>

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

// Answers every request by its id; buying is refused.
static std::vector<zenws::testing::Reply> answer(const zenws::testing::ReceivedMessage& message) {
  static const std::regex id{R"re("id":(\d+))re"};
  std::smatch parts;
  if (!std::regex_search(message.payload, parts, id)) return {};
  const bool buys = message.payload.find("private/buy") != std::string::npos;
  const std::string body =
      buys ? R"("error":{"code":10009,"message":"not_enough_funds"})" : R"("result":1764000000000)";
  return {{false, R"({"jsonrpc":"2.0","id":)" + parts[1].str() + "," + body + "}"}};
}

int main() {
  auto server = zenws::testing::Server::start({.script = answer});
  if (!server) return give_up(server.error());
  auto client = zenws::Client::connect(server->url());
  if (!client) return give_up(client.error());

  auto time = client->request("public/get_time");
  if (!time) return give_up(time.error());
  std::printf("%.*s\n", static_cast<int>(time->text().size()), time->text().data());

  // An error of the server's is an answer like any other.
  auto order = client->request("private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10})");
  if (!order) return give_up(order.error());
  const auto outcome = zenws::json_rpc::match_response(order->json());
  if (const auto* refused = std::get_if<zenws::json_rpc::Failure>(&outcome)) {
    std::printf("refused: %d %s\n", static_cast<int>(refused->code), std::string{refused->message}.c_str());
  }

  // Without waiting, also in a handler: any completion token.
  std::promise<bool> answered;
  zenws::async_request(*client, "public/test", [&](const zenws::Result<zenws::Response>& response) {
    answered.set_value(response.has_value());
  });
  if (!answered.get_future().get()) return 1;

  const zenws::LatencyStats stats = client->get_latency_stats();
  std::printf("%d round trips, the last in %d us\n", static_cast<int>(stats.count), static_cast<int>(*stats.last_us));
  return client->close() ? 0 : 1;
}
