// The works on one connection: who sends when, and what is counted.
#include "versus/works.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "trade.hpp"

namespace bench {

namespace {

constexpr std::uint64_t most_in_a_batch = 1000;
// So that what a sink asks for ahead fits into any send queue, whatever the size.
constexpr std::size_t largest_batch = std::size_t{1} << 20U;

std::string flood(const Job& job) { return fmt::format("/flood?n={}&size={}", job.messages, job.size); }

void open_first(Library& library, std::string target, Events& events) {
  library.on_loop([&library, &events, target = std::move(target)] { library.open(target, events); });
}

// Says go when open, measures until the last message.
class Flood : public Events {
 public:
  Flood(Library& library, std::uint64_t messages) noexcept : library_{library}, messages_{messages} {}
  void opened(Connection& connection) final {
    meter_ = {};
    connection.send("go");
  }
  [[nodiscard]] Figures figures() const { return figures_of(cost_, messages_); }

 protected:
  ~Flood() = default;
  void count() {
    if (++counted_ < messages_) return;
    cost_ = meter_.read();
    library_.stop();
  }

 private:
  Library& library_;
  const std::uint64_t messages_;
  std::uint64_t counted_ = 0;
  CostMeter meter_;
  Cost cost_{};
};

class Counted final : public Flood {
 public:
  using Flood::Flood;
  void message(Connection&, std::string_view) override { count(); }
};

// Libraries that know no JSON get the parser that zenws uses, used as its authors recommend.
class Parsed final : public Flood {
 public:
  using Flood::Flood;
  void message(Connection&, std::string_view text) override {
    if (parser_.parse(text.data(), text.size()).error() != simdjson::SUCCESS) fail("not JSON");
    count();
  }

 private:
  simdjson::dom::parser parser_;
};

template <class Told>
Figures flood_through(Library& library, const Job& job) {
  Told events{library, job.messages};
  open_first(library, flood(job), events);
  library.run();
  return events.figures();
}

// Answers each of the server's questions with a batch.
class Batches final : public Events {
 public:
  Batches(Library& library, const Job& job)
      : batch{std::clamp<std::uint64_t>(largest_batch / job.size, 1, most_in_a_batch)},
        library_{library},
        trade_{make_trade(job.size)},
        left_{job.messages} {}
  void opened(Connection& connection) override {
    meter_ = {};
    connection.send("go");
  }
  void message(Connection& connection, std::string_view) override {
    if (left_ == 0) {  // "done": "more" comes only as long as something is left
      cost_ = meter_.read();
      return library_.stop();
    }
    const std::uint64_t now = std::min(batch, left_);
    for (std::uint64_t i = 0; i < now; ++i) connection.send(trade_);
    left_ -= now;
  }
  [[nodiscard]] const Cost& cost() const noexcept { return cost_; }

  const std::uint64_t batch;

 private:
  Library& library_;
  const std::string trade_;
  std::uint64_t left_;
  CostMeter meter_;
  Cost cost_{};
};

// For a thread that waits: for the connection, then for messages.
class Awaited final : public Events {
 public:
  void opened(Connection& connection) override {
    connection_ = &connection;
    told_.release();
  }
  void message(Connection&, std::string_view) override { told_.release(); }
  // Requires: opened() or message() is told once for each call.
  void wait() {
    using namespace std::chrono_literals;
    if (!told_.try_acquire_for(60s)) fail("nothing came");
  }
  [[nodiscard]] Connection& connection() const noexcept { return *connection_; }

 private:
  Connection* connection_ = nullptr;
  std::counting_semaphore<> told_{0};
};

class PingPong final : public Events {
 public:
  PingPong(Library& library, const Job& job) : library_{library}, trade_{make_trade(job.size)} {
    round_trips_.resize(job.messages);
  }
  void opened(Connection& connection) override {
    meter_ = {};
    sent_ = Clock::now();
    connection.send(trade_);
  }
  void message(Connection& connection, std::string_view) override {
    const Clock::time_point now = Clock::now();
    round_trips_[done_++] = now - sent_;
    sent_ = now;
    if (done_ < round_trips_.size()) return connection.send(trade_);
    cost_ = meter_.read();
    library_.stop();
  }
  [[nodiscard]] Figures figures() const { return figures_of(cost_, round_trips_); }

 private:
  using Clock = std::chrono::steady_clock;
  Library& library_;
  const std::string trade_;
  std::vector<Nanoseconds> round_trips_;
  std::size_t done_ = 0;
  Clock::time_point sent_;
  CostMeter meter_;
  Cost cost_{};
};

struct Named {
  std::string_view name;
  Work work;
};
constexpr std::array all{Named{"receive", receive},
                         Named{"receive_json", receive_json},
                         Named{"send", send_from_handler},
                         Named{"echo", echo},
                         Named{"echo_from_thread", echo_from_thread},
                         Named{"send_from_thread", send_from_thread},
                         Named{"connect", connect},
                         Named{"idle", idle},
                         Named{"tick", tick},
                         Named{"spread", spread},
                         Named{"reconnect", reconnect}};

}  // namespace

Work find_work(std::string_view name) {
  const auto* found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : found->work;
}

Figures receive(Library& library, const Job& job) { return flood_through<Counted>(library, job); }

Figures receive_json(Library& library, const Job& job) {
  return library.decodes() ? flood_through<Counted>(library, job) : flood_through<Parsed>(library, job);
}

Figures send_from_handler(Library& library, const Job& job) {
  Batches batches{library, job};
  open_first(library, fmt::format("/sink?n={}&batch={}", job.messages, batches.batch), batches);
  library.run();
  return figures_of(batches.cost(), job.messages);
}

Figures send_from_thread(Library& library, const Job& job) {
  const std::string trade = make_trade(job.size);
  Awaited events;
  Cost cost{};
  open_first(library, fmt::format("/sink?n={}", job.messages), events);
  beside(library, [&] {
    events.wait();
    const CostMeter meter;
    events.connection().send_from_thread("go");
    for (std::uint64_t i = 0; i < job.messages; ++i) events.connection().send_from_thread(trade);
    events.wait();
    cost = meter.read();
  });
  return figures_of(cost, job.messages);
}

Figures echo(Library& library, const Job& job) {
  PingPong events{library, job};
  open_first(library, "/echo", events);
  library.run();
  return events.figures();
}

Figures echo_from_thread(Library& library, const Job& job) {
  const std::string trade = make_trade(job.size);
  std::vector<Nanoseconds> round_trips(job.messages);
  Awaited events;
  Cost cost{};
  open_first(library, "/echo", events);
  beside(library, [&] {
    events.wait();
    const CostMeter meter;
    for (Nanoseconds& round_trip : round_trips) {
      const auto sent = std::chrono::steady_clock::now();
      events.connection().send_from_thread(trade);
      events.wait();
      round_trip = std::chrono::steady_clock::now() - sent;
    }
    cost = meter.read();
  });
  return figures_of(cost, round_trips);
}

Figures figures_of(const Cost& cost, std::uint64_t messages) {
  const Sample sample = sample_of(cost, messages);
  return {{"cpu_ns", sample.cpu_per_message}, {"per_second", sample.messages_per_second}};
}

Figures figures_of(const Cost& cost, std::vector<Nanoseconds> round_trips) {
  Figures figures = figures_of(cost, round_trips.size());
  const RoundTrips at = round_trips_of(std::move(round_trips));
  figures.insert({{"p50_us", at.p50}, {"p99_us", at.p99}, {"p999_us", at.p999}});
  return figures;
}

}  // namespace bench
