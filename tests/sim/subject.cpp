#include <charconv>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include <zenws/asio.hpp>
#include <zenws/dialect.hpp>

#include "sim/scenario.hpp"

namespace zenws::sim {

using namespace std::chrono_literals;

Subject::Subject(SimWorld& world, std::string name, Fail fail)
    : world_{world}, name_{std::move(name)}, fail_{std::move(fail)} {}

void Subject::check(bool holds, const std::string& rule) {
  if (!holds) fail_(name_ + ": " + rule);
}

void Subject::connect(const std::string& url, Runtime& runtime) {
  Options options;
  options.runtime = &runtime;
  options.dialect = Dialect::deribit();
  options.heartbeat = Heartbeat::ping_pong(5s);
  options.retry_delay = 100ms;
  options.max_backoff = 5s;
  options.retry_count = 1'000'000;
  options.request_timeout = 3s;
  options.on_lifecycle = [this](const Lifecycle& event) { lifecycle(event); };
  options.handler = [this](const Message& got) { message(got); };
  async_connect(url, options, [this](Result<Client> client) {
    check(client.has_value(), "connects in the end");
    if (client) client_ = *std::move(client);
  });
}

void Subject::lifecycle(const Lifecycle& event) {
  static constexpr std::array names{"connected", "disconnected", "reconnecting", "restarting", "rotated",
                                    "degraded",  "restored",     "rejected",     "stopped"};
  say(names.at(event.index()));
  check(!closed_, "nothing is told after close() returned");
  if (const auto* connected = std::get_if<Connected>(&event)) {
    check(!open_, "is told of one connection at a time");
    check(connected->epoch > last_epoch_, "epochs grow");
    last_epoch_ = connected->epoch;
    open_ = true;
  } else if (std::holds_alternative<Disconnected>(event)) {
    check(open_, "what is lost was open");
    open_ = false;
  } else if (const auto* rotated = std::get_if<Rotated>(&event)) {
    check(open_, "rotates while it is connected");
    last_epoch_ = rotated->epoch;
  }
}

void Subject::message(const Message& message) {
  check(!closed_, "no handler is called after close() returned");
  check(open_, "messages come while it is connected");
  const auto* text = std::get_if<TextMessage>(&message);
  if (text == nullptr) return;
  int number = 0;
  std::from_chars(text->text.data() + 1, text->text.data() + text->text.size(), number);
  check(number <= sent_, "what comes was sent");
  check(has_rotated_ || number > last_echo_, "echoes come in order, once");
  last_echo_ = number;
}

void Subject::request() {
  const auto number = static_cast<std::size_t>(asked_++);
  endings_->push_back(0);
  async_request(*client_, world_.chance(0.3) ? "public/slow" : "public/test",
                [endings = endings_, number](const Result<Response>&) { ++endings->at(number); });
}

void Subject::act() {
  if (!client_) return;
  switch (world_.draw(10)) {
    case 0:

      if (const auto channel = "channel." + std::to_string(world_.draw(5)); client_->subscribe({channel}))
        desired_.insert(channel), say("subscribes " + channel);
      return;
    case 1:
      if (desired_.empty()) return;

      if (const auto channel = *desired_.begin(); client_->unsubscribe({channel}))
        desired_.erase(channel), say("unsubscribes " + channel);
      return;
    case 2:
      if (!world_.chance(0.3)) return;
      say("rotates");
      has_rotated_ |= client_->rotate().has_value();
      return;
    case 3:
    case 4:
    case 5:
    case 6:
      return request();
    default:
      if (client_->send_message("t" + std::to_string(sent_ + 1))) ++sent_;
  }
}

void Subject::judge_at_rest() {
  check(client_ && client_->get_state() == State::connected, "is connected once the faults are over");
  if (!client_) return;
  for (const int endings : *endings_) check(endings == 1, "each request ends once");
  const StateMetrics metrics = client_->get_state_metrics();
  check(metrics.confirmed_size == desired_.size(),
        "what is desired is confirmed: " + std::to_string(metrics.confirmed_size) + " of " +
            std::to_string(desired_.size()));
  check(metrics.pending_requests_size == 0, "nothing waits for an answer");
}

void Subject::close() {
  if (!client_) return;
  check(client_->close().has_value(), "closes within its time");
  closed_ = true;
  client_.reset();
}

}  // namespace zenws::sim
