#include "testing/player.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/logger.hpp"

namespace zenws::testing {

namespace {

using namespace std::chrono_literals;
using Type = RecordedEntry::Type;

// Messages in a row before other connections get their turn.
constexpr int messages_in_a_row = 1000;
// Bytes that may wait for a client that reads slowly, and how often is looked whether they still do.
constexpr std::size_t room = std::size_t{1} << 20U;
constexpr auto patience = 1ms;

std::optional<ws::Opcode> opcode_of(Type type) noexcept {
  switch (type) {
    case Type::text:
      return ws::Opcode::text;
    case Type::binary:
      return ws::Opcode::binary;
    case Type::ping:
      return ws::Opcode::ping;
    case Type::pong:
    case Type::close:
    case Type::event:
      break;
  }
  return std::nullopt;
}

bool is_played(const RecordedEntry& entry, const ReplayServerOptions& options) noexcept {
  return entry.dir == RecordedEntry::Direction::in && opcode_of(entry.type) &&
         (!options.from || entry.ts >= *options.from) && (!options.until || entry.ts < *options.until);
}

}  // namespace

Player::Player(net::Loop& loop, const std::shared_ptr<Connection>& connection, record::Reader reader,
               const ReplayServerOptions& options, std::function<void()> played)
    : connection_{connection},
      reader_{std::move(reader)},
      options_{options},
      played_{std::move(played)},
      pace_{options.speed},
      timer_{loop.timers(), [this] { play(); }} {}

void Player::start() {
  if (!std::exchange(begun_, true)) timer_.arm(Clock::now());
}

void Player::play() {
  const auto connection = connection_.lock();
  if (!connection) return;
  for (int i = 0; i < messages_in_a_row; ++i) {
    if (!connection->is_open()) return;
    if (!look_ahead()) return finish();
    const TimePoint now = Clock::now();
    if (connection->waiting_bytes() > room) return timer_.arm(now + patience);
    if (const TimePoint due = pace_.due(next_->ts, now); due > now) return timer_.arm(due);
    connection->send(*opcode_of(next_->type), as_bytes(next_->data));
    next_.reset();
  }
  timer_.arm(Clock::now());
}

// False: there is no more.
bool Player::look_ahead() {
  while (!next_) {
    next_ = reader_.next();
    if (!next_) return false;
    if (!is_played(*next_, options_)) next_.reset();
  }
  return true;
}

void Player::finish() {
  if (reader_.failure()) write_log(LogLevel::error, "replay server: " + to_string(*reader_.failure()));
  played_();
  if (!options_.close_at_end) return;
  if (const auto connection = connection_.lock()) connection->disconnect(Disconnect::normal());
}

}  // namespace zenws::testing
