// A connection that only sends, over a real socket: what is behind a door.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>

#include "link/door.hpp"
#include "link/outbox.hpp"
#include "net/loop.hpp"
#include "net/test_loop.hpp"

namespace zenws::test {

class Sender final : public link::Outbox::Owner, public std::enable_shared_from_this<Sender> {
 public:
  Sender(const std::shared_ptr<net::Loop>& loop, link::Door& door, std::uint64_t epoch, link::Counters& counters)
      : pair_{net::tests::connected_pair(io_)},
        near_{net::tests::adopt(*loop, std::move(pair_.first))},
        far_{net::tests::adopt(*loop, std::move(pair_.second))},
        outbox{*loop, door, *near_, epoch, 1 << 20, counters, nullptr, *this} {}

  std::shared_ptr<void> keep() override { return shared_from_this(); }
  void flush_soon() override { ++flushes; }
  void flush_when_writable() override {}
  void write_failed(std::error_code) override {}
  void queue_level(bool, std::uint64_t) override {}

  // How many bytes have come at the far end, all together.
  std::size_t arrived() {
    std::array<std::byte, 4096> bytes;
    for (;;) {
      const net::Transfer transfer = far_->read_some(bytes);
      if (transfer.status != net::Transfer::Status::ok) return arrived_;
      arrived_ += transfer.bytes;
    }
  }

 private:
  boost::asio::io_context io_;
  std::pair<net::tests::Socket, net::tests::Socket> pair_;
  std::unique_ptr<net::Transport> near_;
  std::unique_ptr<net::Transport> far_;
  std::size_t arrived_ = 0;

 public:
  std::atomic<int> flushes{0};
  link::Outbox outbox;
};

}  // namespace zenws::test
