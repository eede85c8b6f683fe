#include "client/links.hpp"

#include <utility>

namespace zenws::client {

Links::Links(Parts parts, std::string_view target, Url url)
    : loop_{std::move(parts.loop)},
      settings_{parts.settings},
      counters_{parts.counters},
      owner_{parts.owner},
      recording_{std::move(parts.recording)},
      watch_{recording_ || parts.say ? std::make_unique<const link::FrameWatch>(recording_.get(), std::move(parts.say))
                                     : nullptr},
      dialler_{loop_, settings_, target, std::move(url)},
      door_{counters_.state} {}

void Links::dial(Which which, net::DialRequest request, net::Dial::Done done, net::Dial::Watch watch) {
  dial_of(which) = dialler_.dial(std::move(request), std::move(done), std::move(watch));
}

void Links::end_dial(Which which) { dial_of(which).reset(); }

link::Link& Links::open(Which which, net::Dialled& dialled) {
  const link::Link::Parts parts{*loop_, settings_.options(), door_, counters_.link, watch_.get(), owner_};
  const auto link =
      std::make_shared<link::Link>(parts, ++last_epoch_, std::move(dialled.transport), dialled.answer.deflate);
  if (which == Which::present) {
    door_.enter(link->outbox());
    present_ = link;
  } else {
    link->represents(false);
    door_.offer(link->outbox());
    other_ = link;
  }
  return *link;
}

void Links::begin(link::Link& link, net::Dialled dialled, std::shared_ptr<void> owner) {
  if (recording_) recording_->connected(link.epoch(), dialler_.redacted_url());
  link.start(std::move(owner), std::move(dialled.received), dialled.more);
}

std::optional<Links::Which> Links::which(const link::Link& link) const noexcept {
  if (&link == present_.get()) return Which::present;
  if (&link == other_.get()) return Which::other;
  return std::nullopt;
}

std::shared_ptr<link::Link> Links::release(Which which) noexcept {
  return std::exchange(which == Which::present ? present_ : other_, nullptr);
}

void Links::take_over() {
  door_.take_over();
  present_.swap(other_);
}

void Links::represent_client() {
  if (other_) other_->represents(false);
  if (present_) present_->represents(true);
}

bool Links::have_read() {
  constexpr int most_turns = 8;
  for (const Which which : {Which::present, Which::other}) {
    if (const auto link = of(which)) link->read_now();  // which may end it
  }
  const auto is_behind = [this](Which which) { return of(which) && of(which)->is_behind(); };
  if ((is_behind(Which::present) || is_behind(Which::other)) && ++turns_waited_ < most_turns) return false;
  turns_waited_ = 0;
  return true;
}

void Links::resume() {
  for (const Which which : {Which::present, Which::other}) {
    if (const auto link = of(which)) link->resume();
  }
}

}  // namespace zenws::client
