#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <unordered_set>
#include <utility>

#include <zenws/adapters/batch_subscription.hpp>
#include <zenws/asio.hpp>
#include <zenws/pending_call.hpp>

#include "adapters/errors.hpp"
#include "adapters/last_handle.hpp"

namespace zenws::adapters {

namespace {

using namespace std::chrono_literals;

Result<> check(const std::vector<std::string>& channels, const BatchOptions& options) {
  const bool is_nameless = channels.empty() || std::ranges::any_of(channels, &std::string::empty);
  if (is_nameless) return invalid_config("a channel needs a name");
  if (options.batch_size == 0) return invalid_config("Batch size must be positive");
  if (options.delay < 0ms) return invalid_config("Delay must be non-negative");
  return {};
}

std::vector<std::string> each_once(std::vector<std::string> channels) {
  std::unordered_set<std::string> seen;
  std::erase_if(channels, [&seen](const std::string& channel) { return !seen.insert(channel).second; });
  return channels;
}

// What a batch is told when the connection went: it stays desired, and the next one can follow.
bool is_unanswered(const Error& error) { return error == errc::timeout || error == errc::disconnected; }

}  // namespace

class BatchSubscription::Run : public std::enable_shared_from_this<Run> {
 public:
  Run(ClientRef client, std::vector<std::string> channels, BatchOptions options)
      : client_{std::move(client)}, channels_{std::move(channels)}, options_{std::move(options)} {
    progress_.total = channels_.size();
  }

  void ask_next() {
    std::vector<std::string> batch;
    std::optional<PendingCall> alarm;  // it has rung; destroyed without the lock
    const auto client = client_.lock();
    {
      const std::lock_guard lock{mutex_};
      alarm.swap(alarm_);
      if (cancelled_ || next_ == channels_.size() || !client) {
        return finish(client ? std::nullopt : std::optional{ended()});
      }
      const std::size_t size = std::min(options_.batch_size, channels_.size() - next_);
      const auto first = channels_.begin() + static_cast<std::ptrdiff_t>(next_);
      batch.assign(first, first + static_cast<std::ptrdiff_t>(size));
      next_ += size;
    }
    async_subscribe(
        *client, batch,
        [self = shared_from_this(), batch](Result<Subscribed> answer) { self->take(batch, std::move(answer)); },
        options_.timeout);
  }

  [[nodiscard]] BatchProgress progress() const {
    const std::lock_guard lock{mutex_};
    return progress_;
  }
  // A batch that waits for its turn never has it.
  void cancel() {
    std::optional<PendingCall> alarm;  // destroyed without the lock
    const std::lock_guard lock{mutex_};
    cancelled_ = true;
    alarm.swap(alarm_);
    if (alarm) finish(std::nullopt);
  }
  // Nobody holds it any more: when this returns, nothing is told nor will be.
  void abandon() {
    cancel();
    listeners_.leave();
  }
  [[nodiscard]] Result<Subscribed> wait(std::optional<std::chrono::milliseconds> timeout) const {
    constexpr std::chrono::milliseconds longest_wait =
        std::chrono::years{100};  // added to a time, it does not overflow
    if (const auto client = client_.lock(); client && client->is_on_loop()) {
      return std::unexpected{Error{errc::would_deadlock, Phase::none, "wait was called on the client's own loop"}};
    }
    std::unique_lock lock{mutex_};
    const auto is_done = [this] { return progress_.done; };
    if (!timeout) {
      done_.wait(lock, is_done);
    } else if (!done_.wait_for(lock, std::min<std::chrono::milliseconds>(*timeout, longest_wait), is_done)) {
      return std::unexpected{Error{errc::timeout, Phase::open, "not all batches were answered in time"}};
    }
    if (error_) return std::unexpected{*error_};
    return result_;
  }

 private:
  // Asks for the next batch. Dropped uncalled: the client has ended, or nobody waits for it any more.
  class Next {
   public:
    explicit Next(std::weak_ptr<Run> run) noexcept : run_{std::move(run)} {}
    Next(Next&&) noexcept = default;
    Next& operator=(Next&&) = delete;
    ~Next() {
      if (const auto run = run_.lock()) run->end();
    }
    void operator()() {
      if (const auto run = std::exchange(run_, {}).lock()) run->ask_next();
    }

   private:
    std::weak_ptr<Run> run_;
  };

  static Error ended() { return Error{errc::closed, Phase::open, "the client has ended"}; }

  void take(const std::vector<std::string>& batch, Result<Subscribed> answer) {
    BatchProgress now;
    bool goes_on = false;
    {
      const std::lock_guard lock{mutex_};
      const auto end = !answer && answer.error() == errc::closed ? std::optional{answer.error()} : std::nullopt;
      if (answer) {
        add(*std::move(answer));
      } else {
        add(batch, answer.error());
      }
      goes_on = !end && !cancelled_ && next_ != channels_.size();
      if (!goes_on) finish(end);
      now = progress_;
    }
    tell(now);
    if (goes_on) go_on_later();
  }
  void tell(const BatchProgress& now) { listeners_.tell(options_.on_progress, now); }
  void add(Subscribed answer) {
    progress_.confirmed += answer.confirmed.size();
    progress_.rejected += answer.rejected.size();
    std::ranges::move(answer.confirmed, std::back_inserter(result_.confirmed));
    std::ranges::move(answer.rejected, std::back_inserter(result_.rejected));
  }
  void add(const std::vector<std::string>& batch, const Error& error) {
    (is_unanswered(error) ? progress_.unanswered : progress_.rejected) += batch.size();
    result_.rejected.reserve(result_.rejected.size() + batch.size());
    for (const std::string& channel : batch) result_.rejected.push_back({channel, error});
  }
  void go_on_later() {
    if (options_.delay <= 0ms) return ask_next();
    auto client = client_.lock();
    if (!client) return end();
    auto alarm = client->call_after(options_.delay, Next{weak_from_this()});
    const std::lock_guard lock{mutex_};
    if (cancelled_ || !alarm) return finish(alarm ? std::nullopt : std::optional{alarm.error()});
    alarm_ = *std::move(alarm);
  }
  void end() {
    const std::lock_guard lock{mutex_};
    finish(ended());
  }
  // Requires: the lock is held.
  void finish(std::optional<Error> error) {
    if (std::exchange(progress_.done, true)) return;
    error_ = std::move(error);
    done_.notify_all();
  }

  const ClientRef client_;
  const std::vector<std::string> channels_;
  const BatchOptions options_;
  mutable std::mutex mutex_;
  mutable std::condition_variable done_;
  std::size_t next_ = 0;  // the first channel that was not asked for
  bool cancelled_ = false;
  BatchProgress progress_;
  Subscribed result_;
  std::optional<Error> error_;
  std::optional<PendingCall> alarm_;
  Listeners listeners_;
};

BatchSubscription::BatchSubscription(std::shared_ptr<Run> run) noexcept : run_{std::move(run)} {}

Result<BatchSubscription> BatchSubscription::start(const Client& client, std::vector<std::string> channels,
                                                   BatchOptions options) {
  if (const Result<> valid = check(channels, options); !valid) return std::unexpected{valid.error()};
  auto run = std::make_shared<Run>(client, each_once(std::move(channels)), std::move(options));
  run->ask_next();
  return BatchSubscription{handle_of(std::move(run))};
}

BatchProgress BatchSubscription::progress() const { return run_->progress(); }
void BatchSubscription::cancel() { run_->cancel(); }
Result<Subscribed> BatchSubscription::wait(std::optional<std::chrono::milliseconds> timeout) const {
  return run_->wait(timeout);
}

}  // namespace zenws::adapters
