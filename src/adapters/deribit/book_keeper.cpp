// The books of one client: whose message it is, and how a book that has a gap comes back.
#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <zenws/adapters/deribit_book.hpp>
#include <zenws/asio.hpp>
#include <zenws/json.hpp>
#include <zenws/json_rpc.hpp>

namespace zenws::adapters {

namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;

constexpr int most_attempts = 3;

struct Notification {
  std::string_view channel;
  element data;
};

// Of a book with changes, `book.INSTRUMENT.INTERVAL`; one with groups and depth comes whole each time.
std::optional<Notification> read_notification(const Message& message) {
  const auto* const json = std::get_if<JsonMessage>(&message);
  std::string_view method;
  Notification found;
  if (json == nullptr || !json->json.is_object()) return std::nullopt;
  if (json->json["method"].get(method) != SUCCESS || method != "subscription") return std::nullopt;
  const auto params = json->json["params"];
  if (params["channel"].get(found.channel) != SUCCESS || params["data"].get(found.data) != SUCCESS) return std::nullopt;
  const auto dots = std::ranges::count(found.channel, '.');
  return found.channel.starts_with("book.") && dots == 2 ? std::optional{found} : std::nullopt;
}

// A channel's name comes from the venue or the user: what JSON must escape is not in a name that Deribit knows.
bool is_plain(std::string_view channel) {
  return std::ranges::none_of(channel, [](unsigned char c) { return c < 0x20 || c > 0x7e || c == '"' || c == '\\'; });
}

std::string params_of(std::string_view channel) { return R"({"channels":[")" + std::string{channel} + R"("]})"; }

bool is_snapshot(const element& data) {
  std::string_view type;
  return data["type"].get(type) == SUCCESS && type == "snapshot";
}

// What went wrong with a request for one channel; nullopt: nothing.
std::optional<Error> failure_of(Result<Response>& answer, bool must_list, std::string_view channel) {
  if (!answer) return answer.error();
  const json_rpc::Match match = json_rpc::match_response(answer->json());
  if (const auto* const failure = std::get_if<json_rpc::Failure>(&match)) {
    return Error{errc::subscription_rejected, Phase::open,
                 std::to_string(failure->code) + ": " + std::string{failure->message}};
  }
  simdjson::dom::array listed;
  const auto* const success = std::get_if<json_rpc::Success>(&match);
  if (!must_list || success == nullptr || success->result().get(listed) != SUCCESS) return std::nullopt;
  for (const element& each : listed) {
    if (std::string_view name; each.get(name) == SUCCESS && name == channel) return std::nullopt;
  }
  return Error{errc::subscription_rejected, Phase::open, "the channel is not in the answer"};
}

}  // namespace

// The lock is held while the books change, never while a function of the user's runs: that one reads the book on the
// loop, where alone it changes.
class DeribitBookKeeper::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(DeribitBookKeeperSettings settings) : settings_{std::move(settings)} {}

  bool take(const Message& message, const ClientRef& client) {
    const auto notification = read_notification(message);
    if (!notification) return false;
    const auto [entry, applied] = apply(*notification);
    if (applied == Applied::snapshot || applied == Applied::change) {
      if (settings_.on_change) settings_.on_change(entry->channel, entry->book);
    } else if (applied == Applied::gap || applied == Applied::malformed || applied == Applied::too_deep) {
      if (applied == Applied::too_deep && settings_.on_failure) settings_.on_failure(entry->channel, too_deep());
      // One that comes like this comes like this again.
      if (applied == Applied::too_deep && is_snapshot(notification->data)) return true;
      if (settings_.on_gap) settings_.on_gap(entry->channel);
      subscribe_again(entry, client, most_attempts);
    }
    return true;
  }

  void lost() {
    const std::lock_guard hold{mutex_};
    for (const auto& [channel, entry] : entries_) entry->book.lose_sync();
  }

  void forget(std::string_view channel) {
    const std::lock_guard hold{mutex_};
    if (const auto found = entries_.find(channel); found != entries_.end()) entries_.erase(found);
  }

  std::optional<DeribitBook> book(std::string_view channel) const {
    const std::lock_guard hold{mutex_};
    const auto found = entries_.find(channel);
    return found != entries_.end() ? std::optional{found->second->book} : std::nullopt;
  }

  std::vector<std::string> channels() const {
    const std::lock_guard hold{mutex_};
    std::vector<std::string> names;
    names.reserve(entries_.size());
    for (const auto& [channel, entry] : entries_) names.push_back(channel);
    return names;
  }

  DeribitBookCounts counts() const {
    const std::lock_guard hold{mutex_};
    return counts_;
  }

 private:
  using Applied = DeribitBook::Applied;
  struct Entry {
    std::string channel;
    DeribitBook book;
  };
  using EntryPtr = std::shared_ptr<Entry>;

  // A book begins with a snapshot: what comes before one, or behind forget(), makes none.
  std::pair<EntryPtr, Applied> apply(const Notification& notification) {
    const std::lock_guard hold{mutex_};
    const auto found = entries_.find(notification.channel);
    const bool is_new = found == entries_.end();
    const EntryPtr entry =
        is_new ? std::make_shared<Entry>(Entry{std::string{notification.channel}, DeribitBook{settings_.most_levels}})
               : found->second;
    const bool was_in_sync = entry->book.is_in_sync();
    Applied applied = entry->book.apply(notification.data);
    count(applied);
    if (is_new && applied == Applied::snapshot) entries_.emplace(entry->channel, entry);
    // While it is being subscribed again, or waits for its first snapshot, that one is on its way.
    if (applied == Applied::malformed && !was_in_sync) applied = Applied::ignored;
    return {entry, applied};
  }

  void count(Applied applied) {
    if (applied == Applied::snapshot) ++counts_.snapshots;
    if (applied == Applied::change) ++counts_.changes;
    if (applied == Applied::duplicate) ++counts_.duplicates;
    if (applied == Applied::gap) ++counts_.gaps;
    if (applied == Applied::malformed) ++counts_.malformed;
    if (applied == Applied::too_deep) ++counts_.too_deep;
  }

  Error too_deep() const {
    return Error{errc::protocol_error, Phase::open,
                 "the book has more prices on one side than most_levels, " + std::to_string(settings_.most_levels)};
  }

  bool is_kept(const EntryPtr& entry) const {
    const std::lock_guard hold{mutex_};
    const auto found = entries_.find(entry->channel);
    return found != entries_.end() && found->second == entry;
  }

  // By requests of our own: what the client desires does not change by it. A lost connection ends them, and the client
  // subscribes anew by itself.
  void subscribe_again(const EntryPtr& entry, const ClientRef& ref, int attempts) {
    const auto client = ref.lock();
    if (!client || !is_plain(entry->channel)) return;
    async_request(
        *client, "public/unsubscribe",
        [self = shared_from_this(), entry, ref, attempts](Result<Response> answer) {
          if (auto failed = failure_of(answer, false, entry->channel)) {
            return self->try_again(entry, ref, attempts, *failed);
          }
          const auto still = ref.lock();
          if (!still || !self->is_kept(entry)) return;
          async_request(
              *still, "public/subscribe",
              [self, entry, ref, attempts](Result<Response> subscribed) {
                if (auto failed = failure_of(subscribed, true, entry->channel)) {
                  return self->try_again(entry, ref, attempts, *failed);
                }
                const std::lock_guard hold{self->mutex_};
                ++self->counts_.resubscribed;
              },
              params_of(entry->channel));
        },
        params_of(entry->channel));
  }

  void try_again(const EntryPtr& entry, const ClientRef& ref, int attempts, const Error& error) {
    if (error == errc::disconnected || error == errc::closed || error == errc::not_connected) return;
    if (attempts > 1) return subscribe_again(entry, ref, attempts - 1);
    if (settings_.on_failure) settings_.on_failure(entry->channel, error);
  }

  const DeribitBookKeeperSettings settings_;
  mutable std::mutex mutex_;
  std::map<std::string, EntryPtr, std::less<>> entries_;
  DeribitBookCounts counts_;
};

DeribitBookKeeper::DeribitBookKeeper(DeribitBookKeeperSettings settings)
    : state_{std::make_shared<State>(std::move(settings))} {}

bool DeribitBookKeeper::take(const Message& message, const ClientRef& client) { return state_->take(message, client); }
void DeribitBookKeeper::lost() { state_->lost(); }
void DeribitBookKeeper::forget(std::string_view channel) { state_->forget(channel); }
std::optional<DeribitBook> DeribitBookKeeper::book(std::string_view channel) const { return state_->book(channel); }
std::vector<std::string> DeribitBookKeeper::channels() const { return state_->channels(); }
DeribitBookCounts DeribitBookKeeper::counts() const { return state_->counts(); }

}  // namespace zenws::adapters
