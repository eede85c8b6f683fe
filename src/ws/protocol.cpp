// The order in which RFC 6455 has a receiver judge what it reads, and where the bytes are meanwhile.
#include "ws/protocol.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ws/close.hpp"
#include "ws/frame_rules.hpp"
#include "ws/mask.hpp"

namespace zenws::ws {
namespace {

// From this much missing on, reading straight into the message saves more than an extra system call costs.
constexpr std::size_t direct_threshold = std::size_t{64} << 10U;
// How far an announced length is believed before its bytes have come: beyond it memory grows with what arrives.
constexpr std::size_t believed_length = std::size_t{4} << 20U;
// A larger buffer is not kept for a message that needs only a small part of it.
constexpr std::size_t small_buffer = std::size_t{16} << 10U;

// What DEFLATE adds where there is nothing to compress, generously; a peer's empty blocks count as well.
std::size_t most_compressed(std::size_t size) noexcept { return std::min(size, SIZE_MAX / 2) + size / 64 + 1024; }

// `buffer` with `bytes` behind its own and text_padding readable behind those.
void append_padded(Buffer& buffer, std::span<const std::byte> bytes) {
  const std::size_t size = buffer.size() + bytes.size();
  const std::span<std::byte> room = buffer.extend(bytes.size() + text_padding);
  if (!bytes.empty()) std::memcpy(room.data(), bytes.data(), bytes.size());
  buffer.truncate(size);
}

}  // namespace

struct Protocol::Ending {
  Error error;
  CloseReason reason;
};

Protocol::Protocol(Role role, Limits limits, std::optional<InflateParams> inflate)
    : role_(role),
      max_message_size_(limits.max_message_size),
      inflater_(inflate ? std::make_unique<Inflater>(*inflate) : nullptr) {}
Protocol::~Protocol() = default;

void Protocol::feed(std::span<std::byte> bytes) {
  if (step_ == Step::closed || step_ == Step::failed) return;
  if (input_.empty()) {
    input_ = bytes;
    return;
  }
  keep();
  kept_.consume(kept_.size() - input_.size());
  append_padded(kept_, bytes);
  input_ = kept_.bytes();
}

void Protocol::keep() {
  if (delivered_) forget_delivered();
  if (input_.empty() || !kept_.empty()) return;
  append_padded(kept_, input_);
  input_ = kept_.bytes();
}

// All but what next() does by itself.
Event Protocol::next_by_steps() {
  if (inflater_ != nullptr && step_ == Step::header && carry_.empty() && !in_message_) {
    if (const Event event = take_whole_compressed(); event.kind != Event::Kind::need_more) return event;
  }
  for (;;) {
    switch (step_) {
      case Step::header: {
        const DecodedHeader decoded = carry_.empty() ? take_header() : take_carried_header();
        if (decoded.status == DecodedHeader::Status::need_more) return need_more();
        if (const Rule* broken = broken_rule(decoded, place())) return fail(*broken);
        if (is_whole_control(decoded.header)) return take_whole_control(decoded.header);
        begin_frame(decoded.header);
        break;
      }
      case Step::control:
        return take_control();
      case Step::data:
        if (const Event event = take_data(); event.kind != Event::Kind::need_more || step_ == Step::data) return event;
        break;  // a fragment ended, its message goes on
      case Step::closed:
        return {.kind = Event::Kind::close, .payload = {}};
      case Step::failed:
        return {.kind = Event::Kind::failed, .payload = {}};
    }
  }
}

// Takes the header off the input, or carries what there is of it.
DecodedHeader Protocol::take_header() {
  DecodedHeader decoded = decode_header(input_);
  if (decoded.status == DecodedHeader::Status::need_more) {
    carry_.append(take(input_.size()));
  } else {
    input_ = input_.subspan(decoded.size);
  }
  return decoded;
}

// The same for a header whose start is carried already.
DecodedHeader Protocol::take_carried_header() {
  DecodedHeader decoded;
  for (;;) {
    decoded = decode_header(carry_.bytes());
    if (decoded.status != DecodedHeader::Status::need_more) {
      carry_.clear();
      break;
    }
    if (input_.empty()) break;
    carry_.append(take(decoded.size - carry_.size()));
  }
  return decoded;
}

// The sum over a message's fragments counts, and is judged before any memory is asked for.
FramePlace Protocol::place() const noexcept {
  FramePlace place{.receiver = role_, .in_message = in_message_, .room = max_message_size_ - message_.size()};
  if (inflater_ == nullptr) return place;
  place.may_deflate = true;
  place.in_compressed = in_message_ && compressed_;
  place.compressed_room = most_compressed(max_message_size_) - (place.in_compressed ? deflated_ : 0);
  return place;
}

// True when all of a control frame is in the input: nothing needs to be copied.
bool Protocol::is_whole_control(const FrameHeader& header) const noexcept {
  return is_control(header.opcode) && header.length <= input_.size();
}

Event Protocol::take_whole_control(const FrameHeader& header) {
  const std::span<std::byte> payload = take(header.length);
  if (header.masked) mask(payload, header.key);
  return control_event(header.opcode, payload);
}

void Protocol::begin_frame(const FrameHeader& header) noexcept {
  frame_ = header;
  frame_left_ = header.length;
  step_ = is_control(header.opcode) ? Step::control : Step::data;
  if (step_ == Step::control) return;
  if (header.opcode != Opcode::continuation) {
    in_message_ = true;
    in_fragments_ = !header.fin;
    if (in_fragments_) ++fragmented_;
    message_opcode_ = header.opcode;
    compressed_ = header.rsv != 0;
    deflated_ = 0;
    if (!compressed_ && message_.capacity() > small_buffer && header.length < message_.capacity() / 4)
      message_.release();
  }
  frame_begin_ = message_.size();
}

Event Protocol::take_control() {
  const std::span<std::byte> piece = take(frame_left_);
  frame_left_ -= piece.size();
  carry_.append(piece);
  if (frame_left_ != 0) return need_more();
  const std::span<std::byte> payload = carry_.bytes();
  carry_.clear();  // its memory stays until everything was taken
  if (frame_.masked) mask(payload, frame_.key);
  step_ = Step::header;
  return control_event(frame_.opcode, payload);
}

Event Protocol::take_data() {
  if (compressed_) return take_compressed();
  const std::span<std::byte> piece = take(frame_left_);
  make_room(piece.size());
  message_.append(piece);
  frame_left_ -= piece.size();
  if (!check_new_bytes()) return fail(text_is_utf8);
  if (frame_left_ == 0) return end_frame();
  if (frame_left_ >= direct_threshold) make_room(direct_threshold);
  return need_more();
}

// A compressed message of one frame, all of it in the input, as most are. need_more: it is something else.
Event Protocol::take_whole_compressed() {
  const PlainMessage plain = plain_message(input_, role_, frame_layout::fin_bit | rsv1 << 4U);
  if (plain.header_size == 0 || plain.length > most_compressed(max_message_size_)) return {};
  if (plain.header_size + plain.length > input_.size()) return {};
  const std::span<std::byte> payload = input_.subspan(plain.header_size, plain.length);
  input_ = input_.subspan(plain.header_size + plain.length);
  if (role_ == Role::server) mask(payload, load<MaskKey>(payload.data() - sizeof(MaskKey)));
  const Inflater::Status status = inflater_->add(payload, true, message_, max_message_size_, text_padding);
  if (status != Inflater::Status::ok) {
    message_opcode_ = plain.opcode;
    compressed_ = true;
    return fail(*broken_by(status));
  }
  if (plain.opcode == Opcode::text && !is_valid_utf8(message_.bytes())) return fail(text_is_utf8);
  delivered_ = true;
  return {.kind = Event::kind_of(plain.opcode), .payload = message_.bytes()};
}

Event Protocol::take_compressed() {
  const std::span<std::byte> piece = take(frame_left_);
  if (frame_.masked) mask(piece, frame_.key, frame_.length - frame_left_);
  frame_left_ -= piece.size();
  deflated_ += piece.size();
  const bool is_last = frame_left_ == 0 && frame_.fin;
  if (const Rule* broken = broken_by(inflater_->add(piece, is_last, message_, max_message_size_, text_padding))) {
    return fail(*broken);
  }
  return frame_left_ == 0 ? end_frame() : need_more();
}

// Null: nothing. First the text that was inflated, so that the verdict is the same however the message is cut.
const Rule* Protocol::broken_by(Inflater::Status status) noexcept {
  if (!check_new_bytes()) return &text_is_utf8;
  if (status == Inflater::Status::too_big) return &message_fits;
  return status == Inflater::Status::broken ? &compressed_is_deflate : nullptr;
}

// need_more: more frames of the message follow.
Event Protocol::end_frame() {
  step_ = Step::header;
  if (!frame_.fin) return {};
  if (message_opcode_ == Opcode::text && !utf8_.finish()) return fail(text_is_utf8);
  in_message_ = false;
  delivered_ = true;
  return {.kind = Event::kind_of(message_opcode_), .payload = message_.bytes()};
}

Event Protocol::control_event(Opcode opcode, std::span<std::byte> payload) {
  if (opcode == Opcode::close) return close_event(payload);
  return {.kind = opcode == Opcode::ping ? Event::Kind::ping : Event::Kind::pong, .payload = payload};
}

Event Protocol::close_event(std::span<std::byte> payload) {
  Result<CloseReason> reason = parse_close(payload);
  if (!reason) return fail(std::move(reason).error());
  ending_ = std::make_unique<Ending>(Ending{.error = Error{errc::closed, Phase::open}, .reason = *std::move(reason)});
  step_ = Step::closed;
  input_ = {};
  return {.kind = Event::Kind::close, .payload = payload};
}

Event Protocol::fail(const Rule& rule) { return fail(Error{rule.code, Phase::open, rule.text}); }

Event Protocol::fail(Error error) {
  ending_ = std::make_unique<Ending>(Ending{.error = std::move(error), .reason = {}});
  step_ = Step::failed;
  input_ = {};
  message_.release();
  kept_.release();
  return {.kind = Event::Kind::failed, .payload = {}};
}

// Everything was taken: an idle connection gives its memory back.
Event Protocol::need_more() noexcept {
  input_ = {};
  if (kept_.capacity() != 0) kept_.release();
  if (!in_message_ && message_.capacity() != 0) message_.release();
  if (carry_.empty() && carry_.capacity() != 0) carry_.release();
  return {};
}

std::span<std::byte> Protocol::take(std::uint64_t at_most) noexcept {
  const std::size_t count = std::min<std::uint64_t>(at_most, input_.size());
  const std::span<std::byte> taken = input_.first(count);
  input_ = input_.subspan(count);
  return taken;
}

// Makes room for `count` more bytes of the frame, and while at it for as much of it as may be believed to come.
void Protocol::make_room(std::size_t count) {
  const std::size_t size = message_.size();
  if (message_.capacity() >= size + count + text_padding) return;
  const std::size_t believed = std::min<std::uint64_t>(frame_left_, std::max(believed_length, size));
  message_.extend(std::max(count, believed) + text_padding);
  message_.truncate(size);
}

// Unmasks what was added to the message and checks it, so that broken text fails before its end has come (§8.1).
bool Protocol::check_new_bytes() noexcept {
  const std::span<std::byte> fresh = message_.bytes().subspan(checked_);
  if (frame_.masked && !compressed_) mask(fresh, frame_.key, checked_ - frame_begin_);
  checked_ = message_.size();
  return message_opcode_ != Opcode::text || utf8_.feed(fresh);
}

std::span<std::byte> Protocol::direct_target() noexcept {
  if (step_ != Step::data || compressed_ || !input_.empty() || frame_left_ < direct_threshold) return {};
  const std::size_t size = message_.size();
  const std::size_t room = message_.capacity() - size - text_padding;  // next() made it
  return {message_.data() + size, std::min<std::uint64_t>(frame_left_, room)};
}

void Protocol::fed_directly(std::size_t count) noexcept {
  message_.extend(count);  // within the room of direct_target(): nothing moves
  frame_left_ -= count;
}

const Error& Protocol::failure() const noexcept { return ending_->error; }

std::uint16_t Protocol::failure_close_code() const noexcept {
  if (failure() == errc::invalid_utf8) return close_code::invalid_data;
  return failure() == errc::message_too_big ? close_code::message_too_big : close_code::protocol_error;
}

const CloseReason& Protocol::close_reason() const noexcept { return ending_->reason; }

std::size_t Protocol::memory() const noexcept {
  return message_.capacity() + kept_.capacity() + carry_.capacity() + (ending_ ? sizeof(Ending) : 0) +
         (inflater_ ? sizeof(Inflater) + inflater_->memory() : 0);
}

}  // namespace zenws::ws
