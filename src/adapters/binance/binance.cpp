// The adapter's face: puts a client's options together, counts streams, and hands everything on.
#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <zenws/adapters/binance.hpp>
#include <zenws/rate_limiter.hpp>

#include "adapters/binance/client.hpp"
#include "adapters/binance/names.hpp"
#include "adapters/binance/request.hpp"
#include "adapters/connect_plan.hpp"
#include "adapters/errors.hpp"
#include "adapters/fields.hpp"

namespace zenws::adapters {

namespace {

using namespace std::chrono_literals;
using Streams = std::vector<std::string>;

// Of a URL's path behind `/ws/`, or of its `streams=`.
Streams streams_of(std::string_view url) {
  std::size_t from = url.find("streams=");
  if (from != std::string_view::npos) {
    from += std::string_view{"streams="}.size();
  } else {
    from = url.find("/ws/");
    if (from == std::string_view::npos) return {};
    from += std::string_view{"/ws/"}.size();
  }
  std::string_view names = url.substr(from);
  names = names.substr(0, std::min(names.find_first_of("&?#"), names.size()));
  Streams streams;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find('/'), names.size());
    if (end != 0) streams.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return streams;
}

std::string depth_stream(std::string_view symbol, std::string_view speed) {
  return fmt::format("{}@depth{}{}", binance::lower(symbol), speed.empty() ? "" : "@", speed);
}

Result<Streams> read_streams(const simdjson::dom::element& result) {
  simdjson::dom::array list;
  if (result.get(list) != simdjson::SUCCESS) return not_the_answer("a list of streams");
  Streams streams;
  streams.reserve(list.size());
  for (const simdjson::dom::element& each : list) {
    std::string_view name;
    if (each.get(name) != simdjson::SUCCESS) return not_the_answer("names of streams");
    streams.emplace_back(name);
  }
  std::ranges::sort(streams);
  return streams;
}

// The streams that one connection listens to. Threads: any.
class Listening {
 public:
  // Errors: errc::invalid_config; nothing is added then.
  Result<> add(const Streams& streams) {
    const std::lock_guard lock{mutex_};
    std::set<std::string> all = streams_;
    all.insert(streams.begin(), streams.end());
    if (all.size() > binance::most_streams) {
      return invalid_config(fmt::format("{} streams: a connection to Binance takes {}; open another for the rest",
                                        all.size(), binance::most_streams));
    }
    streams_ = std::move(all);
    return {};
  }
  void remove(const Streams& streams) {
    const std::lock_guard lock{mutex_};
    for (const std::string& stream : streams) streams_.erase(stream);
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return streams_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> streams_;
};

Result<std::shared_ptr<RateLimiter>> make_limiter(Runtime* runtime) {
  RateLimiterOptions settings = binance::streams_limiter();
  settings.runtime = runtime;
  return RateLimiter::create(std::move(settings));
}

// Books go to the keeper, everything else to the user.
void route(Options& options, const std::optional<BinanceBookKeeper>& keeper) {
  if (!keeper) return;
  options.handler = [kept = *keeper, next = std::move(options.handler)](const ClientRef& client,
                                                                        const Message& message) mutable {
    if (!kept.take(message) && next) next(client, message);
  };
}

// A book on which nothing happens gets its snapshot as soon as its stream is back.
void sync_again(BinanceBookKeeper& keeper, const Streams& streams) {
  for (const std::string& stream : streams) {
    const std::size_t end = stream.find("@depth");
    if (end != std::string::npos) keeper.sync(std::string_view{stream}.substr(0, end));
  }
}

void follow(Options& options, const std::shared_ptr<Listening>& listening,
            const std::optional<BinanceBookKeeper>& keeper) {
  options.on_lifecycle = [listening, kept = keeper,
                          next = std::move(options.on_lifecycle)](const Lifecycle& event) mutable {
    if (kept && std::holds_alternative<Disconnected>(event)) kept->lost();
    if (const auto* const restored = std::get_if<Restored>(&event); kept && restored != nullptr) {
      sync_again(*kept, restored->channels);
    }
    if (const auto* const rejected = std::get_if<SubscriptionRejected>(&event)) listening->remove({rejected->channel});
    if (next) next(event);
  };
}

}  // namespace

// Two at once and one each half second are at most four within any second.
RateLimiterOptions binance::streams_limiter() {
  return {.tokens = 2, .refill_rate = 1, .refill_interval = 500ms, .max_queue_size = 2 * most_streams};
}

class Binance::State {
 public:
  State(std::shared_ptr<Listening> listens_to, const std::optional<BinanceBookKeeper>& keeps, Client of)
      : listening{std::move(listens_to)},
        keeper{keeps.value_or(BinanceBookKeeper{})},
        keeps_books{keeps.has_value()},
        client{std::move(of)} {}

  const std::shared_ptr<Listening> listening;
  BinanceBookKeeper keeper;
  const bool keeps_books;
  Client client;
};

struct Binance::Plan {
  std::string url;
  Options options;
  std::shared_ptr<Listening> listening;
  std::optional<BinanceBookKeeper> keeper;

  [[nodiscard]] Binance with(Client client) && {
    return Binance{std::make_shared<State>(std::move(listening), keeper, std::move(client))};
  }
};

Binance::Binance(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}

Result<Binance> Binance::connect(BinanceOptions options) { return connect_planned(plan(std::move(options))); }

void Binance::async_connect(BinanceOptions options, std::move_only_function<void(Result<Binance>)> done) {
  connect_planned(plan(std::move(options)), std::move(done));
}

Result<Binance::Plan> Binance::plan(BinanceOptions options) {
  const auto listening = std::make_shared<Listening>();
  if (const Result<> added = listening->add(streams_of(options.url)); !added) return std::unexpected{added.error()};
  Options how = std::move(options.client);
  if (const Result<> limited = limit_rate(how, options.limit_rate, &make_limiter); !limited) {
    return std::unexpected{limited.error()};
  }
  binance::set_up(how, options.heartbeat);
  std::optional<BinanceBookKeeper> keeper;
  if (options.books.fetch) {
    if (options.books.runtime == nullptr) options.books.runtime = how.runtime;
    keeper.emplace(std::move(options.books));
  }
  route(how, keeper);
  follow(how, listening, keeper);
  return Plan{std::move(options.url), std::move(how), listening, std::move(keeper)};
}

Client& Binance::client() noexcept { return state_->client; }
Result<> Binance::close() { return state_->client.close(); }

Result<> Binance::subscribe(std::vector<std::string> streams) {
  if (const Result<> added = state_->listening->add(streams); !added) return added;
  return state_->client.subscribe(std::move(streams));
}

Result<Subscribed> Binance::subscribe_and_wait(std::vector<std::string> streams,
                                               std::optional<std::chrono::milliseconds> timeout) {
  if (const Result<> added = state_->listening->add(streams); !added) return std::unexpected{added.error()};
  return state_->client.subscribe_and_wait(std::move(streams), timeout);
}

Result<> Binance::unsubscribe(const std::vector<std::string>& streams) {
  Result<> sent = state_->client.unsubscribe(streams);
  if (sent) state_->listening->remove(streams);
  return sent;
}

Result<std::vector<std::string>> Binance::list_subscriptions(std::optional<std::chrono::milliseconds> timeout) {
  const binance::Call<Streams> call{.method = "LIST_SUBSCRIPTIONS", .params = {}, .read = &read_streams};
  return binance::interpret(call, state_->client.request(binance::make_request(call.method, call.params), {}, timeout));
}

std::size_t Binance::streams() const { return state_->listening->size(); }

Result<> Binance::watch_book(std::string_view symbol, std::string_view speed) {
  return watch_books({std::string{symbol}}, speed);
}

// The keeper knows of them before their first event can come.
Result<> Binance::watch_books(const std::vector<std::string>& symbols, std::string_view speed) {
  if (!state_->keeps_books) return invalid_config("watch_book needs books.fetch, which fetches snapshots");
  Streams streams;
  streams.reserve(symbols.size());
  for (const std::string& symbol : symbols) streams.push_back(depth_stream(symbol, speed));
  if (const Result<> added = state_->listening->add(streams); !added) return added;
  for (const std::string& symbol : symbols) state_->keeper.watch(symbol);
  auto subscribed = state_->client.subscribe_and_wait(std::move(streams));
  if (!subscribed) return std::unexpected{subscribed.error()};
  sync_again(state_->keeper, subscribed->confirmed);
  return {};
}

Result<> Binance::unwatch_book(std::string_view symbol, std::string_view speed) {
  Result<> sent = unsubscribe({depth_stream(symbol, speed)});
  if (sent) state_->keeper.forget(symbol);
  return sent;
}

std::optional<BinanceBook> Binance::book(std::string_view symbol) const { return state_->keeper.book(symbol); }
const BinanceBookKeeper& Binance::books() const noexcept { return state_->keeper; }

}  // namespace zenws::adapters
