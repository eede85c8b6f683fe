// Handlers that count, send and time.
#include "zenws_side.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <zenws/client.hpp>

#include "loop_work.hpp"
#include "trade.hpp"

namespace bench {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 60s;
constexpr std::uint64_t most_in_a_batch = 1000;
// So that what a sink asks for ahead fits into the send queue, whatever the size.
constexpr std::size_t largest_batch = std::size_t{1} << 20U;

void check(const zenws::Result<>& result) {
  if (!result) throw std::runtime_error{zenws::to_string(result.error())};
}

// Told once, by the handler, that the work is done or has failed; the main thread waits for it.
class Finish {
 public:
  void reached() {
    if (!std::exchange(told_, true)) promise_.set_value();
  }
  void failed() {
    if (!std::exchange(told_, true)) promise_.set_exception(std::current_exception());
  }
  void wait() {
    if (future_.wait_for(longest_wait) == std::future_status::timeout) throw std::runtime_error{"zenws hung"};
    future_.get();
  }

 private:
  std::promise<void> promise_;
  std::future<void> future_ = promise_.get_future();
  bool told_ = false;
};

zenws::Client connect(const Task& task, std::string_view target, zenws::Options options) {
  zenws::Result<zenws::Client> client =
      zenws::Client::connect(fmt::format("ws://127.0.0.1:{}{}", task.place.port, target), std::move(options));
  if (!client) throw std::runtime_error{zenws::to_string(client.error())};
  return *std::move(client);
}

std::string flood(const Task& task) { return fmt::format("/flood?n={}&size={}", task.messages, task.size); }

struct RemovedAtEnd {
  explicit RemovedAtEnd(std::string it) : path{std::move(it)} {}
  ~RemovedAtEnd() { std::remove(path.c_str()); }
  RemovedAtEnd(const RemovedAtEnd&) = delete;
  RemovedAtEnd& operator=(const RemovedAtEnd&) = delete;
  const std::string path;
};

// A handler that sends needs the client, which exists only after the handler.
class Sender {
 public:
  void use(zenws::Client& client) noexcept { client_.store(&client); }
  void send(std::string_view text) const { check(client_.load()->send_message(text)); }

 private:
  std::atomic<zenws::Client*> client_{nullptr};
};

void send_patiently(zenws::Client& client, std::string_view text) {
  for (;;) {
    const zenws::Result<> sent = client.send_message(text);
    if (sent) return;
    if (sent.error() != zenws::errc::send_queue_full) return check(sent);
    std::this_thread::yield();
  }
}

}  // namespace

Sample zenws_receive(const Task& task, bool decode_json) {
  LoopWork work{task.messages};
  zenws::Client client = connect(task, flood(task), {.decode_json = decode_json, .handler = work.counter()});
  const CostMeter meter;
  check(client.send_message("go"));
  work.wait();
  const Cost cost = meter.read();
  check(client.close());
  Sample sample = sample_of(cost, task.messages);
  sample.loop_per_message = work.per_message();
  return sample;
}

Sample zenws_receive_recorded(const Task& task, bool decode_json) {
  LoopWork work{task.messages};
  const RemovedAtEnd file{
      fmt::format("{}/zenws-bench-{}.jsonl", std::filesystem::temp_directory_path().string(), ::getpid())};
  zenws::Client client = connect(task, flood(task),
                                 {.record_to = file.path,
                                  .record = {.memory_limit = std::size_t{2} << 30U},
                                  .decode_json = decode_json,
                                  .handler = work.counter()});
  const CostMeter meter;
  check(client.send_message("go"));
  work.wait();
  check(client.close());  // the recording is complete
  const Cost cost = meter.read();
  if (client.get_state_metrics().recorder_dropped != 0) throw std::runtime_error{"entries were dropped"};
  if (client.get_state_metrics().recorder_written < task.messages) throw std::runtime_error{"entries are missing"};
  Sample sample = sample_of(cost, task.messages);
  sample.loop_per_message = work.per_message();
  return sample;
}

Sample zenws_send_from_handler(const Task& task) {
  const std::string trade = make_trade(task.size);
  const std::uint64_t batch = std::clamp<std::uint64_t>(largest_batch / task.size, 1, most_in_a_batch);
  Finish finish;
  Sender sender;
  std::uint64_t left = task.messages;
  const auto answer = [&finish, &sender, &trade, &left, batch](const zenws::Message&) {
    if (left == 0) return finish.reached();  // "done": "more" comes only as long as something is left
    try {
      const std::uint64_t now = std::min(batch, left);
      for (std::uint64_t i = 0; i < now; ++i) sender.send(trade);
      left -= now;
    } catch (...) {
      finish.failed();
    }
  };
  zenws::Client client = connect(task, fmt::format("/sink?n={}&batch={}", task.messages, batch),
                                 {.decode_json = false, .handler = answer});
  sender.use(client);
  const CostMeter meter;
  check(client.send_message("go"));
  finish.wait();
  const Cost cost = meter.read();
  check(client.close());
  return sample_of(cost, task.messages);
}

Sample zenws_send_from_thread(const Task& task) {
  const std::string trade = make_trade(task.size);
  Finish finish;
  const auto done = [&finish](const zenws::Message&) { finish.reached(); };
  zenws::Client client =
      connect(task, fmt::format("/sink?n={}", task.messages), {.decode_json = false, .handler = done});
  const CostMeter meter;
  check(client.send_message("go"));
  for (std::uint64_t i = 0; i < task.messages; ++i) send_patiently(client, trade);
  finish.wait();
  const Cost cost = meter.read();
  check(client.close());
  return sample_of(cost, task.messages);
}

Sample zenws_echo(const Task& task) {
  using Clock = std::chrono::steady_clock;
  const std::string trade = make_trade(task.size);
  std::vector<Nanoseconds> samples;
  samples.reserve(task.messages);
  Finish finish;
  Sender sender;
  Clock::time_point sent{};  // none before the first message is back: that one is the main thread's
  const auto next = [&](const zenws::Message&) {
    const Clock::time_point now = Clock::now();
    if (sent != Clock::time_point{}) samples.push_back(now - sent);
    sent = now;
    if (samples.size() == task.messages) return finish.reached();
    try {
      sender.send(trade);
    } catch (...) {
      finish.failed();
    }
  };
  zenws::Client client = connect(task, "/echo", {.decode_json = false, .handler = next});
  sender.use(client);
  const CostMeter meter;
  check(client.send_message(trade));
  finish.wait();
  Sample result = sample_of(meter.read(), task.messages);
  check(client.close());
  result.round_trips = round_trips_of(std::move(samples));
  return result;
}

}  // namespace bench
