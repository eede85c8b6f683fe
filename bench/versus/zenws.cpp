// zenws, as its users would write it.
#include <deque>
#include <mutex>
#include <optional>
#include <semaphore>
#include <thread>
#include <utility>

#include <zenws/asio.hpp>
#include <zenws/runtime.hpp>

#include "versus/zenws_own.hpp"

namespace bench {

namespace {

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

class Zenws final : public Library {
 public:
  explicit Zenws(const Job& job) : job_{job}, runtime_{std::in_place, job.loops} {}

  void on_loop(std::function<void()> task) override { task(); }
  void open(const std::string& target, Events& events) override {
    ZenwsConnection& connection = add(events);
    zenws::Options options = options_of(job_, *runtime_);
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
  void run() override {
    stopped_.acquire();
    runtime_.reset();  // no handler runs any more
  }
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
  std::optional<zenws::Runtime> runtime_;  // ends first: its handlers use the connections
};

}  // namespace

std::unique_ptr<Library> make_library(const Job& job) { return std::make_unique<Zenws>(job); }

std::optional<Figures> run_own(const Job& job) {
  if (job.work == "request") return request(job);
  if (job.work == "echo_busy") return echo_busy(job);
  if (job.work == "receive_loop") return receive_loop(job, false);
  if (job.work == "receive_recorded") return receive_loop(job, true);
  return std::nullopt;
}

}  // namespace bench
