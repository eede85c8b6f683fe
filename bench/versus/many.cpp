// The works on many connections.
#include <algorithm>
#include <atomic>
#include <deque>
#include <fstream>
#include <mutex>
#include <semaphore>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "bare.hpp"
#include "versus/works.hpp"

namespace bench {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto longest_wait = 100s;
constexpr std::size_t most_opening = 128;  // a listening socket's queue is finite

double number_after(const char* file, const std::string& name) {
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    const std::size_t at = line.find(name);
    if (at != std::string::npos) return std::strtod(line.c_str() + at + name.size(), nullptr);
  }
  return 0;
}

struct Memory {
  double process;  // resident bytes of this process that no file backs
  double kernel;   // of the machine: the kernel's objects and the pages that hold TCP's data
};

Memory memory() {
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  return {.process = number_after("/proc/self/status", "RssAnon:") * 1024,
          .kernel = number_after("/proc/meminfo", "Slab:") * 1024 + number_after("/proc/net/sockstat", " mem ") * page};
}

// Opens `count` connections, a few at a time, and keeps them.
class Crowd {
 public:
  Crowd(Library& library, std::string target) : library_{library}, target_{std::move(target)} {}

  // Not on the loop. Returns when all are open.
  void open(std::size_t count) {
    {
      const std::scoped_lock lock{mutex_};
      wanted_ += count;
    }
    library_.on_loop([this, count] {
      for (std::size_t i = 0; i < std::min(count, most_opening); ++i) open_one();
    });
    wait(count);
  }
  // The next `count` times that a connection opens have happened.
  void wait(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!told_.try_acquire_for(longest_wait)) Events::fail("not all connections opened");
    }
  }
  [[nodiscard]] std::uint64_t received() const {
    std::uint64_t sum = 0;
    for (const Member& member : members_) sum += member.received.load(std::memory_order_relaxed);
    return sum;
  }
  // Tells each to begin a flood; returns when each has had `messages`.
  void flood(std::uint64_t messages) {
    expected_ = messages;
    library_.on_loop([this] {
      for (Member& member : members_) member.connection->send("go");
    });
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (!told_.try_acquire_for(longest_wait)) Events::fail("not all messages came");
    }
  }

 private:
  struct Member final : Events {
    explicit Member(Crowd& all) noexcept : crowd{all} {}
    void opened(Connection& opened) override {
      connection = &opened;
      crowd.told_.release();
      crowd.open_one();
    }
    void message(Connection&, std::string_view) override {
      const std::uint64_t count = received.load(std::memory_order_relaxed) + 1;  // its loop's alone to write
      received.store(count, std::memory_order_relaxed);
      if (count == crowd.expected_) crowd.told_.release();
    }
    void closed() override { crowd.library_.open(crowd.target_, *this); }

    Crowd& crowd;
    Connection* connection = nullptr;
    std::atomic<std::uint64_t> received{0};
  };

  void open_one() {
    Member* member = nullptr;
    {
      const std::scoped_lock lock{mutex_};
      if (members_.size() == wanted_) return;
      member = &members_.emplace_back(*this);
    }
    library_.open(target_, *member);
  }

  Library& library_;
  const std::string target_;
  std::mutex mutex_;
  std::size_t wanted_ = 0;
  std::deque<Member> members_;
  std::uint64_t expected_ = 0;
  std::counting_semaphore<> told_{0};
};

// Opens the next connection when the last one is open.
class Sequence final : public Events {
 public:
  Sequence(Library& library, std::uint64_t count) : library_{library}, count_{count} {}
  void begin() {
    begun_ = Clock::now();
    library_.open("/hold", *this);
  }
  void opened(Connection&) override {
    round_trips_.push_back(Clock::now() - begun_);
    if (round_trips_.size() < count_) return begin();
    cost_ = meter_.read();
    library_.stop();
  }
  [[nodiscard]] Figures figures() const { return figures_of(cost_, round_trips_); }

 private:
  Library& library_;
  const std::uint64_t count_;
  std::vector<Nanoseconds> round_trips_;
  Clock::time_point begun_;
  CostMeter meter_;
  Cost cost_{};
};

}  // namespace

Figures connect(Library& library, const Job& job) {
  Sequence sequence{library, job.messages};
  library.on_loop([&sequence] { sequence.begin(); });
  library.run();
  return sequence.figures();
}

Figures idle(Library& library, const Job& job) {
  Crowd crowd{library, "/hold"};
  Figures figures;
  beside(library, [&] {
    crowd.open(1);  // what a process needs once is not counted
    const Memory before = memory();
    const CostMeter meter;
    crowd.open(job.connections);
    const Cost cost = meter.read();
    const Memory after = memory();
    const auto count = static_cast<double>(job.connections);
    figures = {{"bytes", (after.process - before.process) / count},
               {"kernel_bytes", (after.kernel - before.kernel) / count},
               {"open_cpu_s", std::chrono::duration<double>{cost.cpu}.count()},
               {"open_wall_s", std::chrono::duration<double>{cost.wall}.count()}};
  });
  return figures;
}

Figures tick(Library& library, const Job& job) {
  Crowd crowd{library, fmt::format("/tick?size={}", job.size)};
  Figures figures;
  beside(library, [&] {
    crowd.open(job.connections);
    std::this_thread::sleep_for(1s);  // each has begun
    const std::uint64_t before = crowd.received();
    const CostMeter meter;
    std::this_thread::sleep_for(std::chrono::seconds{job.seconds});
    const Cost cost = meter.read();
    figures = figures_of(cost, std::max<std::uint64_t>(crowd.received() - before, 1));
    figures.emplace("cpu_percent",
                    100.0 * static_cast<double>(cost.cpu.count()) / static_cast<double>(cost.wall.count()));
  });
  return figures;
}

Figures spread(Library& library, const Job& job) {
  const std::uint64_t each = std::max<std::uint64_t>(job.messages / job.connections, 1);
  Crowd crowd{library, fmt::format("/flood?n={}&size={}", each, job.size)};
  Figures figures;
  beside(library, [&] {
    crowd.open(job.connections);
    const CostMeter meter;
    crowd.flood(each);
    figures = figures_of(meter.read(), each * job.connections);
  });
  return figures;
}

Figures reconnect(Library& library, const Job& job) {
  Crowd crowd{library, "/hold"};
  Figures figures;
  beside(library, [&] {
    crowd.open(job.connections);
    const BareConnection dropper{job.place, "/drop"};
    const CostMeter meter;
    dropper.send_text("now");
    crowd.wait(job.connections);
    const Cost cost = meter.read();
    figures = {{"wall_s", std::chrono::duration<double>{cost.wall}.count()},
               {"cpu_s", std::chrono::duration<double>{cost.cpu}.count()},
               {"cpu_us_each",
                std::chrono::duration<double, std::micro>{cost.cpu}.count() / static_cast<double>(job.connections)}};
  });
  return figures;
}

}  // namespace bench
