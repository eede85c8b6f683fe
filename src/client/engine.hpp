// The hands of one client for its whole life: tells its Life what happens, and does what that decides. Owns what
// survives a reconnect.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zenws/client.hpp>
#include <zenws/log.hpp>

#include "client/audience.hpp"
#include "client/calls.hpp"
#include "client/completion.hpp"
#include "client/counters.hpp"
#include "client/inbox.hpp"
#include "client/life.hpp"
#include "client/links.hpp"
#include "client/posted.hpp"
#include "client/rotation.hpp"
#include "client/settings.hpp"
#include "client/subscribing.hpp"
#include "client/supervision.hpp"
#include "client/voice.hpp"
#include "link/link.hpp"
#include "net/dial.hpp"
#include "net/loop.hpp"
#include "record/recording.hpp"

namespace zenws::client {

class Engine final : public std::enable_shared_from_this<Engine>,
                     private net::Tenant,
                     private link::Link::Owner,
                     private Subscribing::Owner,
                     private Calls::Owner,
                     private Inbox::Owner,
                     private Rotation::Owner,
                     private Posted::Owner {
 public:
  // `supervision` may be null: nobody starts it again. Errors: invalid_config, recorder_failed.
  static Result<std::shared_ptr<Engine>> create(std::string_view url, Options&& options,
                                                std::shared_ptr<Supervision> supervision);
  // `recording` may be null.
  Engine(std::shared_ptr<net::Loop> loop, std::string_view target, Url url, Options&& options,
         std::shared_ptr<Supervision> supervision, std::unique_ptr<record::Recording> recording);

  // Any thread, once. `ref`: what callbacks receive. `completion` is called on the loop when the first connection is
  // open or has finally failed.
  void start(ClientRef ref, Completion<void> completion);
  // Any thread. Ends the client; `completion` is called on the loop when it has ended.
  void close(std::uint16_t code, std::string reason, Completion<void> completion);
  // The loop's thread. No callback runs after the present one.
  void close_here(std::uint16_t code, std::string_view reason);
  // Any thread: returns when no callback runs any more, and closes in the background.
  void let_go() noexcept;
  // Any thread. `watcher` is told on the loop when the client has ended for good, also when it has already.
  void watch_end(std::weak_ptr<EndWatcher> watcher);

  [[nodiscard]] bool is_loop_thread() const noexcept { return loop_->is_this_thread(); }
  // The URL as it was given; a secret.
  [[nodiscard]] const std::string& target() const noexcept { return links_.dialler().target(); }
  // Without callbacks.
  [[nodiscard]] const Options& options() const noexcept { return settings_.options(); }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const std::shared_ptr<Supervision>& supervision() const noexcept { return voice_.supervision(); }
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::uint64_t id() const noexcept { return voice_.id(); }
  [[nodiscard]] const telemetry::Subject& subject() const noexcept { return voice_.subject(); }
  // Null: nothing is recorded.
  [[nodiscard]] const record::Recording* recording() const noexcept { return links_.recording(); }
  [[nodiscard]] const policy::Latency& latency() const noexcept { return calls_.latency(); }
  [[nodiscard]] link::Door& door() noexcept { return links_.door(); }
  // Any thread. For send(): that epoch while its connection is the younger one, and the present one's later.
  [[nodiscard]] std::uint64_t line_of(std::uint64_t epoch) {
    return epoch == link::any_epoch ? link::any_epoch : links_.door().epoch(epoch);
  }
  // Any thread. See Calls::send.
  Result<> send(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch = link::any_epoch) {
    return calls_.send(opcode, payload, epoch);
  }
  // Any thread. See Calls::request.
  std::optional<Tracked> request(std::string_view request, std::string_view params,
                                 std::optional<std::chrono::milliseconds> timeout, Completion<Response> completion,
                                 std::uint64_t epoch = link::any_epoch);
  // Any thread. See Calls::cancel.
  void cancel_request(const Tracked& request) { calls_.cancel(request); }
  // Any thread. `completion`, when given, is called once, here when the error is returned, else on the loop.
  Result<> subscribe(std::vector<std::string> channels, TimePoint deadline, Completion<Subscribed> completion);
  Result<> unsubscribe(std::vector<std::string> channels);
  // Any thread. Errors: not_connected.
  Result<> rotate();
  // Any thread.
  [[nodiscard]] Posted& posted() noexcept { return posted_; }
  // Null: messages go to a handler.
  [[nodiscard]] Inbox* inbox() const noexcept { return inbox_.get(); }

 private:
  std::shared_ptr<void> keep() override { return shared_from_this(); }
  bool has_read() override { return links_.have_read(); }
  void call_ended() override { retire_when_idle(); }
  void loop_ends() override;
  bool always_has_room() override { return static_cast<bool>(settings_.handler()); }
  bool has_room(bool must_read) override;
  void deliver(link::Link& from, const link::Inbound& inbound) override;
  bool expects_answers() override {
    return counters_.pending_requests.value() != 0 || subscribing_.expects_answers() ||
           (rotation_ && rotation_->matters());
  }
  void heartbeat_due(bool sent, bool missed) override;
  void measured(std::chrono::microseconds round_trip) override;
  void callback_failed(std::string_view what) override { voice_.failed("callback", "Callback error", what); }
  void ending(link::Link& connection, const Error& error) override;
  void ended(link::Link& connection, Error error) override;
  Result<> send_subscription(std::string_view text, bool to_successor) override;
  void feed_is_dead(const Error& error) override;
  void subscriptions_due() override;
  void queue_level(bool high, std::uint64_t bytes) override;
  void resume_reading() override;
  void answers_cannot_come(const Error& why) override;
  void mailbox_refused(const Error& why) override;
  bool is_heard() override;
  void handle(const link::Inbound& inbound, std::uint64_t epoch) override;
  void handover_is_full(const Error& why) override;

  // ---- obedience: every event of the client's life goes through happens()

  template <class Event>
  void happens(Event&& event) {
    const auto self = shared_from_this();
    event(life_);
    obey();
  }
  void obey();
  void carry_out(const Life::Dial& action);
  void carry_out(const Life::Greet& action);
  void carry_out(const Life::Tell& action);
  void carry_out(const Life::Join& action);
  void carry_out(const Life::Leave& action);
  void carry_out(const Life::CompleteStart& action);
  void carry_out(const Life::Subscribe& action);
  void carry_out(const Life::EndCalls& action);
  void carry_out(const Life::Close& action);
  void carry_out(const Life::Abort& action);
  void carry_out(const Life::Quit& action);
  void carry_out(const Life::Prepare& action);
  void carry_out(const Life::TakeOver& action);
  void carry_out(const Life::Retire& action);
  void carry_out(const Life::SuccessorGone& action);
  void carry_out(const Life::RetiredGone& action);
  void carry_out(const Life::FinishRotation& action);
  void carry_out(const Life::TellRotated& action);
  void carry_out(const Life::TellRotationFailed& action);
  void carry_out(const Life::DropRotation& action);
  void carry_out(const Life::ForgetHandover& action);
  void carry_out(const Life::GiveUp& action);
  void carry_out(const Life::AskSupervisor& action);
  void carry_out(const Life::Stop& action);

  void dialled(Life::Which which, Result<net::Dialled> dialled);
  void dial_failed(Life::Which which, const Error& error);
  void open_present(net::Dialled dialled);
  void open_successor(net::Dialled dialled);
  void begin(link::Link& link, net::Dialled dialled);
  void greeted(std::uint64_t epoch, const Result<>& result);
  [[nodiscard]] Life::Failure failure_of(const Error& error);
  [[nodiscard]] Severity severity_of(const Error& error);
  void life_due();
  void say(const Lifecycle& event) const;
  void hand_over(const Message& message);
  void call_handler(const Message& message);
  void handler_failed(const std::string& what);
  [[nodiscard]] bool is_an_answer(const link::Inbound& inbound, std::uint64_t epoch);
  // It is younger than the present connection.
  [[nodiscard]] bool is_successor(std::uint64_t epoch) const noexcept {
    const auto& other = links_.of(Life::Which::other);
    return life_.has_successor() && other && other->epoch() == epoch;
  }
  void take_over_when_ready();
  void retire_when_idle();
  void deliver_in_rotation(link::Link& from, const link::Inbound& inbound);
  [[nodiscard]] Result<> check_channels(const std::vector<std::string>& channels) const;
  void say_of_frame(record::Direction dir, std::string line);
  [[nodiscard]] link::FrameWatch::Say say_of_frames();
  void publish(State state) noexcept { counters_.state.store(state, std::memory_order_release); }

  const std::shared_ptr<net::Loop> loop_;
  const Settings settings_;
  Counters counters_;
  Links links_;
  Voice voice_;
  Calls calls_;
  Posted posted_;
  const std::unique_ptr<Inbox> inbox_;  // null: messages go to a handler

  // Touched on the loop only.
  std::shared_ptr<Engine> self_;  // while it runs
  Life life_;
  Subscribing subscribing_;
  // Made when they are first needed, by most clients never: what an idle one holds is counted in its thousands.
  std::unique_ptr<Rotation> rotation_;
  std::unique_ptr<net::Timer> life_timer_;
  Audience audience_;
};

}  // namespace zenws::client
