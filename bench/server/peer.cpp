// How each mode answers what comes in.
#include "server/peer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "handshake.hpp"
#include "server/frames.hpp"

namespace bench {

namespace {

// Batches that a sink asks for ahead, so that the client need not wait for the next question.
constexpr std::uint64_t batches_ahead = 2;
}  // namespace

bool Peer::on_readable() {
  static std::vector<std::byte> buffer(receive_size);  // all clients': most have nothing in it between two reads
  do {
    if (buffer.size() < rest_.size() + receive_size) buffer.resize(rest_.size() + receive_size);
    std::ranges::copy(rest_, buffer.begin());
    const ssize_t got = stream_.read(std::span{buffer}.subspan(rest_.size(), receive_size));
    if (got == Stream::gone) return false;
    if (got == Stream::blocked) break;
    received(std::span{buffer}.first(rest_.size() + static_cast<std::size_t>(got)));
  } while (stream_.has_more());
  return on_writable();
}

void Peer::received(std::span<std::byte> bytes) {
  if (!open_) return upgrade(bytes);
  const std::size_t taken = walk_frames(
      bytes, [this](const FrameHeader& header, std::span<std::byte> payload) { on_frame(header, payload); });
  rest_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(taken), bytes.end());
}

bool Peer::on_writable() {
  blocked_ = false;
  if (!write_owed() || !write_flood()) return false;
  return !closing_ || blocked_;
}

bool Peer::tick() {
  if (owed_.empty()) owed_ = *trade_frame(work_.size);  // else the client does not keep up: it is told less often
  return on_writable();
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
    const bool must_know = work_.mode == Mode::echo || work_.mode == Mode::reply;
    if (must_know) xor_copy(payload, payload.data(), header.key);
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
    case Mode::reply:
      return reply(payload);
    case Mode::drop:
      begun_ = true;
      return;
    case Mode::tick:
    case Mode::hold:
      return;
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
  flood_ = flood_of(work_.size);
  flood_left_ = work_.messages * trade_frame(work_.size)->size();
}

void Peer::reply(std::span<const std::byte> request) {
  append_frame(owed_, text_opcode, as_bytes(response_to(request, work_.size)));
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
    const std::size_t left = std::min<std::uint64_t>(flood_->size() - flood_at_, flood_left_);
    const std::size_t taken = write(std::span{*flood_}.subspan(flood_at_, left));
    if (taken == 0) return blocked_;
    flood_left_ -= taken;
    flood_at_ = (flood_at_ + taken) % flood_->size();
  }
  return true;
}

// Bytes taken; 0: blocked_, or the client is gone.
std::size_t Peer::write(std::span<const std::byte> bytes) {
  const ssize_t taken = stream_.write(bytes);
  blocked_ = taken == Stream::blocked;
  return static_cast<std::size_t>(std::max<ssize_t>(taken, 0));
}

}  // namespace bench
