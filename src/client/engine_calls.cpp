// What any thread asks of an engine: requests, subscriptions, messages from the mailbox. See engine.hpp.
#include <algorithm>
#include <chrono>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "client/engine.hpp"
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

// ---- requests

std::optional<Tracked> Engine::request(std::string_view request, std::string_view params,
                                       std::optional<std::chrono::milliseconds> timeout, Settle<Response> settle,
                                       std::uint64_t epoch) {
  Result<Outgoing> outgoing = outgoing_request(request, params, link::dialect_or_deribit(options_.dialect.get()));
  if (!outgoing) {
    settle(std::unexpected{std::move(outgoing).error()});
    return std::nullopt;
  }
  epoch = door_.epoch(epoch);
  const TimePoint now = Clock::now();
  const std::chrono::milliseconds at_most = timeout.value_or(options_.request_timeout);
  const TimePoint deadline = now + bounded(at_most);
  const auto ticket = requests_.track(outgoing->id, now, deadline, settle, epoch);
  if (!ticket) {
    settle(std::unexpected{Error{errc::duplicate_request_id, Phase::open}});
    return std::nullopt;
  }
  voice_.events().request_tracked(outgoing->id, at_most);
  // Only on the connection for which it was tracked, or one that carries it on: once that has ended, the request has
  // ended with it, and must not be carried out on the next one.
  const auto bytes = as_bytes(outgoing->text);
  const Result<> sent = limiter_gate_.is_limited()
                            ? send_limited(ws::Opcode::text, bytes, epoch, waiting_request(outgoing->id, *ticket))
                            : send(ws::Opcode::text, bytes, epoch);
  if (!sent) {
    end_unsent(outgoing->id, *ticket, sent.error());
    return std::nullopt;
  }
  if (requests_.needs_alarm(deadline)) {
    loop_->post([self = shared_from_this()] {
      if (self->self_) self->arm(self->request_timer_, self->requests_.next_alarm(), &Engine::expire_requests);
    });
  }
  if (mailbox_) room_again(mailbox_->is_paused());
  return Tracked{std::move(outgoing->id), *ticket};
}

void Engine::cancel_request(const Tracked& request) {
  end_unsent(request.id, request.ticket, Error{errc::cancelled, Phase::open, "the request was cancelled"});
  loop_->post([self = shared_from_this()] {
    self->limiter_gate_.sweep();
    self->retire_when_idle();
  });
}

Result<> Engine::send_limited(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch,
                              Waiting waiting) {
  return counted(limiter_gate_.send(opcode, payload, epoch, shared_from_this(), std::move(waiting)));
}

// A request that ended while it waited for tokens must not be carried out. What waits keeps us.
Waiting Engine::waiting_request(const RequestId& id, std::uint64_t ticket) {
  return {.still_wanted = [this, id, ticket] { return requests_.is_pending(id, ticket); },
          .not_sent = [this, id, ticket](const Error& error) { end_unsent(id, ticket, error); }};
}

void Engine::end_unsent(const RequestId& id, std::uint64_t ticket, const Error& error) {
  if (auto unsent = requests_.forget(id, ticket)) {
    voice_.events().request_failed(id, error);
    unsent->completion(std::unexpected{error});
  }
}

// True: of a request of the user's, or of our subscribing.
bool Engine::is_an_answer(const link::Inbound& inbound, std::uint64_t epoch) {
  const bool from_successor = is_successor(epoch);
  auto request = inbound.reading.id ? requests_.resolve(*inbound.reading.id)
                                    : requests_.resolve_oldest(epoch, subscribing_.oldest(from_successor));
  return ends(std::move(request), inbound) || subscribing_.takes(inbound, from_successor);
}

bool Engine::ends(std::optional<Requests::Pending> pending, const link::Inbound& inbound) {
  if (!pending) return false;
  const auto round_trip = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - pending->started);
  latency_.add(round_trip);
  numbers_.request_durations.add(round_trip);
  numbers_.failures.succeeded();
  voice_.events().request_resolved(pending->id, round_trip);
  pending->completion(response_of(inbound.text, round_trip));
  retire_when_idle();
  return true;
}

void Engine::expire_requests() {
  const auto self = shared_from_this();
  if (must_read_first()) {
    if (request_timer_) request_timer_->arm(Clock::now());
    return;
  }
  std::vector<Requests::Pending> expired = requests_.expire(Clock::now());
  if (!expired.empty()) limiter_gate_.sweep();
  for (Requests::Pending& late : expired) {
    numbers_.request_timeouts.add(1);
    numbers_.failures.failed(Clock::now());
    voice_.events().request_timed_out(late.id);
    late.completion(std::unexpected{Error{errc::timeout, Phase::open, "no answer in the time given"}});
  }
  retire_when_idle();
  if (request_timer_) request_timer_->arm(requests_.next_alarm());
}

void Engine::fail(std::vector<Requests::Pending> requests, const Error& why) {
  for (Requests::Pending& pending : requests) {
    voice_.events().request_failed(pending.id, why);
    pending.completion(std::unexpected{why});
  }
}

void Engine::carry_out(const Life::EndCalls& action) {
  fail(requests_.drain(), action.why);
  subscribing_.lost(action.why);
  limiter_gate_.sweep();
}

// ---- subscriptions

Result<> Engine::check_channels(const std::vector<std::string>& channels) const {
  if (channels.empty() || std::ranges::any_of(channels, &std::string::empty)) {
    return std::unexpected{Error{errc::invalid_config, Phase::open, "a channel needs a name"}};
  }
  const State state = numbers_.state.load(std::memory_order_acquire);
  if (state == State::disconnected) return std::unexpected{Error{errc::closed, Phase::open, "the client has ended"}};
  if (!options_.restore_subscriptions && state != State::connected) return std::unexpected{link::not_connected(state)};
  return {};
}

Result<> Engine::subscribe(std::vector<std::string> channels, TimePoint deadline, Settle<Subscribed> settle) {
  if (Result<> allowed = check_channels(channels); !allowed) {
    settle(std::unexpected{allowed.error()});
    return allowed;
  }
  loop_->post(
      [self = shared_from_this(), channels = std::move(channels), deadline, settle = std::move(settle)]() mutable {
        if (const Error* const end = self->life_.end()) return settle(std::unexpected{*end});
        self->subscribing_.want(channels, std::move(settle), deadline);
        self->take_over_when_ready();
      });
  return {};
}

Result<> Engine::unsubscribe(std::vector<std::string> channels) {
  if (Result<> allowed = check_channels(channels); !allowed) return allowed;
  loop_->post([self = shared_from_this(), channels = std::move(channels)] {
    if (self->life_.end() != nullptr) return;
    self->subscribing_.drop(channels);
    self->take_over_when_ready();
  });
  return {};
}

Result<> Engine::send_subscription(std::string_view text, bool to_successor) {
  const std::uint64_t epoch = to_successor ? rotation_->opened.epoch : door_.epoch();
  return send(ws::Opcode::text, as_bytes(text), epoch);
}

void Engine::feed_is_dead(const Error& error) {
  if (connection_) connection_->abort(error);
}

void Engine::subscriptions_due() {
  const auto self = shared_from_this();
  if (must_read_first()) return subscribing_.arm_timer();
  subscribing_.on_time();
  take_over_when_ready();
}

// ---- the mailbox

Result<OwnedMessage> Engine::receive(TimePoint deadline) {
  bool room = false;
  Result<OwnedMessage> message = mailbox_->receive(deadline, room);
  room_again(room);
  return message;
}

std::uint64_t Engine::async_receive(TimePoint deadline, Mailbox::Receiver receiver) {
  bool room = false;
  const std::uint64_t ticket = mailbox_->async_receive(std::move(receiver), deadline, room);
  room_again(room);
  if (deadline != never) {
    loop_->post([self = shared_from_this()] { self->receivers_due(); });
  }
  return ticket;
}

void Engine::receivers_due() {
  const auto self = shared_from_this();
  mailbox_->expire(Clock::now());
  if (self_) arm(receive_timer_, mailbox_->deadline(), &Engine::receivers_due);
}

void Engine::room_again(bool room) {
  if (!room) return;
  loop_->post([self = shared_from_this()] { self->resume_reading(); });
}

void Engine::resume_reading() {
  deliver_held();
  if (connection_) connection_->resume();
  if (rotation_ && rotation_->second) rotation_->second->resume();
}

// Nothing more is read until receive() makes room: whoever waits for an answer is told, not left to its timeout.
void Engine::mailbox_is_full() {
  if (!self_ || !mailbox_->is_paused()) return;
  voice_.events().mailbox_full(options_.mailbox_overflow);
  if (!std::exchange(told_of_full_mailbox_, true)) {
    voice_.log(LogLevel::warning,
               fmt::format("the mailbox is full ({} messages, {} bytes): nothing is read until receive() is "
                           "called; set Options::handler where nobody does",
                           numbers_.mailbox_size.value(), numbers_.mailbox_bytes.value()));
  }
  if (numbers_.pending_requests.value() == 0) return;
  if (mailbox_->has_room(true)) return resume_reading();  // it was made after has_room() had looked for one
  fail(requests_.drain(),
       Error{errc::mailbox_full, Phase::open,
             fmt::format("the mailbox is full ({} bytes, mailbox_bytes is {}): the answer cannot be read before "
                         "receive() is called",
                         numbers_.mailbox_bytes.value(), options_.mailbox_bytes)});
  limiter_gate_.sweep();
  retire_when_idle();
}

}  // namespace zenws::client
