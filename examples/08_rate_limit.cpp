// Staying below a venue's limit: a rate limiter between a client and the server, and what it does with a burst.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <zenws/client.hpp>
#include <zenws/rate_limiter.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

int main(int argc, char** argv) {
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());
  const std::string url = argc > 1 ? argv[1] : server->url();

  // Ten requests at once, then one each 20 ms: 50 a second. The cost of a request is the venue's business.
  auto limiter = zenws::RateLimiter::create(
      {.tokens = 10,
       .refill_rate = 1,
       .refill_interval = 20ms,
       .request_cost = zenws::rate_cost::deribit,
       .max_queue_size = 20,
       .on_pressure = [](const zenws::RateLimiterStatus& now) {
         std::printf("pressure %s, %zu wait\n", std::string{to_string(now.pressure_level)}.c_str(), now.queue_size);
       }});
  if (!limiter) return give_up(limiter.error());
  auto client = zenws::Client::connect(url, {.rate_limiter = *limiter});
  if (!client) return give_up(client.error());

  // The first ten are sent at once, ten more wait for their tokens: send_message never blocks.
  for (int i = 1; i <= 20; ++i) {
    const auto sent = client->send_message(R"({"method":"public/test","id":)" + std::to_string(i) + "}");
    if (!sent) return give_up(sent.error());
  }
  const zenws::RateLimiterStatus status = (*limiter)->status();
  std::printf("%zu wait; better pause for %jd ms\n", status.queue_size, std::intmax_t{status.suggested_delay.count()});

  // All of them arrive, in order, at the rate that was asked for.
  std::string last;
  for (int i = 1; i <= 20; ++i) {
    auto answer = client->receive(5s);
    if (!answer) return give_up(answer.error());
    last = answer->text();
  }
  std::printf("the last: %s\n", last.c_str());
  return client->close() && last.ends_with(":20}") ? 0 : 1;
}
