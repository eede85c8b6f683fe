// The hands of one client for its whole life: dial, serve, ask what next, wait, again. Owns what survives a reconnect.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zenws/client.hpp>
#include <zenws/log.hpp>

#include "base/url.hpp"
#include "client/client_events.hpp"
#include "client/connection.hpp"
#include "client/limited_outbox.hpp"
#include "client/mailbox.hpp"
#include "client/numbers.hpp"
#include "client/outbox.hpp"
#include "client/requests.hpp"
#include "client/settle.hpp"
#include "net/dial.hpp"
#include "net/loop.hpp"
#include "policy/retry.hpp"

namespace zenws::client {

// What receive() says to a client with a handler.
[[nodiscard]] Error has_a_handler();

class Engine final : public std::enable_shared_from_this<Engine>,
                     private net::Tenant,
                     private Connection::Owner,
                     private Outbox::Owner {
 public:
  // Errors: invalid_config.
  static Result<std::shared_ptr<Engine>> create(std::string_view url, Options options);
  Engine(std::shared_ptr<net::Loop> loop, Url url, Options options);

  // Any thread, once. `settle` is called on the loop when the first connection is open or has finally failed.
  void start(Settle<void> settle);
  // Any thread. Ends the client; `settle` is called on the loop when it has ended.
  void close(std::uint16_t code, std::string reason, Settle<void> settle);
  // The loop's thread. No callback runs after the present one.
  void close_here(std::uint16_t code, std::string_view reason);
  // Any thread: returns when no callback runs any more, and closes in the background.
  void let_go() noexcept;

  [[nodiscard]] bool is_loop_thread() const noexcept { return loop_->is_this_thread(); }
  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] const Numbers& numbers() const noexcept { return numbers_; }
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
  // Any thread. Sends through the rate limiter, if any: on the connection of `epoch` only, or on the present one. See
  // LimitedOutbox::send.
  Result<> send(ws::Opcode opcode, std::span<const std::byte> payload,
                std::optional<std::uint64_t> epoch = std::nullopt, Waiting waiting = {}) {
    Result<> sent = limited_outbox_.send(opcode, payload, epoch, shared_from_this(), std::move(waiting));
    events_.message_out();
    return sent;
  }
  // Any thread. `request`: a method, or a whole request. `settle` is called here or on the loop, once.
  void request(std::string_view request, std::string_view params, std::optional<std::chrono::milliseconds> timeout,
               Settle<Response> settle);
  Result<OwnedMessage> receive(TimePoint deadline);
  void async_receive(Mailbox::Receiver receiver);

 private:
  void loop_ends() override;
  bool has_room() override;
  void deliver(const Message& message) override;
  bool expects_answers() override { return numbers_.pending_requests.value() != 0; }
  void ending(const Error& error) override;
  void ended(Error error) override;
  void flush_soon() override;
  void flush_when_writable() override;
  void write_failed(std::error_code error) override;
  void queue_level(bool high, std::uint64_t bytes) override;

  void dial();
  void dialled(Result<net::Dialled> dialled);
  void opened(net::Dialled dialled);
  void ask_what_next(const Error& error);
  void begin_close(std::uint16_t code, std::string_view reason);
  void stop(Error error);
  void tell(const Lifecycle& event);
  void hand_over(const Message& message);
  void call_handler(const Message& message);
  [[nodiscard]] Waiting waiting_request(const RequestId& id, std::uint64_t ticket);
  void end_unsent(const RequestId& id, std::uint64_t ticket, const Error& error);
  [[nodiscard]] bool answers_request(const UnmatchedResponse& response);
  void expire_requests();
  void end_requests(const Error& error);
  void room_again(bool room);
  void log(LogLevel level, std::string_view text) const;
  void publish(State state) noexcept { numbers_.state.store(state, std::memory_order_release); }

  const std::uint64_t id_;
  const std::shared_ptr<net::Loop> loop_;
  const Url url_;
  const Options options_;
  Numbers numbers_;
  ClientEvents events_;
  Outbox outbox_;
  LimitedOutbox limited_outbox_;
  Mailbox mailbox_;
  Requests requests_;

  // Touched on the loop only.
  std::shared_ptr<Engine> self_;  // while it runs
  policy::Retry retry_;
  std::unique_ptr<net::Dial> dial_;
  std::shared_ptr<Connection> connection_;
  std::optional<net::Timer> retry_timer_;
  std::optional<net::Timer> connect_deadline_;
  std::optional<net::Timer> request_timer_;
  Settle<void> started_;
  std::vector<Settle<void>> closers_;
  std::optional<Error> end_;  // why it ends, or has ended
  bool muted_ = false;        // no callback any more
};

}  // namespace zenws::client
