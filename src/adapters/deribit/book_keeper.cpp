// The books of one client: whose message it is, and how a book that has a gap comes back.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <zenws/adapters/deribit_book.hpp>
#include <zenws/asio.hpp>
#include <zenws/json.hpp>
#include <zenws/json_rpc.hpp>

#include "adapters/book_registry.hpp"
#include "adapters/errors.hpp"
#include "adapters/last_handle.hpp"

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

// Books change on the client's loop only.
class DeribitBookKeeper::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(DeribitBookKeeperOptions options) : options_{std::move(options)}, books_{options_.most_books} {}

  [[nodiscard]] auto& books() noexcept { return books_; }

  bool take(const Message& message, const ClientRef& client) {
    const auto notification = read_notification(message);
    if (!notification) return false;
    const auto kept = shared_from_this();  // who is told may let the last handle go
    const auto [entry, applied] = apply(*notification);
    if (applied == Applied::snapshot && !books_.add(entry)) return refuse(*entry);
    if (applied == Applied::snapshot || applied == Applied::change) {
      listeners_.tell(options_.on_change, entry->name, entry->book);
    } else if (applied == Applied::gap || applied == Applied::malformed || applied == Applied::too_deep) {
      if (applied == Applied::too_deep) fail(*entry, too_deep(options_.most_levels));
      // One that comes like this comes like this again.
      if (applied == Applied::too_deep && is_snapshot(notification->data)) return true;
      listeners_.tell(options_.on_gap, entry->name);
      subscribe_again(entry, client, most_attempts);
    }
    return true;
  }

  void lost() {
    books_.change_all([](Entry& entry) { entry.book.lose_sync(); });
  }
  // Nobody holds it any more: when this returns, no function of the user's runs nor will.
  void abandon() { listeners_.leave(); }

 private:
  using Applied = DeribitBook::Applied;
  using Counts = DeribitBookCounts;
  struct Entry {
    std::string name;  // the channel
    DeribitBook book;
  };
  using EntryPtr = std::shared_ptr<Entry>;

  // A book begins with a snapshot: what comes before one, or behind forget(), makes none.
  std::pair<EntryPtr, Applied> apply(const Notification& notification) {
    EntryPtr entry = books_.find(notification.channel);
    if (!entry) {
      entry = std::make_shared<Entry>(Entry{std::string{notification.channel}, DeribitBook{options_.most_levels}});
    }
    const bool was_in_sync = entry->book.is_in_sync();
    Applied applied = books_.change([&](Counts& counts) {
      const Applied how = entry->book.apply(notification.data);
      count(counts, how);
      return how;
    });
    // While it is being subscribed again, or waits for its first snapshot, that one is on its way.
    if (applied == Applied::malformed && !was_in_sync) applied = Applied::ignored;
    return {entry, applied};
  }

  static void count(Counts& counts, Applied applied) {
    if (applied == Applied::snapshot) ++counts.snapshots;
    if (applied == Applied::change) ++counts.changes;
    if (applied == Applied::duplicate) ++counts.duplicates;
    if (applied == Applied::gap) ++counts.gaps;
    if (applied == Applied::malformed) ++counts.malformed;
    if (applied == Applied::too_deep) ++counts.too_deep;
  }

  bool refuse(const Entry& entry) {
    books_.change([](Counts& counts) { return ++counts.too_many; });
    fail(entry, Error{errc::protocol_error, Phase::open,
                      "there are more books than most_books, " + std::to_string(options_.most_books)});
    return true;
  }

  void fail(const Entry& entry, const Error& error) { listeners_.tell(options_.on_failure, entry.name, error); }

  // By requests of our own: what the client desires does not change by it. A lost connection ends them, and the client
  // subscribes anew by itself.
  void subscribe_again(const EntryPtr& entry, const ClientRef& ref, int attempts) {
    const auto client = ref.lock();
    if (!client || !is_plain(entry->name)) return;
    async_request(
        *client, "public/unsubscribe",
        [self = shared_from_this(), entry, ref, attempts](Result<Response> answer) {
          if (auto failed = failure_of(answer, false, entry->name)) {
            return self->try_again(entry, ref, attempts, *failed);
          }
          const auto still = ref.lock();
          if (!still || !self->books_.holds(entry)) return;
          async_request(
              *still, "public/subscribe",
              [self, entry, ref, attempts](Result<Response> subscribed) {
                if (auto failed = failure_of(subscribed, true, entry->name)) {
                  return self->try_again(entry, ref, attempts, *failed);
                }
                self->books_.change([](Counts& counts) { return ++counts.resubscribed; });
              },
              params_of(entry->name));
        },
        params_of(entry->name));
  }

  void try_again(const EntryPtr& entry, const ClientRef& ref, int attempts, const Error& error) {
    if (error == errc::disconnected || error == errc::closed || error == errc::not_connected) return;
    if (attempts > 1) return subscribe_again(entry, ref, attempts - 1);
    fail(*entry, error);
  }

  const DeribitBookKeeperOptions options_;
  Listeners listeners_;
  BookRegistry<Entry, Counts> books_;
};

DeribitBookKeeper::DeribitBookKeeper(DeribitBookKeeperOptions options)
    : state_{handle_of(std::make_shared<State>(std::move(options)))} {}

bool DeribitBookKeeper::take(const Message& message, const ClientRef& client) { return state_->take(message, client); }
void DeribitBookKeeper::lost() { state_->lost(); }
void DeribitBookKeeper::forget(std::string_view channel) { state_->books().erase(channel); }
std::optional<DeribitBook> DeribitBookKeeper::book(std::string_view channel) const {
  return state_->books().book(channel);
}
std::vector<std::string> DeribitBookKeeper::channels() const { return state_->books().names(); }
DeribitBookCounts DeribitBookKeeper::counts() const { return state_->books().counts(); }

}  // namespace zenws::adapters
