#include "sim/pipe.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "sim/network.hpp"

namespace zenws::sim {

using net::Transfer;

namespace {

Transfer failed(int code) { return {.status = Transfer::Status::failed, .error = {code, std::system_category()}}; }

}  // namespace

// ---- one direction

std::size_t Pipe::read(std::span<std::byte> into) {
  const std::size_t bytes = std::min(into.size(), unread());
  std::copy_n(arrived_.begin() + static_cast<std::ptrdiff_t>(read_), bytes, into.begin());
  read_ += bytes;
  if (unread() != 0) return bytes;
  arrived_.clear();
  read_ = 0;
  return bytes;
}

void Pipe::arrive(std::span<const std::byte> bytes) {
  if (silent_ || is_over()) return;
  on_its_way_ -= bytes.size();
  const bool breaks = planned_ && planned_->after <= bytes.size();
  if (breaks) bytes = bytes.first(planned_->after);
  if (planned_) planned_->after -= bytes.size();
  arrived_.insert(arrived_.end(), bytes.begin(), bytes.end());
  if (breaks) return break_now(planned_->how);
  tell();
}

void Pipe::arrive_end(bool reset) {
  if (silent_ || is_over()) return;
  (reset ? reset_ : fin_) = true;
  tell();
}

void Pipe::break_after(std::size_t bytes, Break how) {
  planned_ = {.after = bytes, .how = how};
  if (bytes == 0) break_now(how);
}

void Pipe::break_now(Break how) {
  if (silent_ || is_over()) return;
  const auto back = other.lock();
  if (how == Break::silence) {
    silent_ = true;
    if (back) back->silent_ = true;
    return;
  }
  (how == Break::fin ? fin_ : reset_) = true;
  if (back) back->reset_ = true;
  tell();
  if (back) back->tell();
}

void Pipe::tell() {
  if (reader != nullptr) reader->became_readable();
  if (writer != nullptr && reset_) writer->became_writable();
}

TimePoint Pipe::next_arrival(TimePoint earliest) noexcept {
  return last_arrival_ = std::max(earliest, last_arrival_ + Duration{1});
}

// ---- one end of it

SimTransport::SimTransport(SimDriver& driver, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out)
    : driver_{driver}, in_{std::move(in)}, out_{std::move(out)} {
  in_->reader = this;
  out_->writer = this;
}

Transfer SimTransport::read_some(std::span<std::byte> into) {
  if (!open_) return failed(EBADF);
  if (in_->unread() == 0) {
    if (in_->is_reset()) return failed(ECONNRESET);
    if (in_->has_ended()) return {.status = Transfer::Status::ended};
    reading_.ready = false;
    return {.status = Transfer::Status::want_read};
  }
  const std::size_t bytes = in_->read(into);
  if (in_->writer != nullptr && bytes != 0) in_->writer->became_writable();
  if (bytes < into.size() && !in_->is_over()) reading_.ready = false;
  return {.bytes = bytes, .more = bytes == into.size() || in_->is_over()};
}

std::size_t SimTransport::room() const {
  const std::size_t window = driver_.net().weather.window;
  return out_->stalled ? 0 : window - std::min(window, out_->held());
}

Transfer SimTransport::write_some(std::span<const std::byte> from) {
  if (!open_) return failed(EBADF);
  if (in_->is_reset() || out_->is_reset()) return failed(EPIPE);
  const std::size_t bytes = taken_of(std::min(room(), from.size()));
  if (bytes == 0) {
    writing_.ready = false;
    return {.status = Transfer::Status::want_write};
  }
  SimWorld& world = driver_.net().world();
  const std::size_t first = world.chance(driver_.net().weather.split) ? 1 + world.draw(bytes) : bytes;
  for (const auto piece : {from.first(first), from.subspan(first, bytes - first)}) {
    if (piece.empty()) continue;
    send_later(piece.size(), [copy = std::vector(piece.begin(), piece.end())](Pipe& pipe) { pipe.arrive(copy); });
  }
  return {.bytes = bytes};
}

// Of so many bytes that there is room for.
std::size_t SimTransport::taken_of(std::size_t bytes) {
  if (!driver_.is_clients() || bytes == 0) return bytes;
  SimWorld& world = driver_.net().world();
  const Weather& weather = driver_.net().weather;
  if (!world.chance(weather.full)) return world.chance(weather.partial) ? 1 + world.draw(bytes) : bytes;
  world.in(driver_.net().latency(), [this, alive = std::weak_ptr{alive_}] {
    if (!alive.expired()) became_writable();
  });
  return 0;
}

void SimTransport::send_later(std::size_t bytes, std::move_only_function<void(Pipe&)> arrives) {
  SimWorld& world = driver_.net().world();
  out_->on_its_way(bytes);
  world.at(out_->next_arrival(world.now() + driver_.net().latency()),
           [pipe = out_, arrives = std::move(arrives)]() mutable { arrives(*pipe); });
}

void SimTransport::send_end(bool reset) {
  if (std::exchange(out_->end_sent, true)) return;
  send_later(0, [reset](Pipe& pipe) { pipe.arrive_end(reset); });
}

void SimTransport::close(bool reset) noexcept {
  if (!std::exchange(open_, false)) return;
  in_->reader = nullptr;
  out_->writer = nullptr;
  alive_.reset();
  const Ready reader = std::exchange(reading_.waits, nullptr);
  const Ready writer = std::exchange(writing_.waits, nullptr);
  if (reset) out_->end_sent = false;  // also after a FIN
  send_end(reset);
}

void SimTransport::wait_readable(Ready ready) {
  reading_.waits = std::move(ready);
  tell(&SimTransport::reading_);
}

void SimTransport::wait_writable(Ready ready) {
  writing_.waits = std::move(ready);
  tell(&SimTransport::writing_);
}

void SimTransport::became_readable() {
  reading_.ready = true;
  tell(&SimTransport::reading_);
}

void SimTransport::became_writable() {
  writing_.ready = true;
  tell(&SimTransport::writing_);
}

// On the loop, which may come to it when it is no more so.
void SimTransport::tell(Side SimTransport::* side) {
  if (!(this->*side).waits || !(this->*side).ready) return;
  driver_.ready([this, side, alive = std::weak_ptr{alive_}] {
    if (!alive.expired() && (this->*side).waits) std::exchange((this->*side).waits, nullptr)();
  });
}

}  // namespace zenws::sim
