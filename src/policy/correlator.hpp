// Which waiting call an answer belongs to, and which calls have waited long enough.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <zenws/request.hpp>

#include "base/clock.hpp"

namespace zenws::policy {

// Integers before texts; ids and their views compare alike.
struct RequestIdOrder {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const noexcept {
    if (a.index() != b.index()) return a.index() < b.index();
    if (a.index() == 0) return std::get<0>(a) < std::get<0>(b);
    return std::string_view{std::get<1>(a)} < std::string_view{std::get<1>(b)};
  }
};

// `Completion` ends a waiting call. Every call that was tracked is given back exactly once.
template <class Completion>
class Correlator {
 public:
  struct Pending {
    TimePoint started;
    Completion completion;
    RequestId id = {};
  };

  // `epoch`: of the connection on which it goes. The call's ticket, for forget(); nullopt: a call with this id is
  // waiting, `completion` is untouched.
  [[nodiscard]] std::optional<std::uint64_t> track(const RequestId& id, TimePoint now, TimePoint deadline,
                                                   Completion& completion, std::uint64_t epoch = 0) {
    const auto [place, is_new] = calls_.try_emplace(id);
    if (!is_new) return std::nullopt;
    place->second.ticket = ++last_ticket_;
    place->second.epoch = epoch;
    place->second.deadline = deadlines_.emplace(deadline, place);
    place->second.pending.emplace(Pending{now, std::move(completion), id});
    return last_ticket_;
  }
  // The call that the answer with this id ends.
  [[nodiscard]] std::optional<Pending> resolve(const RequestIdView& id) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return std::nullopt;
    return take(found);
  }
  // The call of this epoch that has waited longest, if it has waited since before `before`.
  [[nodiscard]] std::optional<Pending> resolve_oldest(std::uint64_t epoch, TimePoint before) {
    auto oldest = calls_.end();
    for (auto call = calls_.begin(); call != calls_.end(); ++call) {
      if (call->second.epoch != epoch || call->second.pending->started >= before) continue;
      if (oldest == calls_.end() || call->second.ticket < oldest->second.ticket) oldest = call;
    }
    if (oldest == calls_.end()) return std::nullopt;
    return take(oldest);
  }
  // The call of that ticket, unless it has ended.
  [[nodiscard]] std::optional<Pending> forget(const RequestId& id, std::uint64_t ticket) {
    const auto found = calls_.find(id);
    if (found == calls_.end() || found->second.ticket != ticket) return std::nullopt;
    return take(found);
  }
  [[nodiscard]] bool holds(const RequestId& id, std::uint64_t ticket) const {
    const auto found = calls_.find(id);
    return found != calls_.end() && found->second.ticket == ticket;
  }
  // The calls whose deadline has come, the earliest first.
  [[nodiscard]] std::vector<Pending> expire(TimePoint now) {
    std::vector<Pending> expired;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) expired.push_back(take(deadlines_.begin()->second));
    return expired;
  }
  // Whether calls of this epoch, or an older one, wait.
  [[nodiscard]] bool has_of(std::uint64_t epoch) const {
    return std::ranges::any_of(calls_, [epoch](const auto& call) { return call.second.epoch <= epoch; });
  }
  // The calls of these epochs.
  [[nodiscard]] std::vector<Pending> drain_of(std::uint64_t first, std::uint64_t last) {
    std::vector<Pending> found;
    for (auto call = calls_.begin(); call != calls_.end();) {
      const auto next = std::next(call);
      if (call->second.epoch >= first && call->second.epoch <= last) found.push_back(take(call));
      call = next;
    }
    return found;
  }
  // All calls, by deadline.
  [[nodiscard]] std::vector<Pending> drain() { return expire(never); }
  // The earliest, or never.
  [[nodiscard]] TimePoint deadline() const noexcept { return deadlines_.empty() ? never : deadlines_.begin()->first; }
  [[nodiscard]] std::size_t size() const noexcept { return calls_.size(); }

 private:
  struct Call;
  using Calls = std::map<RequestId, Call, RequestIdOrder>;
  using Deadlines = std::multimap<TimePoint, typename Calls::iterator>;
  struct Call {
    std::uint64_t ticket = 0;
    std::uint64_t epoch = 0;
    typename Deadlines::iterator deadline;
    std::optional<Pending> pending;
  };

  Pending take(typename Calls::iterator call) {
    Pending pending = std::move(*call->second.pending);
    deadlines_.erase(call->second.deadline);
    calls_.erase(call);
    return pending;
  }

  Calls calls_;
  Deadlines deadlines_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace zenws::policy
