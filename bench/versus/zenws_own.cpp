// Requests, a loop of the caller's own, recordings.
#include "versus/zenws_own.hpp"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <zenws/asio.hpp>

#include "loop_work.hpp"
#include "trade.hpp"

namespace bench {

using namespace std::chrono_literals;

namespace {

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

std::string recording_file() {
  return fmt::format("{}/zenws-bench-{}.jsonl", std::filesystem::temp_directory_path().string(), ::getpid());
}

}  // namespace

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

Figures echo_busy(const Job& job) { return OwnLoopEcho{job}.run(); }

Figures receive_loop(const Job& job, bool recorded) {
  const std::string file = recorded ? recording_file() : "";
  LoopWork work{job.messages};
  zenws::Runtime runtime;
  zenws::Options options = options_of(job, runtime);
  options.handler = work.counter();
  options.record_to = file;
  options.record.memory_limit = std::size_t{2} << 30U;
  zenws::Client client =
      must(zenws::Client::connect(url_of(job, fmt::format("/flood?n={}&size={}", job.messages, job.size)), options));
  const CostMeter meter;
  must(client.send_message("go"));
  work.wait();
  must(client.close());  // the recording is complete
  Figures figures = figures_of(meter.read(), job.messages);
  figures.emplace("loop_ns", work.per_message());
  if (recorded) std::remove(file.c_str());
  if (client.get_state_metrics().recorder_dropped != 0) Events::fail("entries of the recording were dropped");
  return figures;
}

}  // namespace bench
