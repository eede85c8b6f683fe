// One accepted connection, from its first byte to its last: upgrade, messages, faults, the end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <zenws/testing/server.hpp>

#include "base/buffer.hpp"
#include "net/loop.hpp"
#include "testing/channel.hpp"
#include "testing/greeting.hpp"
#include "testing/ledger.hpp"
#include "ws/deflater.hpp"
#include "ws/protocol.hpp"
#include "ws/upgrade.hpp"

namespace zenws::testing {

// What all connections of a server share. Threads: the loop's only, but for the ledger and the numbers.
struct Common {
  explicit Common(std::size_t received_limit) : ledger(received_limit) {}

  Ledger ledger;
  std::shared_ptr<const Script> script;  // never null; a running script may replace it
  std::vector<std::string> subprotocols;
  Compression compression;
  std::function<void(std::uint64_t connection)> on_open;                              // may be empty
  std::function<void(std::uint64_t connection)> on_end;                               // may be empty
  std::function<std::optional<HttpResponse>(const UpgradeSeen& upgrade)> on_upgrade;  // may be empty
  std::function<void(std::uint64_t connection, std::string_view payload)> on_ping;    // may be empty
  std::function<void(std::uint64_t connection, std::string_view payload)> on_pong;    // may be empty
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::size_t> open = 0;
};

// Threads: the loop's only.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Bytes that wait for the client: from `pause` on nothing more is read from it; beyond `drop` it is given up.
  static constexpr std::size_t pause_at = std::size_t{4} << 20U;
  static constexpr std::size_t drop_at = std::size_t{256} << 20U;
  // Keeps "a very long time" inside the clock's range.
  static constexpr std::chrono::milliseconds longest_delay = std::chrono::hours{24 * 365};

  // What the server gives to a connection; `ended` is called once, when it has left the wire.
  struct Setup {
    std::uint64_t id = 0;
    std::shared_ptr<Common> common;
    std::shared_ptr<const Faults> faults;
    std::function<void(std::uint64_t id)> ended;
  };
  // The loop outlives the connection.
  Connection(net::Loop& loop, std::unique_ptr<Channel> channel, Setup setup);

  void start();
  // Between the upgrade and the first close frame, of whichever side.
  [[nodiscard]] bool is_open() const noexcept { return stage_ == Stage::open; }

  // Bytes that the client has not taken yet.
  [[nodiscard]] std::size_t waiting_bytes() const noexcept;

  // Nothing happens in these when the connection is not open. Messages are delayed and cut as the faults say.
  void send(ws::Opcode opcode, std::span<const std::byte> payload);
  void send_raw(std::string_view bytes);
  void disconnect(const Disconnect& how);
  void pause_reading(bool paused);

  // Leaves at once.
  void close(bool reset);

 private:
  enum class Stage : std::uint8_t {
    upgrading,   // the request is read
    greeting,    // the answer waits for its delay
    open,        // messages go both ways
    closing,     // our close frame is out, the client's is awaited
    finishing,   // the last bytes are being written, then the stream ends
    swallowing,  // what comes is thrown away, nothing is answered
    ended,       // the socket is closed
  };
  enum class AfterFlush : std::uint8_t { go_on, finish, reset };

  // connection.cpp: what comes in.
  void read();
  [[nodiscard]] bool wants_to_read() const noexcept;
  void on_read(std::span<std::byte> bytes);
  void on_stream_end();
  void feed_upgrade(std::span<const std::byte> bytes);
  void answer_upgrade();
  void speak(const std::optional<ws::DeflateParams>& deflate);
  void take_events();
  void on_event(const ws::Event& event);
  void on_message(bool binary, std::span<const std::byte> payload);
  void on_close_frame();
  void reply_to(const ReceivedMessage& message);
  void run_script(const Script& script, const ReceivedMessage& message);

  // connection_output.cpp: what goes out, and the end.
  void queue(ws::Opcode opcode, std::span<const std::byte> payload);
  void encode(ws::Opcode opcode, std::span<const std::byte> payload);
  void encode_deflated(ws::Opcode opcode, std::span<const std::byte> payload);
  void send_delayed();
  void flush();
  void on_written(std::error_code failure);
  void begin_close(std::uint16_t code, std::string_view reason);
  void go_silent();
  void end_after_flush(AfterFlush how);
  void change_stage(Stage next);
  void tell(const std::function<void(std::uint64_t connection)>& who) const;
  void tell(const std::function<void(std::uint64_t connection, std::string_view payload)>& who,
            std::string_view payload) const;
  [[nodiscard]] std::optional<HttpResponse> refusal_of(const UpgradeSeen& upgrade) const;

  net::Loop& loop_;
  const std::unique_ptr<Channel> channel_;
  const Setup setup_;
  std::optional<net::Timer> deadline_;  // of leaving
  std::optional<net::Timer> delay_;     // of the upgrade's answer, then of the next message
  Stage stage_ = Stage::upgrading;

  std::optional<ws::UpgradeRequestReader> request_;  // until it is answered
  Greeting greeting_;
  Buffer early_;                            // what came behind the request
  std::optional<ws::Protocol> protocol_;    // from the upgrade's answer on
  ws::DeflateHow deflate_;                  // what is sent
  std::unique_ptr<ws::Deflater> deflater_;  // null: it is not
  std::size_t messages_ = 0;
  bool reading_ = false;
  bool paused_ = false;
  bool stalled_ = false;
  bool was_open_ = false;
  bool half_open_ = false;  // swallowing() for good: not even the client's FIN is answered
  bool fed_ = false;        // protocol_ may hold events that were not taken
  bool taking_ = false;     // take_events() is on the stack

  Buffer out_;      // encoded, not yet given to the channel
  Buffer writing_;  // given to it; empty when no write is going on
  AfterFlush after_flush_ = AfterFlush::go_on;
  std::deque<Reply> delayed_;
  std::size_t delayed_bytes_ = 0;
};

}  // namespace zenws::testing
