// What any thread asks of an engine: requests and subscriptions. See engine.hpp.
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "client/engine.hpp"

namespace zenws::client {

// ---- requests

std::optional<Tracked> Engine::request(std::string_view request, std::string_view params,
                                       std::optional<std::chrono::milliseconds> timeout,
                                       Completion<Response> completion, std::uint64_t epoch) {
  auto tracked = calls_.request(request, params, timeout, std::move(completion), epoch);
  // Its answer may be behind what nobody takes.
  if (tracked && inbox_) inbox_->expects_an_answer();
  return tracked;
}

// True: of a request of the user's, or of our subscribing.
bool Engine::is_an_answer(const link::Inbound& inbound, std::uint64_t epoch) {
  const bool from_successor = is_successor(epoch);
  return calls_.takes(inbound, epoch, subscribing_.oldest(from_successor)) ||
         subscribing_.takes(inbound, from_successor);
}

void Engine::carry_out(const Life::EndCalls& action) {
  calls_.end_all(action.why);
  subscribing_.lost(action.why);
}

// ---- subscriptions

Result<> Engine::check_channels(const std::vector<std::string>& channels) const {
  if (channels.empty() || std::ranges::any_of(channels, &std::string::empty)) {
    return std::unexpected{Error{errc::invalid_config, Phase::open, "a channel needs a name"}};
  }
  const State state = counters_.state.load(std::memory_order_acquire);
  if (state == State::disconnected) return std::unexpected{Error{errc::closed, Phase::open, "the client has ended"}};
  if (!settings_.options().restore_subscriptions && state != State::connected)
    return std::unexpected{link::not_connected(state)};
  return {};
}

Result<> Engine::subscribe(std::vector<std::string> channels, TimePoint deadline, Completion<Subscribed> completion) {
  if (Result<> allowed = check_channels(channels); !allowed) {
    completion(std::unexpected{allowed.error()});
    return allowed;
  }
  loop_->post([self = shared_from_this(), channels = std::move(channels), deadline,
               completion = std::move(completion)]() mutable {
    if (const Error* const end = self->life_.end()) return completion(std::unexpected{*end});
    self->subscribing_.desire(channels, std::move(completion), deadline);
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
  const std::uint64_t epoch = to_successor ? rotation_->successor().epoch : links_.door().epoch();
  return send(ws::Opcode::text, as_bytes(text), epoch);
}

void Engine::feed_is_dead(const Error& error) {
  if (const auto present = links_.of(Life::Which::present)) present->abort(error);
}

void Engine::subscriptions_due() {
  const auto self = shared_from_this();
  if (!links_.have_read()) return subscribing_.arm_timer();
  subscribing_.on_time();
  take_over_when_ready();
}

// ---- the mailbox

void Engine::resume_reading() {
  if (rotation_) rotation_->deliver_held();
  links_.resume();
}

void Engine::answers_cannot_come(const Error& why) {
  calls_.end_all(why);
  retire_when_idle();
}

}  // namespace zenws::client
