// The requests of one client that wait for their answers: any thread adds, the loop ends them.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/dialect.hpp>
#include <zenws/error.hpp>
#include <zenws/request.hpp>

#include "base/clock.hpp"
#include "base/short_lock.hpp"
#include "client/completion.hpp"
#include "client/counters.hpp"
#include "policy/correlator.hpp"

namespace zenws::client {

struct Outgoing {
  RequestId id;
  std::string text;
};
// Which call of the table: an id may be used again.
struct Tracked {
  RequestId id;
  std::uint64_t ticket;
};
// A method with its params becomes a request; what begins as an object is one, if the dialect finds an id in it.
// Errors: invalid_config; the dialect's.
[[nodiscard]] Result<Outgoing> outgoing_request(std::string_view request, std::string_view params,
                                                const Dialect& dialect);

// No completion runs inside these: they give back what the caller is to completion.
class Requests {
 public:
  using Table = policy::Correlator<Completion<Response>>;
  using Pending = Table::Pending;

  explicit Requests(Counters& counters) noexcept : counters_{counters} {}

  // Any thread. `epoch`: of the connection on which it goes. nullopt: a request with this id is pending, `completion`
  // is untouched.
  [[nodiscard]] std::optional<std::uint64_t> track(const RequestId& id, TimePoint now, TimePoint deadline,
                                                   Completion<Response>& completion, std::uint64_t epoch);
  // Any thread. The request, unless it has ended.
  [[nodiscard]] std::optional<Pending> forget(const RequestId& id, std::uint64_t ticket);
  // Any thread. False once it has ended.
  [[nodiscard]] bool is_pending(const RequestId& id, std::uint64_t ticket);
  // Any thread. True when the loop's timer must be moved to `deadline`; it is taken for done.
  [[nodiscard]] bool needs_alarm(TimePoint deadline);
  // Loop. When the timer must ring next.
  [[nodiscard]] TimePoint next_alarm();

  [[nodiscard]] std::optional<Pending> resolve(const RequestIdView& id);
  // See policy::Correlator.
  [[nodiscard]] std::optional<Pending> resolve_oldest(std::uint64_t epoch, TimePoint before);
  [[nodiscard]] std::vector<Pending> expire(TimePoint now);
  [[nodiscard]] std::vector<Pending> drain();
  // Whether any waits of the connection of this epoch, or of one before it.
  [[nodiscard]] bool has_of(std::uint64_t epoch);
  // Those of the connections `first` to `last`.
  [[nodiscard]] std::vector<Pending> drain_of(std::uint64_t first, std::uint64_t last);

 private:
  void publish() noexcept { counters_.pending_requests.set(table_.size()); }

  Counters& counters_;
  ShortLock mutex_;
  Table table_;
  TimePoint alarm_ = never;
};

}  // namespace zenws::client
