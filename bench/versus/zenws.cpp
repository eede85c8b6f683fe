// zenws, as its users would write it.
#include <deque>
#include <mutex>
#include <semaphore>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/runtime.hpp>

#include "trade.hpp"
#include "versus/works.hpp"

namespace bench {

namespace {

using namespace std::chrono_literals;

template <class T>
T must(zenws::Result<T> result) {
  if (!result) Events::fail(zenws::to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::string_view text_of(const zenws::Message& message) {
  if (const auto* text = std::get_if<zenws::TextMessage>(&message)) return text->text;
  if (const auto* json = std::get_if<zenws::JsonMessage>(&message)) return json->text;
  Events::fail("neither text nor JSON came");
}

class ZenwsConnection final : public Connection {
 public:
  explicit ZenwsConnection(Events& told) noexcept : events{told} {}
  void send(std::string_view text) override { must(client->send_message(text)); }
  void send_from_thread(std::string_view text) override {
    for (;;) {
      const zenws::Result<> sent = client->send_message(text);
      if (sent) return;
      if (sent.error() != zenws::errc::send_queue_full) return must(sent);
      std::this_thread::yield();
    }
  }

  Events& events;
  std::optional<zenws::Client> client;
};

std::string url_of(const Job& job, std::string_view target) {
  return fmt::format("{}://127.0.0.1:{}{}", job.is_tls() ? "wss" : "ws", job.place.port, target);
}

zenws::Options options_of(const Job& job, zenws::Runtime& runtime) {
  return {.timeout = 60s,
          .retry_count = zenws::unlimited,
          .retry_delay = 1ms,
          .send_queue_limit = most_queued,
          .decode_json = job.work == "receive_json",
          .tls = {.ca_file = job.place.certificate, .server_name = job.is_tls() ? "localhost" : ""},
          .runtime = &runtime};
}

class Zenws final : public Library {
 public:
  explicit Zenws(const Job& job) : job_{job}, runtime_{job.loops} {}

  void open(const std::string& target, Events& events) override {
    ZenwsConnection& connection = add(events);
    zenws::Options options = options_of(job_, runtime_);
    options.handler = [&connection](const zenws::Message& message) {
      connection.events.message(connection, text_of(message));
    };
    if (job_.work == "reconnect")
      options.on_lifecycle = [&connection](const zenws::Lifecycle& event) {
        const auto* connected = std::get_if<zenws::Connected>(&event);
        if (connected != nullptr && connected->epoch > 1) connection.events.opened(connection);
      };
    zenws::async_connect(url_of(job_, target), std::move(options), [&connection](zenws::Result<zenws::Client> client) {
      connection.client = must(std::move(client));
      connection.events.opened(connection);
    });
  }
  void run() override { stopped_.acquire(); }
  void stop() override { stopped_.release(); }
  [[nodiscard]] bool reconnects() const noexcept override { return true; }
  [[nodiscard]] bool decodes() const noexcept override { return job_.work == "receive_json"; }

 private:
  ZenwsConnection& add(Events& events) {
    const std::scoped_lock lock{mutex_};
    return connections_.emplace_back(events);
  }

  const Job job_;
  std::mutex mutex_;
  std::deque<ZenwsConnection> connections_;
  std::binary_semaphore stopped_{0};
  zenws::Runtime runtime_;  // ends first: its handlers use the connections
};

// Another thread asks by request() and waits.
Figures request(const Job& job) {
  zenws::Runtime runtime;
  zenws::Client client =
      must(zenws::Client::connect(url_of(job, fmt::format("/reply?size={}", job.size)), options_of(job, runtime)));
  const std::string envelope = R"({"jsonrpc":"2.0","id":10000,"method":"public/test","params":{"pad":""}})";
  const std::string params = fmt::format(R"({{"pad":"{}"}})", std::string(job.size - envelope.size(), '7'));
  std::vector<Nanoseconds> round_trips(job.messages);
  const CostMeter meter;
  for (Nanoseconds& round_trip : round_trips) {
    const auto sent = std::chrono::steady_clock::now();
    must(client.request("public/test", params));
    round_trip = std::chrono::steady_clock::now() - sent;
  }
  return figures_of(meter.read(), std::move(round_trips));
}

// The caller's own event loop, polled without ever waiting.
Figures echo_busy(const Job& job) {
  boost::asio::io_context io{1};
  zenws::Runtime runtime{io};
  bool done = false;
  std::vector<Nanoseconds> round_trips;
  round_trips.reserve(job.messages);
  const std::string trade = make_trade(job.size);
  auto sent = std::chrono::steady_clock::now();
  std::optional<zenws::Client> client;
  zenws::Options options = options_of(job, runtime);
  options.handler = [&](const zenws::Message&) {
    const auto now = std::chrono::steady_clock::now();
    round_trips.push_back(now - sent);
    sent = now;
    done = round_trips.size() == job.messages;
    if (!done) must(client->send_message(trade));
  };
  CostMeter meter;
  zenws::async_connect(url_of(job, "/echo"), std::move(options), [&](zenws::Result<zenws::Client> connected) {
    client = must(std::move(connected));
    meter = {};
    sent = std::chrono::steady_clock::now();
    must(client->send_message(trade));
  });
  while (!done) io.poll();
  const Cost cost = meter.read();
  return figures_of(cost, std::move(round_trips));
}

}  // namespace

std::unique_ptr<Library> make_library(const Job& job) { return std::make_unique<Zenws>(job); }

std::optional<Figures> run_own(const Job& job) {
  if (job.work == "request") return request(job);
  if (job.work == "echo_busy") return echo_busy(job);
  return std::nullopt;
}

}  // namespace bench
