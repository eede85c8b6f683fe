#include "pool/pool.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <memory>
#include <mutex>
#include <set>
#include <unistd.h>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <zenws/runtime.hpp>
#include <zenws/supervisor.hpp>
#include <zenws/telemetry.hpp>

#include "console/lifecycle_lines.hpp"
#include "console/output.hpp"
#include "console/signals.hpp"
#include "console/terminal.hpp"
#include "pool/pool_table.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto tick = 5ms;                   // between two looks at what is due
constexpr auto longest_debt = 1s;            // of messages that could not be sent in time; older ones are given up
constexpr std::uint64_t most_open = 10'000;  // requests without their answer
constexpr std::string_view telemetry_id = "zenws pool";

// What became of the messages. Written by the main thread and by loops.
class Tally {
 public:
  explicit Tally(std::size_t clients) : routed_(clients) {}

  void done() noexcept { ++done_; }
  void failed(const Error& error) {
    ++failed_;
    const std::lock_guard lock{mutex_};
    last_error_ = to_string(error);
  }
  void failover() noexcept { ++failovers_; }
  void routed(std::size_t client) noexcept { ++routed_[client]; }

  [[nodiscard]] std::uint64_t routed_to(std::size_t client) const noexcept { return routed_[client]; }
  [[nodiscard]] PoolSum sum() const {
    const std::lock_guard lock{mutex_};
    return {.done = done_, .failed = failed_, .failovers = failovers_, .last_error = last_error_};
  }

 private:
  std::vector<std::atomic<std::uint64_t>> routed_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> failovers_{0};
  mutable std::mutex mutex_;
  std::string last_error_;
};

// How the clients began. Written by loops.
class Beginnings {
 public:
  void happened(const ClientRef& client, const Lifecycle& event) {
    const std::lock_guard lock{mutex_};
    begun_.insert(client.id());  // whatever comes first ends the first attempt
    any_connected_ = any_connected_ || std::holds_alternative<Connected>(event);
  }
  [[nodiscard]] bool any_connected() const {
    const std::lock_guard lock{mutex_};
    return any_connected_;
  }
  // So many clients have ended their first attempt.
  [[nodiscard]] std::size_t begun() const {
    const std::lock_guard lock{mutex_};
    return begun_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::uint64_t> begun_;
  bool any_connected_ = false;
};

struct Member {
  ClientRef client;
  std::string endpoint;
};

class Pool {
 public:
  Pool(const PoolArguments& arguments, const Signals& signals, ClientSupervisor& supervisor,
       const Beginnings& beginnings, bool in_place)
      : arguments_{arguments},
        signals_{signals},
        supervisor_{supervisor},
        beginnings_{beginnings},
        in_place_{in_place} {
    // Ids grow with the order of the URLs.
    for (const ClientRef& client : supervisor.list_clients()) {
      members_.push_back({client, show_endpoint(arguments.urls[members_.size()])});
    }
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { (void)telemetry::detach(telemetry_id); }

  Exit run();

 private:
  void listen();
  void count(const telemetry::Event& event) const;
  [[nodiscard]] bool goes_on(Clock::time_point begun) const;
  void send_due(Clock::time_point now);
  void send_one();
  void ask_one();
  [[nodiscard]] bool show();
  [[nodiscard]] std::vector<PoolLine> lines();
  [[nodiscard]] Exit outcome() const;

  const PoolArguments& arguments_;
  const Signals& signals_;
  ClientSupervisor& supervisor_;
  const Beginnings& beginnings_;
  const bool in_place_;
  std::vector<Member> members_;
  // Requests may be answered when we have gone.
  std::shared_ptr<Tally> tally_ = std::make_shared<Tally>(arguments_.urls.size());
  std::shared_ptr<std::atomic<std::uint64_t>> open_ = std::make_shared<std::atomic<std::uint64_t>>(0);
  std::uint64_t issued_ = 0;
  Clock::time_point due_ = Clock::now();  // of the next message
  double rate_ = 0;
  std::uint64_t shown_done_ = 0;
  Clock::time_point shown_at_ = Clock::now();
  std::size_t shown_lines_ = 0;
};

void Pool::listen() {
  const Result<> attached =
      telemetry::attach_many(std::string{telemetry_id}, {"zen_websocket.pool.route", "zen_websocket.pool.failover"},
                             [this](const telemetry::Event& event) { count(event); });
  if (!attached) say_error("cannot count", attached.error());
}

void Pool::count(const telemetry::Event& event) const {
  if (event.name.ends_with("failover")) return tally_->failover();
  std::uint64_t id = 0;
  const std::string_view text = event.text("client");
  std::from_chars(text.data(), text.data() + text.size(), id);
  const auto found = std::ranges::find(members_, id, [](const Member& member) { return member.client.id(); });
  if (found != members_.end()) tally_->routed(static_cast<std::size_t>(found - members_.begin()));
}

bool Pool::goes_on(Clock::time_point begun) const {
  if (arguments_.count != 0 && issued_ >= arguments_.count) return *open_ != 0;
  if (arguments_.duration > 0ms && Clock::now() - begun >= arguments_.duration) return false;
  return !supervisor_.list_clients().empty();
}

void Pool::send_due(Clock::time_point now) {
  const auto interval =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{1 / arguments_.send_rate});
  if (beginnings_.begun() < members_.size()) {  // before, some would get what others should
    due_ = now;
    return;
  }
  due_ = std::max(due_, now - longest_debt);
  for (; due_ <= now && (arguments_.count == 0 || issued_ < arguments_.count); due_ += interval) {
    if (*open_ >= most_open) return;
    ++issued_;
    arguments_.request.empty() ? send_one() : ask_one();
  }
}

void Pool::send_one() {
  const auto sent = supervisor_.send_balanced(arguments_.message);
  sent ? tally_->done() : tally_->failed(sent.error());
}

void Pool::ask_one() {
  ++*open_;
  supervisor_.pool().request_balanced(arguments_.request, {}, {.idempotent = arguments_.idempotent},
                                      [tally = tally_, open = open_](const Result<Response>& answer) {
                                        answer ? tally->done() : tally->failed(answer.error());
                                        --*open;
                                      });
}

std::vector<PoolLine> Pool::lines() {
  std::vector<PoolLine> lines;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const auto& [client, endpoint] = members_[i];
    const std::optional<Client> held = client.lock();
    const StateMetrics metrics = held ? held->get_state_metrics() : StateMetrics{};
    lines.push_back({.health = health_of(client).value_or(
                         ClientHealth{.client = client, .state = State::disconnected, .score = 0, .pending = 0}),
                     .endpoint = endpoint,
                     .routed = tally_->routed_to(i),
                     .restarts = metrics.restarts});
  }
  return lines;
}

// False: nobody reads any more, or it cannot be written, which was said.
bool Pool::show() {
  PoolSum sum = tally_->sum();
  const auto now = Clock::now();
  if (now - shown_at_ >= arguments_.every / 2) {  // the last table may come right after another
    rate_ = static_cast<double>(sum.done - shown_done_) / std::chrono::duration<double>{now - shown_at_}.count();
    shown_done_ = sum.done;
    shown_at_ = now;
  }
  sum.rate = rate_;
  sum.verb = arguments_.request.empty() ? "sent" : "answered";
  const std::string table = show_pool(lines(), sum, in_place_ ? terminal_width(STDOUT_FILENO) : std::string::npos);
  const std::string before = shown_lines_ == 0 ? "" : in_place_ ? fmt::format("\033[{}F\033[J", shown_lines_) : "\n";
  shown_lines_ = static_cast<std::size_t>(std::ranges::count(table, '\n'));
  const Written written = write_all(STDOUT_FILENO, before + table, signals_);
  if (written == Written::failed) say("the table cannot be written to stdout");
  return written == Written::all;
}

Exit Pool::outcome() const {
  if (!beginnings_.any_connected()) return Exit::unreachable;
  return supervisor_.list_clients().empty() ? Exit::lost : Exit::ok;
}

Exit Pool::run() {
  listen();
  const auto begun = Clock::now();
  auto show_due = begun;
  bool read = true;
  while (read && goes_on(begun) && !signals_.wait_until(Clock::now() + tick)) {
    send_due(Clock::now());
    if (Clock::now() < show_due) continue;
    read = show();
    show_due += arguments_.every;
  }
  if (read && !signals_.asked_to_end()) read = show();
  return read || signals_.asked_to_end() ? outcome() : Exit::failed;
}

Result<ClientSupervisor> start_clients(const PoolArguments& arguments, Runtime& runtime, Beginnings& beginnings,
                                       bool tells) {
  SupervisorOptions options;
  for (const std::string& url : arguments.urls) {
    ChildSpec child{.url = url, .options = arguments.options};
    child.options.runtime = &runtime;
    child.options.handler = [](const Message&) {};
    child.supervision.restart = arguments.supervise ? Restart::permanent : Restart::temporary;
    options.children.push_back(std::move(child));
  }
  options.on_lifecycle = [&beginnings, tells](const ClientRef& client, const Lifecycle& event) {
    beginnings.happened(client, event);
    if (tells) say(fmt::format("client {}: {}", client.id(), show_lifecycle(event)));
  };
  return ClientSupervisor::create(std::move(options));
}

}  // namespace

Exit run_pool(const PoolArguments& arguments) {
  const bool in_place = can_rewrite(STDOUT_FILENO);
  if (!in_place) log_to_stderr(LogLevel::warning);
  Signals signals;
  Runtime runtime;
  Beginnings beginnings;
  auto supervisor = start_clients(arguments, runtime, beginnings, !in_place);
  if (!supervisor) {
    say_error("cannot start", supervisor.error());
    return Exit::usage;
  }
  const auto metrics =
      show_metrics(arguments.metrics, [&supervisor] { return supervisor->list_clients(); }, true, !in_place);
  if (!metrics) return metrics.error();
  return Pool{arguments, signals, *supervisor, beginnings, in_place}.run();
}

}  // namespace zenws::program
