// zenws_instructions WORK: the path in memory of a thousand messages of 200 B, without sockets, clock or chance, to be
// counted instruction by instruction. See check.py.
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/buffer.hpp"
#include "base/clock.hpp"
#include "link/session.hpp"
#include "trade.hpp"
#include "wire.hpp"
#include "ws/protocol.hpp"

namespace {

constexpr std::size_t message_size = 200;
// Fewer than there are mask keys in one draw from the CSPRNG, whose cost would depend on the machine.
constexpr std::size_t messages = 1000;
constexpr std::size_t warm_up = 10;
constexpr std::size_t in_a_read = 100;

// Messages as reads bring them, fed to a session.
class Inbound {
 public:
  explicit Inbound(bool decode_json) : options_{.decode_json = decode_json} {
    const std::string trade = bench::make_trade(message_size);
    for (std::size_t i = 0; i < in_a_read; ++i) bench::append_frame(bytes_, bench::text_opcode, bench::as_bytes(trade));
    read_ = bytes_.size();
    bytes_.resize(read_ + zenws::ws::text_padding);
  }
  void take(std::size_t count) {
    for (std::size_t taken = 0; taken < count;) {
      session_.feed(std::span{bytes_}.first(read_), now_);
      while (session_.next(now_, false, inbound_).kind == zenws::link::Step::Kind::message) ++taken;
    }
  }

 private:
  const zenws::Options options_;
  const zenws::TimePoint now_{};
  zenws::link::Session session_{options_, now_, nullptr};
  std::optional<zenws::link::Inbound> inbound_;
  std::vector<std::byte> bytes_;
  std::size_t read_ = 0;
};

// Frames, appended until a write takes them.
class Outbound {
 public:
  void give(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      zenws::ws::append_frame(out_, zenws::ws::Role::client, zenws::ws::Opcode::text, bench::as_bytes(trade_));
      if (i % in_a_read == in_a_read - 1) out_.clear();
    }
  }

 private:
  const std::string trade_ = bench::make_trade(message_size);
  zenws::Buffer out_;
};

}  // namespace

// What is counted, and nothing else: callgrind is told these names.
extern "C" {
[[gnu::noinline]] void counted_receive(Inbound& inbound) { inbound.take(messages); }
[[gnu::noinline]] void counted_send(Outbound& outbound) { outbound.give(messages); }
}

namespace {

void receive(bool decode_json) {
  const auto inbound = std::make_unique<Inbound>(decode_json);
  inbound->take(in_a_read);  // what happens once only is not counted
  counted_receive(*inbound);
}

void send() {
  Outbound outbound;
  outbound.give(warm_up);
  counted_send(outbound);
}

bool run(std::string_view work) {
  // simdjson chooses its kernel by the CPU; this one is the same on all.
  simdjson::get_active_implementation() = simdjson::get_available_implementations()["fallback"];
  if (work == "receive") {
    receive(false);
  } else if (work == "receive_json") {
    receive(true);
  } else if (work == "send") {
    send();
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && run(argv[1])) return 0;
  std::fputs("usage: zenws_instructions receive|receive_json|send\n", stderr);
  return 1;
}
