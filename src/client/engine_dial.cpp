// How a connection comes about: dialled, opened, logged in, announced. See engine.hpp.
#include <utility>

#include <fmt/format.h>

#include <zenws/asio.hpp>

#include "base/contain.hpp"
#include "client/endpoint.hpp"
#include "client/engine.hpp"

namespace zenws::client {

void Engine::dial() {
  const auto self = shared_from_this();
  Result<net::DialRequest> request = next_request(attempt_, last_error_ ? &*last_error_ : nullptr);
  if (end_) return;  // the provider closed us
  if (!request) return attempt_failed(request.error());
  dial_ = start_dial(*std::move(request), [this](Result<net::Dialled> result) { dialled(std::move(result)); });
}

// The URL as create() parsed it is not kept beyond the first attempt: a reconnect can afford to parse it again.
Result<net::DialRequest> Engine::next_request(int attempt, const Error* last) {
  const EndpointProvider& provider = settings_.own<&Options::endpoint_provider>();
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

void Engine::dialled(Result<net::Dialled> dialled) {
  const auto self = shared_from_this();
  const std::unique_ptr<net::Dial> finished = std::move(dial_);
  if (!dialled) return attempt_failed(dialled.error());
  opened(std::move(*dialled));
}

void Engine::attempt_failed(const Error& error) {
  if (debugs()) log(LogLevel::debug, to_string(error));
  ask_what_next(error);
}

// ---- serve

void Engine::opened(net::Dialled dialled) {
  retry_.opened(Clock::now());
  const std::uint64_t epoch = ++last_epoch_;
  numbers_.epoch.set(epoch);
  connected_ = {epoch, dialled.took, dialled.answer.subprotocol};
  if (epoch > 1) numbers_.reconnects.add(1);
  connection_ = open(std::move(dialled), epoch, outboxes_.present(), true);
  settings_.own<&Options::authenticate>() ? authenticate(epoch) : announce();
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
void Engine::authenticate(std::uint64_t epoch) {
  log(LogLevel::debug, "authenticating");
  authenticate_deadline_ = std::make_unique<net::Timer>(loop_->timers(), [this, epoch] {
    const Error late{errc::timeout, Phase::open, "authenticate took longer than request_timeout"};
    authenticated(epoch, std::unexpected{late});
  });
  authenticate_deadline_->arm(Clock::now() + options_.request_timeout);
  // Dropped without a call, the Settle says so.
  Settle<void> settle{[weak = weak_from_this(), epoch](Result<> result) {
    const auto self = weak.lock();
    if (!self) return;
    self->loop_->post([self, epoch, result = std::move(result)] { self->authenticated(epoch, result); });
  }};
  const auto& hook = settings_.own<&Options::authenticate>();
  Authenticated done{[settle = std::move(settle)](Result<> result) mutable { settle(std::move(result)); }};
  if (const auto thrown = text_of_what_it_throws([&] { hook(Access::on(*ref_, epoch), std::move(done)); })) {
    callback_failed(*thrown);
  }
}

void Engine::authenticated(std::uint64_t epoch, const Result<>& result) {
  const auto self = shared_from_this();
  if (epoch != last_epoch_ || !authenticate_deadline_ || end_) return;
  Connection* const connection = connection_of(epoch);
  if (connection == nullptr) return;
  authenticate_deadline_.reset();
  if (result) return connection == connection_.get() ? announce() : prepare_successor();
  Error error = result.error();
  if (error == errc::closed) error = Error{errc::disconnected, Phase::open, "authenticate gave no answer"};
  connection->close(1000, {}, std::move(error));
}

void Engine::announce() {
  connect_deadline_.reset();
  publish(State::connected);
  if (debugs()) log(LogLevel::debug, fmt::format("connected, connection {}", connected_.epoch));
  announced_ = true;
  tell(connected_);
  if (!end_) {
    joined_ = true;
    if (const auto& on_connect = settings_.own<&Options::on_connect>()) contain([&] { on_connect(*ref_); });
  }
  started_({});
  if (!connection_ || end_) return;
  subscribing_.opened(connected_.epoch > 1);
  come_of_age_later();
}

}  // namespace zenws::client
