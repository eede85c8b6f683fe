// How a connection comes about: dialled, opened, logged in, announced. See engine.hpp.
#include <utility>

#include <fmt/format.h>

#include <zenws/asio.hpp>

#include "base/contain.hpp"
#include "base/random.hpp"
#include "client/endpoint.hpp"
#include "client/engine.hpp"

namespace zenws::client {

void Engine::carry_out(const Life::Dial& action) {
  if (action.which == Life::Which::other) {
    if (!rotation_) rotation_ = std::make_unique<Rotation>(options_.handover_bytes);
    if (rotation_->handover.holds_any()) return life_.rotation_has_no_room(Clock::now());
  }
  Result<net::DialRequest> request = next_request(action.attempt, action.last ? &*action.last : nullptr);
  if (!life_.is_dialling(action.which)) return;  // the provider closed us
  if (!request) return dial_failed(action.which, request.error());
  dial_of(action.which) = start_dial(*std::move(request), [this, which = action.which](Result<net::Dialled> result) {
    dialled(which, std::move(result));
  });
}

// The URL as create() parsed it is not kept beyond the first attempt: a reconnect can afford to parse it again.
Result<net::DialRequest> Engine::next_request(int attempt, const Error* last) {
  const EndpointProvider& provider = settings_.callbacks().endpoint_provider;
  Url url;
  if (const std::unique_ptr<Url> parsed = std::move(url_)) {
    url = std::move(*parsed);
  } else if (!provider) {
    Result<Url> again = parse_url(target_);
    if (!again) return std::unexpected{std::move(again).error()};
    url = *std::move(again);
  }
  return next_dial(std::move(url), options_, provider, attempt, last);
}

// The callbacks cannot outlive us: stop() destroys the Dial.
std::unique_ptr<net::Dial> Engine::start_dial(net::DialRequest request, net::Dial::Done done) {
  redacted_url_ = request.url.redacted;
  if (request.url.secure && !ticket_) ticket_ = std::make_shared<net::TlsTicket>();
  request.ticket = ticket_;
  log(LogLevel::debug, "dialling");
  events_.attempt();
  net::Dial::Watch watch;
  if (options_.debug) {
    watch = [this](const net::DialStep& step) {
      log(LogLevel::debug, fmt::format("{}: {}", to_string(step.phase), step.text));
    };
  }
  return net::Dial::start(*loop_, std::move(request), std::move(done), std::move(watch));
}

void Engine::dialled(Life::Which which, Result<net::Dialled> dialled) {
  const auto self = shared_from_this();
  const std::unique_ptr<net::Dial> finished = std::move(dial_of(which));
  if (!dialled) return dial_failed(which, dialled.error());
  which == Life::Which::present ? open_present(*std::move(dialled)) : open_successor(*std::move(dialled));
}

void Engine::dial_failed(Life::Which which, const Error& error) {
  if (which == Life::Which::other) {
    return happens([&](Life& life) { life.successor_dial_failed(error, Clock::now(), random_unit()); });
  }
  if (debugs()) log(LogLevel::debug, to_string(error));
  numbers_.failures.failed(Clock::now());
  const Life::Failure failure = judged(error);
  happens([&](Life& life) { life.dial_failed(failure, Clock::now(), random_unit()); });
}

// ---- serve

void Engine::open_present(net::Dialled dialled) {
  const Connected link{++last_epoch_, dialled.took, dialled.answer.subprotocol};
  numbers_.epoch.set(link.epoch);
  if (link.epoch > 1) numbers_.reconnects.add(1);
  connection_ = open(std::move(dialled), link.epoch, outboxes_.present(), true);
  happens([&](Life& life) { life.dialled(link, Clock::now(), random_unit()); });
}

std::shared_ptr<Connection> Engine::open(net::Dialled dialled, std::uint64_t epoch, Outbox& outbox,
                                         bool represents_client) {
  if (recording_) recording_->connected(epoch, redacted_url_);
  auto connection = std::make_shared<Connection>(*loop_, options_, epoch, outbox, numbers_, watch_.get(),
                                                 static_cast<Connection::Owner&>(*this));
  connection->represents(represents_client);
  connection->start(shared_from_this(), std::move(dialled.stream), std::move(dialled.received), dialled.more);
  events_.upgraded(dialled.took);
  return connection;
}

Connection* Engine::connection_of(std::uint64_t epoch) const noexcept {
  if (connection_ && connection_->epoch() == epoch) return connection_.get();
  Connection* const second = rotation_ ? rotation_->second.get() : nullptr;
  return second != nullptr && second->epoch() == epoch ? second : nullptr;
}

// A loop that was busy finds what came in time.
void Engine::read_now() {
  if (const auto connection = connection_) connection->read_now();
  if (rotation_) {
    if (const auto second = rotation_->second) second->read_now();
  }
}

// What is late is judged when what came in time was read, but not for ever: a flood may be in front of it.
bool Engine::must_read_first() {
  constexpr int most_turns = 8;
  read_now();
  const bool is_behind = connection_ && connection_->is_behind();
  if (is_behind && ++turns_waited_ < most_turns) return true;
  turns_waited_ = 0;
  return false;
}

// The hook may send, but the connection does not count as open before it is done.
void Engine::carry_out(const Life::Greet& action) {
  log(LogLevel::debug, "authenticating");
  // Dropped without a call, the Settle says so.
  Settle<void> settle{[weak = weak_from_this(), epoch = action.epoch](Result<> result) {
    const auto self = weak.lock();
    if (!self) return;
    self->loop_->post([self, epoch, result = std::move(result)] { self->greeted(epoch, result); });
  }};
  const auto& hook = settings_.callbacks().authenticate;
  Authenticated done{[settle = std::move(settle)](Result<> result) mutable { settle(std::move(result)); }};
  if (const auto thrown = text_of_what_it_throws([&] { hook(Access::on(*ref_, action.epoch), std::move(done)); })) {
    callback_failed(*thrown);
  }
}

void Engine::greeted(std::uint64_t epoch, const Result<>& result) {
  happens([&](Life& life) { life.greeted(epoch, result, Clock::now(), random_unit()); });
}

}  // namespace zenws::client
