#include "client/rotation.hpp"

#include <chrono>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/contain.hpp"
#include "json/parser.hpp"
#include "link/decoder.hpp"
#include "link/default_dialect.hpp"
#include "link/out_of_memory.hpp"
#include "policy/turn.hpp"
#include "ws/protocol.hpp"

namespace zenws::client {

using Which = Links::Which;

void Rotation::begin(const Connected& successor) {
  successor_ = successor;
  both_since_ = Clock::now();
  repeated_before_ = handover_.repeated();
  handover_.begin();
}

Rotated Rotation::told() const {
  const auto overlap = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - both_since_);
  return {successor_.epoch, successor_.connect_time, overlap, handover_.repeated() - repeated_before_};
}

bool Rotation::holds(link::Link& from, const link::Inbound& inbound, bool retires) {
  const policy::Handover::Id id = id_of(inbound);
  const bool is_younger = (links_.which(from) == Which::present) == retires;
  const bool waits = links_.of(Which::other) ? is_younger : handover_.holds_any();
  const bool is_delivered = !waits && handover_.admits(inbound.reading.channel, id);
  if (waits) handover_.hold(inbound.reading.channel, id, std::string{inbound.text});
  publish();
  bound(from, retires);
  return !is_delivered;
}

policy::Handover::Id Rotation::id_of(const link::Inbound& update) {
  if (update.json == nullptr) return {};
  const Dialect& dialect = link::dialect_or_deribit(options_.dialect.get());
  const auto id = contained([&] { return dialect.update_id(*update.json); });
  if (id) return *id;
  owner_.callback_failed(id.error().what);
  return {};
}

// A successor can be given up, for nothing of it was delivered. Once it serves it is read no further until what is held
// was delivered.
void Rotation::bound(link::Link& from, bool retires) {
  const bool may_be_given_up = links_.of(Which::other) && !retires;
  if (!may_be_given_up) {
    if (handover_.holds_too_much() && links_.which(from) == Which::present) from.pause();
  } else if (handover_.holds_too_much() || handover_.knows_too_many()) {
    owner_.handover_is_full(
        Error{errc::disconnected, Phase::open,
              fmt::format("the new connection was given up: the rotation would hold back more than handover_bytes ({})",
                          options_.handover_bytes)});
  }
}

void Rotation::forget_held() {
  handover_.forget_held();
  publish();
}

void Rotation::forget() {
  handover_.forget();
  publish();
}

void Rotation::finish() {
  handover_.end();
  deliver_held();
}

void Rotation::deliver_held() try { deliver_in_turns(); } catch (const std::bad_alloc&) {
  json::give_back();
  if (const auto present = links_.of(Which::present)) present->abort(link::out_of_memory());
}

void Rotation::deliver_in_turns() {
  const auto kept = owner_.keep();
  const link::Decoder decoder{options_.decode_json, options_.dialect.get(),
                              [this](std::string_view what) { owner_.callback_failed(what); }};
  policy::Turn turn{Clock::now()};
  bool is_over = false;
  while (!links_.of(Which::other) && owner_.has_room(false)) {
    if (is_over) {
      pause_reading();
      return loop_.take_turn([this, kept] { deliver_held(); });
    }
    std::optional<std::string> text = handover_.take();
    publish();
    if (!text) {
      if (const auto present = links_.of(Which::present)) present->resume();
      return;
    }
    if (!owner_.is_heard()) {
      counters_.link.dropped_on_close.add(1);
      continue;
    }
    text->reserve(text->size() + ws::text_padding);
    std::optional<link::Inbound> inbound;
    decoder.read_text(inbound, *text, true);
    owner_.handle(*inbound, links_.last_epoch());
    json::give_back();
    is_over = loop_.has_posted() || (turn.called() && turn.look(Clock::now()).over);
  }
}

// Else what comes meanwhile is held too, and it never ends.
void Rotation::pause_reading() {
  if (const auto present = links_.of(Which::present)) present->pause();
}

void Rotation::publish() noexcept {
  counters_.repeated_updates.set(handover_.repeated());
  counters_.handover_bytes.set(handover_.bytes());
}

}  // namespace zenws::client
