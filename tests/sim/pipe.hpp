// A connection as two pipes with latency and limits, which can break at any byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "net/transport.hpp"
#include "sim/world.hpp"

namespace zenws::sim {

class SimDriver;
class SimTransport;
struct Weather;

// How a connection may end.
enum class Break : std::uint8_t {
  reset,    // RST on both sides; what is on its way is lost
  fin,      // this direction ends as if the far end had closed; the other is reset
  silence,  // from now on nothing arrives, in either direction, and nobody is told
};

// One direction of a connection. What was sent arrives in order, later.
class Pipe {
 public:
  [[nodiscard]] std::size_t unread() const noexcept { return arrived_.size() - read_; }
  [[nodiscard]] std::size_t held() const noexcept { return unread() + on_its_way_; }
  // The reader has all that will ever come.
  [[nodiscard]] bool is_over() const noexcept { return fin_ || reset_; }
  [[nodiscard]] bool is_reset() const noexcept { return reset_; }
  [[nodiscard]] bool has_ended() const noexcept { return fin_; }

  std::size_t read(std::span<std::byte> into);
  void on_its_way(std::size_t bytes) noexcept { on_its_way_ += bytes; }
  // `bytes` are here. False: the break came first.
  void arrive(std::span<const std::byte> bytes);
  void arrive_end(bool reset);
  // After so many more bytes.
  void break_after(std::size_t bytes, Break how);

  // Among what is sent on one pipe none overtakes another.
  TimePoint next_arrival(TimePoint earliest) noexcept;

  std::weak_ptr<Pipe> other;
  SimTransport* reader = nullptr;  // null once closed
  SimTransport* writer = nullptr;
  bool stalled = false;  // takes nothing
  bool end_sent = false;

 private:
  struct Planned {
    std::size_t after;
    Break how;
  };
  void break_now(Break how);
  void tell();

  std::vector<std::byte> arrived_;
  std::size_t read_ = 0;
  std::size_t on_its_way_ = 0;
  TimePoint last_arrival_{};
  bool fin_ = false;
  bool reset_ = false;
  bool silent_ = false;
  std::optional<Planned> planned_;
};

// As a socket that is registered once, edge-triggered: who has not read all that there is, and waits, waits in vain.
class SimTransport final : public net::Transport {
 public:
  SimTransport(SimDriver& driver, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out);
  ~SimTransport() override { close(false); }

  net::Transfer read_some(std::span<std::byte> into) override;
  net::Transfer write_some(std::span<const std::byte> from) override;
  void wait_readable(Ready ready) override;
  void wait_writable(Ready ready) override;
  [[nodiscard]] std::size_t unread() const noexcept override { return in_->unread(); }
  void keep_alive() noexcept override {}
  [[nodiscard]] int descriptor() const noexcept override { return open_ ? 0 : -1; }
  void end_output() noexcept override { send_end(false); }
  void close(bool reset) noexcept override;

  // Something has changed.
  void became_readable();
  void became_writable();

 private:
  struct Side {
    Ready waits;
    bool ready = true;  // an edge that was not used up
  };
  void tell(Side SimTransport::* side);
  void send_end(bool reset);
  void send_later(std::size_t bytes, std::move_only_function<void(Pipe&)> arrives);
  [[nodiscard]] std::size_t room() const;
  [[nodiscard]] std::size_t taken_of(std::size_t bytes);

  SimDriver& driver_;
  const std::shared_ptr<Pipe> in_;
  const std::shared_ptr<Pipe> out_;
  bool open_ = true;
  Side reading_;
  Side writing_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace zenws::sim
