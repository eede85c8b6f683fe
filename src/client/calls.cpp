#include "client/calls.hpp"

#include <new>
#include <utility>

#include "base/bytes.hpp"
#include "link/default_dialect.hpp"
#include "link/out_of_memory.hpp"

namespace zenws::client {

namespace {

// Not by an exception: the request would be gone, and its caller not told.
Result<Response> response_of(std::string_view text, std::chrono::microseconds round_trip) try {
  return Response{text, round_trip};
} catch (const std::bad_alloc&) {
  return std::unexpected{link::out_of_memory()};
}

}  // namespace

std::optional<Tracked> Calls::request(std::string_view request, std::string_view params,
                                      std::optional<std::chrono::milliseconds> timeout, Completion<Response> completion,
                                      std::uint64_t epoch) {
  Result<Outgoing> outgoing = outgoing_request(request, params, link::dialect_or_deribit(options_.dialect.get()));
  if (!outgoing) {
    completion(std::unexpected{std::move(outgoing).error()});
    return std::nullopt;
  }
  epoch = door_.epoch(epoch);
  const TimePoint now = Clock::now();
  const std::chrono::milliseconds at_most = timeout.value_or(options_.request_timeout);
  const TimePoint deadline = now + bounded(at_most);
  const auto ticket = requests_.track(outgoing->id, now, deadline, completion, epoch);
  if (!ticket) {
    completion(std::unexpected{Error{errc::duplicate_request_id, Phase::open}});
    return std::nullopt;
  }
  voice_.events().request_tracked(outgoing->id, at_most);
  // Only on the connection for which it was tracked, or one that carries it on: once that has ended, the request has
  // ended with it, and must not be carried out on the next one.
  const auto bytes = as_bytes(outgoing->text);
  const Result<> sent = gate_.is_limited()
                            ? send_limited(ws::Opcode::text, bytes, epoch, waiting_request(outgoing->id, *ticket))
                            : send(ws::Opcode::text, bytes, epoch);
  if (!sent) {
    end_unsent(outgoing->id, *ticket, sent.error());
    return std::nullopt;
  }
  if (requests_.needs_alarm(deadline)) {
    loop_.post([this, kept = owner_.keep()] { arm(); });
  }
  return Tracked{std::move(outgoing->id), *ticket};
}

void Calls::cancel(const Tracked& request) {
  end_unsent(request.id, request.ticket, Error{errc::cancelled, Phase::open, "the request was cancelled"});
  loop_.post([this, kept = owner_.keep()] {
    gate_.sweep();
    owner_.call_ended();
  });
}

Result<> Calls::send_limited(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch,
                             Waiting waiting) {
  return counted(gate_.send(opcode, payload, epoch, owner_.keep(), std::move(waiting)));
}

// A request that ended while it waited for tokens must not be carried out. What waits keeps us.
Waiting Calls::waiting_request(const RequestId& id, std::uint64_t ticket) {
  return {.still_wanted = [this, id, ticket] { return requests_.is_pending(id, ticket); },
          .not_sent = [this, id, ticket](const Error& error) { end_unsent(id, ticket, error); }};
}

void Calls::end_unsent(const RequestId& id, std::uint64_t ticket, const Error& error) {
  if (auto unsent = requests_.forget(id, ticket)) {
    voice_.events().request_failed(id, error);
    unsent->completion(std::unexpected{error});
  }
}

bool Calls::takes(const link::Inbound& inbound, std::uint64_t epoch, TimePoint before) {
  auto pending = inbound.reading.id ? requests_.resolve(*inbound.reading.id) : requests_.resolve_oldest(epoch, before);
  if (!pending) return false;
  const auto round_trip = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - pending->started);
  latency_.add(round_trip);
  counters_.request_durations.add(round_trip);
  counters_.failures.succeeded();
  voice_.events().request_resolved(pending->id, round_trip);
  pending->completion(response_of(inbound.text, round_trip));
  owner_.call_ended();
  return true;
}

void Calls::arm() {
  if (!runs_) return;
  if (!timer_) timer_ = std::make_unique<net::Timer>(loop_.timers(), [this] { expire(); });
  timer_->arm(requests_.next_alarm());
}

void Calls::expire() {
  const auto kept = owner_.keep();
  if (!owner_.has_read()) {
    if (timer_) timer_->arm(Clock::now());
    return;
  }
  std::vector<Requests::Pending> expired = requests_.expire(Clock::now());
  if (!expired.empty()) gate_.sweep();
  for (Requests::Pending& late : expired) {
    counters_.request_timeouts.add(1);
    counters_.failures.failed(Clock::now());
    voice_.events().request_timed_out(late.id);
    late.completion(std::unexpected{Error{errc::timeout, Phase::open, "no answer in the time given"}});
  }
  owner_.call_ended();
  arm();
}

void Calls::end(std::vector<Requests::Pending> requests, const Error& why) {
  for (Requests::Pending& pending : requests) {
    voice_.events().request_failed(pending.id, why);
    pending.completion(std::unexpected{why});
  }
  gate_.sweep();  // what waited for tokens to ask them
}

}  // namespace zenws::client
