// zenws, as its users would write it.
#include <atomic>
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

  void on_loop(std::function<void()> task) override { task(); }
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

// One message in flight, as the generic echo, on the caller's own event loop.
class OwnLoopEcho {
 public:
  explicit OwnLoopEcho(const Job& job) : messages_{job.messages}, trade_{make_trade(job.size)} {
    round_trips_.reserve(messages_);
    zenws::Options options = options_of(job, runtime_);
    options.handler = [this](const zenws::Message&) { message(); };
    zenws::async_connect(url_of(job, "/echo"), std::move(options), [this](zenws::Result<zenws::Client> client) {
      client_ = must(std::move(client));
      meter_ = {};
      send();
    });
  }
  // Polls without ever waiting.
  Figures run() {
    std::thread poller{[this] {
      while (!ended_) io_.poll();
    }};
    done_.acquire();
    client_.reset();  // closes, for which the loop must run
    ended_ = true;
    poller.join();
    return figures_of(cost_, std::move(round_trips_));
  }

 private:
  using Clock = std::chrono::steady_clock;
  void send() {
    sent_ = Clock::now();
    must(client_->send_message(trade_));
  }
  void message() {
    round_trips_.push_back(Clock::now() - sent_);
    if (round_trips_.size() < messages_) return send();
    cost_ = meter_.read();
    done_.release();
  }

  boost::asio::io_context io_{1};
  zenws::Runtime runtime_{io_};
  const std::uint64_t messages_;
  const std::string trade_;
  std::vector<Nanoseconds> round_trips_;
  std::optional<zenws::Client> client_;
  Clock::time_point sent_;
  CostMeter meter_;
  Cost cost_{};
  std::binary_semaphore done_{0};
  std::atomic<bool> ended_{false};
};

}  // namespace

std::unique_ptr<Library> make_library(const Job& job) { return std::make_unique<Zenws>(job); }

std::optional<Figures> run_own(const Job& job) {
  if (job.work == "request") return request(job);
  if (job.work == "echo_busy") return OwnLoopEcho{job}.run();
  return std::nullopt;
}

}  // namespace bench
