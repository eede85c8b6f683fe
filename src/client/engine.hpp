// The hands of one client for its whole life: dial, serve, ask what next, wait, again. Owns what survives a reconnect.
#pragma once

#include <atomic>
#include <cstdint>
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
#include "client/frame_watch.hpp"
#include "client/later_calls.hpp"
#include "client/limited_outbox.hpp"
#include "client/mailbox.hpp"
#include "client/numbers.hpp"
#include "client/outboxes.hpp"
#include "client/requests.hpp"
#include "client/rotation.hpp"
#include "client/settings.hpp"
#include "client/settle.hpp"
#include "client/subscribing.hpp"
#include "client/supervision.hpp"
#include "net/dial.hpp"
#include "net/loop.hpp"
#include "policy/latency.hpp"
#include "policy/retry.hpp"
#include "record/recording.hpp"

namespace zenws::client {

// What the user has been promised not to hear any more.
enum class Silence : std::uint8_t { none, messages, callbacks };

// What receive() says to a client with a handler.
[[nodiscard]] Error has_a_handler();

class Engine final : public std::enable_shared_from_this<Engine>,
                     private net::Tenant,
                     private Connection::Owner,
                     private Subscribing::Owner,
                     private Outbox::Owner {
 public:
  // `supervision` may be null: nobody starts it again. Errors: invalid_config, recorder_failed.
  static Result<std::shared_ptr<Engine>> create(std::string_view url, Options&& options,
                                                std::shared_ptr<Supervision> supervision);
  // `recording` may be null.
  Engine(std::shared_ptr<net::Loop> loop, std::string_view target, Url url, Options&& options,
         std::shared_ptr<Supervision> supervision, std::unique_ptr<record::Recording> recording);

  // Any thread, once. `ref`: what callbacks receive. `settle` is called on the loop when the first connection is open
  // or has finally failed.
  void start(ClientRef ref, Settle<void> settle);
  // Any thread. Ends the client; `settle` is called on the loop when it has ended.
  void close(std::uint16_t code, std::string reason, Settle<void> settle);
  // The loop's thread. No callback runs after the present one.
  void close_here(std::uint16_t code, std::string_view reason);
  // Any thread: returns when no callback runs any more, and closes in the background.
  void let_go() noexcept;
  // Any thread. `watcher` is told on the loop when the client has ended for good, also when it has already.
  void watch_end(std::weak_ptr<EndWatcher> watcher);

  [[nodiscard]] bool is_loop_thread() const noexcept { return loop_->is_this_thread(); }
  // The URL as it was given; a secret.
  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  // Without callbacks.
  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const std::shared_ptr<Supervision>& supervision() const noexcept { return supervision_; }
  [[nodiscard]] const Numbers& numbers() const noexcept { return numbers_; }
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  // Null: nothing is recorded.
  [[nodiscard]] const record::Recording* recording() const noexcept { return recording_.get(); }
  [[nodiscard]] const policy::Latency& latency() const noexcept { return latency_; }
  [[nodiscard]] Outboxes& outboxes() noexcept { return outboxes_; }
  // Any thread. For send(): that epoch while its connection is the younger one, and the present one's later.
  [[nodiscard]] std::uint64_t line_of(std::uint64_t epoch) {
    return epoch == any_epoch ? any_epoch : outboxes_.epoch(epoch);
  }
  // Any thread. Sends through the rate limiter, if any: on the present connection, or on that of `epoch` and who
  // carries it on. See LimitedOutbox::send.
  Result<> send(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch = any_epoch) {
    // What a limiter needs is a fifth of what a message costs.
    if (limited_outbox_.is_limited()) return send_limited(opcode, payload, epoch, {});
    return counted(outboxes_.enqueue(opcode, payload, epoch));
  }
  // Any thread. `request`: a method, or a whole request. `settle` is called here or on the loop, once. `epoch`: the
  // connection that it is for. nullopt: it has ended already.
  std::optional<Tracked> request(std::string_view request, std::string_view params,
                                 std::optional<std::chrono::milliseconds> timeout, Settle<Response> settle,
                                 std::uint64_t epoch = any_epoch);
  // Any thread. The request ends with errc::cancelled, unless it has ended.
  void cancel_request(const Tracked& request);
  // Any thread. `settle`, when given, is called once, here when the error is returned, else on the loop.
  Result<> subscribe(std::vector<std::string> channels, TimePoint deadline, Settle<Subscribed> settle);
  Result<> unsubscribe(std::vector<std::string> channels);
  // Any thread. Errors: not_connected.
  Result<> rotate();
  // Any thread. See Client::post and Client::call_after.
  Result<> post(std::move_only_function<void()> f);
  Result<PendingCall> call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f);
  Result<OwnedMessage> receive(TimePoint deadline);
  // Any thread. The receiver's ticket. See Mailbox::async_receive.
  std::uint64_t async_receive(TimePoint deadline, Mailbox::Receiver receiver);
  // Any thread. The receiver is dropped uncalled, unless it was called.
  void forget_receiver(std::uint64_t ticket) { mailbox_->forget(ticket); }
  // Any thread. The next to be received is `message`.
  void give_back(OwnedMessage message) { mailbox_->give_back(std::move(message)); }

 private:
  Result<> send_limited(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch, Waiting waiting);
  Result<> counted(Result<> sent) {
    if (!sent && sent.error() == errc::send_queue_full) numbers_.failures.failed(Clock::now());
    events_.message_out();
    return sent;
  }
  void loop_ends() override;
  bool always_has_room() override { return static_cast<bool>(settings_.handler()); }
  bool has_room(bool must_read) override;
  void deliver(Connection& from, const Inbound& inbound) override;
  bool expects_answers() override {
    return numbers_.pending_requests.value() != 0 || subscribing_.expects_answers() ||
           (rotation_ && rotation_->handover.matters());
  }
  void heartbeat_due(bool sent, bool missed) override;
  void measured(std::chrono::microseconds round_trip) override;
  void callback_failed(std::string_view what) override;
  void tell(const Lifecycle& event) override;
  void ending(Connection& connection, const Error& error) override;
  void ended(Connection& connection, Error error) override;
  Result<> send_subscription(std::string_view text, bool to_successor) override;
  void feed_is_dead(const Error& error) override;
  void subscriptions_due() override;
  void flush_soon(Outbox& outbox) override;
  void flush_when_writable(std::uint64_t epoch) override;
  void write_failed(std::uint64_t epoch, std::error_code error) override;
  void queue_level(bool high, std::uint64_t bytes) override;

  void dial();
  [[nodiscard]] Result<net::DialRequest> next_request(int attempt, const Error* last);
  [[nodiscard]] std::unique_ptr<net::Dial> start_dial(net::DialRequest request, net::Dial::Done done);
  void dialled(Result<net::Dialled> dialled);
  void attempt_failed(const Error& error);
  void opened(net::Dialled dialled);
  [[nodiscard]] std::shared_ptr<Connection> open(net::Dialled dialled, std::uint64_t epoch, Outbox& outbox,
                                                 bool represents_client);
  [[nodiscard]] Connection* connection_of(std::uint64_t epoch) const noexcept;
  void read_now();
  [[nodiscard]] bool must_read_first();
  void silence(Silence silence) noexcept;
  void authenticate(std::uint64_t epoch);
  void authenticated(std::uint64_t epoch, const Result<>& result);
  void announce();
  void ask_what_next(const Error& error);
  [[nodiscard]] Severity severity_of(const Error& error);
  void begin_close(std::uint16_t code, std::string_view reason);
  void connect_is_late();
  void give_up(Error error);
  void once_recorded(Settle<void> settle);
  void stop(Error error);
  [[nodiscard]] bool restarts(const Error& error);
  // The connection that was rotated away from is still open.
  [[nodiscard]] bool is_retiring() const noexcept {
    return rotation_ && rotation_->stage == Rotation::Stage::retiring && rotation_->second;
  }
  [[nodiscard]] bool was_closed() const noexcept { return end_ && *end_ == errc::closed; }
  void contain(const std::function<void()>& call);
  void hand_over(const Message& message);
  void call_handler(const Message& message);
  void handler_failed(const std::string& what);
  [[nodiscard]] bool may_call() const noexcept;
  void call(std::string_view asked_by, std::string_view title, std::move_only_function<void()>& f);
  void failed(std::string_view callback, std::string_view title, std::string_view what);
  void leaving(const Error& error);
  [[nodiscard]] Waiting waiting_request(const RequestId& id, std::uint64_t ticket);
  void end_unsent(const RequestId& id, std::uint64_t ticket, const Error& error);
  [[nodiscard]] bool is_an_answer(const Inbound& inbound, std::uint64_t epoch);
  [[nodiscard]] bool ends(std::optional<Requests::Pending> request, const Inbound& answer);
  void expire_requests();
  void arm(std::unique_ptr<net::Timer>& timer, TimePoint deadline, void (Engine::*on_due)());
  void fail(std::vector<Requests::Pending> requests, const Error& why);
  [[nodiscard]] Error why_waits_end(const Error& error) const;
  void end_waits(const Error& error);
  // `epoch`: of the connection that brought it.
  void handle(const Inbound& inbound, std::uint64_t epoch);
  [[nodiscard]] bool is_successor(std::uint64_t epoch) const noexcept {
    return rotation_ && rotation_->has_successor() && rotation_->second->epoch() == epoch;
  }
  void come_of_age_later();
  void start_rotation();
  void wait_for_room();
  void dial_successor();
  void successor_dialled(Result<net::Dialled> dialled);
  void prepare_successor();
  void rotation_failed(const Error& error);
  void take_over_when_ready();
  void take_over();
  void retire_when_idle();
  void second_ended(const Error& error);
  void rotated();
  void rotation_due();
  void drop_rotation();
  void deliver_in_rotation(Connection& from, const Inbound& inbound);
  [[nodiscard]] bool holds(Connection& from, const Inbound& inbound);
  void bound_handover(Connection& from);
  void publish_handover() noexcept;
  void deliver_held();
  [[nodiscard]] Result<> check_channels(const std::vector<std::string>& channels) const;
  void room_again(bool room);
  void resume_reading();
  void mailbox_is_full();
  void mailbox_overflows(Delivery delivery);
  void receivers_due();
  void log(LogLevel level, std::string_view text) const override;
  // Whether a line for debugging is worth making.
  [[nodiscard]] bool debugs() const noexcept override;
  void say_of_frame(record::Direction dir, std::string line);
  [[nodiscard]] FrameWatch::Say say_of_frames();
  void publish(State state) noexcept { numbers_.state.store(state, std::memory_order_release); }

  const std::uint64_t id_;
  const std::shared_ptr<net::Loop> loop_;
  const std::string target_;
  std::unique_ptr<Url> url_;  // what target_ says, until it is dialled
  std::string redacted_url_;  // of the last attempt; touched on the loop only
  const Settings settings_;
  const Options& options_ = settings_.options();
  const std::shared_ptr<Supervision> supervision_;
  const std::unique_ptr<record::Recording> recording_;
  const std::unique_ptr<const FrameWatch> watch_;  // null: nobody watches
  Numbers numbers_;
  ClientEvents events_;
  Outboxes outboxes_;
  LimitedOutbox limited_outbox_;
  const std::unique_ptr<Mailbox> mailbox_;       // null: messages go to a handler
  std::atomic<Silence> silence_{Silence::none};  // grows; set by whoever closes, before the loop knows
  Requests requests_;
  policy::Latency latency_;

  // Touched on the loop only.
  std::shared_ptr<Engine> self_;  // while it runs
  std::optional<ClientRef> ref_;
  std::shared_ptr<net::TlsTicket> ticket_;  // from one connection to the next; made for the first that is secure
  policy::Retry retry_;
  int attempt_ = 0;  // of the retries since the last stable connection
  bool told_of_full_mailbox_ = false;
  int turns_waited_ = 0;              // for what came in time, before something is called late
  std::optional<Severity> severity_;  // of the loss that leaving() told; asked once
  bool joined_ = false;               // on_connect was called, on_disconnect is due
  bool announced_ = false;            // Disconnected follows
  std::optional<Error> last_error_;   // why the last attempt or connection ended
  Subscribing subscribing_;
  std::unique_ptr<net::Dial> dial_;
  std::shared_ptr<Connection> connection_;
  std::uint64_t last_epoch_ = 0;  // of the connections so far
  // Made when they are first needed, by most clients never: what an idle one holds is counted in its thousands.
  std::unique_ptr<Rotation> rotation_;
  std::unique_ptr<LaterCalls> later_calls_;
  std::unique_ptr<net::Timer> age_timer_;
  std::unique_ptr<net::Timer> retry_timer_;
  std::unique_ptr<net::Timer> connect_deadline_;
  std::unique_ptr<net::Timer> authenticate_deadline_;  // while the hook runs
  std::unique_ptr<net::Timer> request_timer_;
  std::unique_ptr<net::Timer> receive_timer_;
  Settle<void> started_;
  std::vector<Settle<void>> closers_;
  std::vector<std::weak_ptr<EndWatcher>> end_watchers_;
  std::optional<Error> end_;  // why it ends, or has ended
  Connected connected_{};     // what announce() tells
};

}  // namespace zenws::client
