// How each mode answers what comes in.
#include "server/peer.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <sys/socket.h>

#include "handshake.hpp"
#include "trade.hpp"

namespace bench {

namespace {

// Batches that a sink asks for ahead, so that the client need not wait for the next question.
constexpr std::uint64_t batches_ahead = 2;
constexpr std::size_t flood_write = std::size_t{256} << 10U;

bool would_block() noexcept { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

bool Peer::on_readable() {
  const std::span<std::byte> room = received_.room();
  const ssize_t got = ::recv(socket_.number(), room.data(), room.size(), 0);
  if (got < 0) return would_block();
  if (got == 0) return false;
  const auto count = static_cast<std::size_t>(got);
  if (open_) {
    received_.received(count,
                       [this](const FrameHeader& header, std::span<std::byte> payload) { on_frame(header, payload); });
  } else {
    upgrade(room.first(count));
  }
  return on_writable();
}

bool Peer::on_writable() {
  blocked_ = false;
  if (!write_owed() || !write_flood()) return false;
  return !closing_ || blocked_;
}

void Peer::upgrade(std::span<const std::byte> piece) {
  request_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  if (!request_.ends_with("\r\n\r\n")) return;  // clients say nothing more before the answer
  work_ = read_work(target_of(request_));
  const std::string answer = answer_to(request_);
  std::ranges::copy(as_bytes(answer), std::back_inserter(owed_));
  open_ = true;
}

void Peer::on_frame(const FrameHeader& header, std::span<std::byte> payload) {
  if (closing_) return;
  if (header.opcode == text_opcode) {
    // Only an echo needs to know what was said.
    if (work_.mode == Mode::echo) xor_copy(payload, payload.data(), header.key);
    on_message(payload);
  } else if (header.opcode == close_opcode) {
    xor_copy(payload, payload.data(), header.key);
    append_frame(owed_, close_opcode, payload);
    closing_ = true;
    flood_left_ = 0;
  }
}

void Peer::on_message(std::span<const std::byte> payload) {
  switch (work_.mode) {
    case Mode::echo:
      return append_frame(owed_, text_opcode, payload);
    case Mode::flood:
      return begin_flood();
    case Mode::sink:
      return count_message();
  }
}

void Peer::count_message() {
  if (!std::exchange(begun_, true)) {
    for (std::uint64_t i = 0; i < batches_ahead; ++i) ask_for_batch();
    return;
  }
  ++counted_;
  if (counted_ == work_.messages) return append_frame(owed_, text_opcode, as_bytes("done"));
  if (work_.batch != 0 && counted_ % work_.batch == 0) ask_for_batch();
}

void Peer::ask_for_batch() {
  if (work_.batch == 0 || asked_for_ >= work_.messages) return;
  asked_for_ += work_.batch;
  append_frame(owed_, text_opcode, as_bytes("more"));
}

void Peer::begin_flood() {
  if (std::exchange(begun_, true)) return;
  const std::string trade = make_trade(work_.size);
  append_frame(flood_, text_opcode, as_bytes(trade));
  const std::size_t frame = flood_.size();
  while (flood_.size() + frame <= flood_write) append_frame(flood_, text_opcode, as_bytes(trade));
  flood_left_ = work_.messages * frame;
}

// False when the client is gone.
bool Peer::write_owed() {
  while (owed_at_ < owed_.size() && !blocked_) {
    const std::size_t taken = write(std::span{owed_}.subspan(owed_at_));
    if (taken == 0) return blocked_;
    owed_at_ += taken;
  }
  if (owed_at_ == owed_.size()) {
    owed_.clear();
    owed_at_ = 0;
  }
  return true;
}

// False when the client is gone.
bool Peer::write_flood() {
  while (flood_left_ != 0 && !blocked_) {
    const std::size_t left = std::min<std::uint64_t>(flood_.size() - flood_at_, flood_left_);
    const std::size_t taken = write(std::span{flood_}.subspan(flood_at_, left));
    if (taken == 0) return blocked_;
    flood_left_ -= taken;
    flood_at_ = (flood_at_ + taken) % flood_.size();
  }
  return true;
}

// Bytes taken; 0: blocked_, or the client is gone.
std::size_t Peer::write(std::span<const std::byte> bytes) {
  const ssize_t taken = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (taken > 0) return static_cast<std::size_t>(taken);
  blocked_ = would_block();
  return 0;
}

}  // namespace bench
