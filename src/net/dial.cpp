// The steps of one attempt, one after the other, and the deadline that watches over them.
#include "net/dial.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "net/resolve.hpp"
#include "net/tcp_connect.hpp"
#include "net/tls_transport.hpp"

namespace zenws::net {

namespace {

// How long a refusal's body may take once its head was read.
constexpr std::chrono::milliseconds body_patience{250};

// What the deadline says, by what was going on.
std::string_view unanswered(Phase phase) {
  switch (phase) {
    case Phase::resolve:
      return "no answer from the resolver";
    case Phase::connect:
      return "no TCP connection";
    case Phase::tls:
      return "the TLS handshake did not finish";
    default:
      return "no answer to the upgrade";
  }
}

std::string upgrade_text(const ws::UpgradeAnswer& answer) {
  std::string text = answer.subprotocol.empty() ? "101" : fmt::format("101, subprotocol {}", answer.subprotocol);
  return answer.deflate ? text + ", " + ws::deflate_answer(*answer.deflate) : text;
}

}  // namespace

// Handlers hold it; an empty `done_` tells them that the attempt is over. The steps in order: resolve, connect, secure
// (with TLS only), ask, answered.
class Dial::Operation : public std::enable_shared_from_this<Dial::Operation> {
 public:
  Operation(Loop& loop, DialRequest request, Done done, Watch watch)
      : loop_(loop), request_(std::move(request)), done_(std::move(done)), watch_(std::move(watch)) {}

  void start() {
    started_ = Clock::now();
    deadline_.emplace(loop_.timers(), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->expire();
    });
    deadline_->arm(started_ + request_.timeout);
    resolve();
  }

  void cancel() noexcept {
    done_ = nullptr;
    release();
  }

 private:
  using Status = Transfer::Status;

  // ---- steps

  void resolve() {
    begin(Phase::resolve);
    const auto numeric = numeric_endpoint(request_.url.host, request_.url.port);
    if (numeric && !watch_) return connect({*numeric});  // a watcher must not be called from inside of start()
    resolve_ = std::make_unique<Resolve>(loop_, request_.url.host, request_.url.port,
                                         [self = shared_from_this()](Result<std::vector<Endpoint>> found) {
                                           if (!found) return self->fail(found.error());
                                           const auto addresses = [&] { return to_text(*found); };
                                           if (self->report(addresses)) self->connect(interleave(*found));
                                         });
  }

  void connect(std::vector<Endpoint> endpoints) {
    begin(Phase::connect);
    resolve_.reset();
    connect_ =
        std::make_unique<TcpConnect>(loop_, std::move(endpoints), [self = shared_from_this()](Result<Reached> reached) {
          if (!reached) return self->fail(reached.error());
          self->connected(*std::move(reached));
        });
  }

  void connected(Reached reached) {
    if (!report([&] { return to_text(reached.endpoint); })) return;
    connect_.reset();
    transport_ = std::move(reached.transport);
    request_.url.secure ? secure() : ask();
  }

  void secure() {
    begin(Phase::tls);
    auto context = TlsContext::shared(request_.tls);
    if (!context) return fail(context.error());
    auto tls = TlsTransport::make(std::move(transport_), *std::move(context), request_.url.host, request_.ticket);
    if (!tls) return fail(tls.error());
    tls_ = tls->get();
    transport_ = *std::move(tls);
    shake_hands();
  }

  void shake_hands() {
    const Transfer step = tls_->handshake();
    if (is_waiting(step)) return go_on(step, &Operation::shake_hands);
    const bool alive = report([&] { return tls_->description(); });
    if (!alive) return;
    if (step.status != Status::ok) return fail(tls_->handshake_error(step));
    ask();
  }

  void ask() {
    begin(Phase::upgrade);
    upgrade_ = ws::make_upgrade_request(request_.url, request_.headers, request_.subprotocols, request_.compression);
    write_request();
  }

  void write_request() {
    const auto text = std::as_bytes(std::span{upgrade_.text});
    while (written_ < text.size()) {
      const Transfer step = transport_->write_some(text.subspan(written_));
      if (is_waiting(step)) return wait(step.status, &Operation::write_request);
      if (step.status != Status::ok) {
        unsent_ = step.error;  // what has come says why: an alert, a refusal
        break;
      }
      written_ += step.bytes;
    }
    reader_.emplace(upgrade_);  // works out what the answer must prove: it, and what follows, while that is on its way
    transport_->keep_alive();
    // Nothing can have come yet, but what TLS read together with its handshake.
    tls_ == nullptr && !unsent_ ? wait(Status::want_read, &Operation::read_answer) : read_answer();
  }

  // One read a turn: an answer without an end must not keep the loop.
  void read_answer() {
    const auto buffer = loop_.receive_buffer();
    const Transfer step = transport_->read_some(buffer);
    const bool waiting = is_waiting(step);
    if (!waiting && step.status != Status::ok) return fail(without_answer(step));
    if (!waiting) {
      auto answer = reader_->feed(buffer.first(step.bytes));
      if (answer && !*answer) return fail(answer->error());
      if (answer) return succeed(**std::move(answer), step.more);
      if (reader_->is_refused()) body_is_due();
    }
    if (unsent_ && waiting && !step.more) return fail(without_answer(step));
    go_on(step, &Operation::read_answer);
  }

  // The head has decided; its body only explains.
  void body_is_due() { deadline_->arm(std::min(deadline_->deadline(), Clock::now() + body_patience)); }

  // A refused upgrade whose body was still coming is more telling than how the stream ended, and that is, by an alert,
  // more telling than that the request could not be written.
  Error without_answer(const Transfer& step) {
    Error refused = reader_->ended();
    if (refused != errc::disconnected) return refused;
    const bool orderly = step.status != Status::failed || TlsTransport::is_truncation(step.error);
    const bool is_alert = !orderly && step.error.category() == tls_category();
    if (unsent_ && !is_alert) return Error{*unsent_, Phase::upgrade};
    return orderly ? refused : Error{step.error, Phase::upgrade};
  }

  void succeed(ws::UpgradeAnswer answer, bool more) {
    if (!report([&] { return upgrade_text(answer); })) return;
    Dialled dialled{.transport = std::move(transport_),
                    .answer = std::move(answer),
                    .received = {},
                    .more = more,
                    .took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_)};
    dialled.received.append(reader_->rest());
    finish(std::move(dialled));
  }

  // ---- what the steps share

  static bool is_waiting(const Transfer& step) {
    return step.status == Status::want_read || step.status == Status::want_write;
  }

  void wait(Status what, void (Operation::*next)()) {
    auto ready = [self = shared_from_this(), next] {
      if (self->done_) (self.get()->*next)();
    };
    what == Status::want_read ? transport_->wait_readable(std::move(ready))
                              : transport_->wait_writable(std::move(ready));
  }

  // After a read that needs more: at once, when the stream holds more than the socket shows, but in a turn of its own.
  void go_on(const Transfer& step, void (Operation::*next)()) {
    if (!step.more || step.status == Status::want_write) {
      return wait(step.status == Status::want_write ? Status::want_write : Status::want_read, next);
    }
    loop_.take_turn([self = shared_from_this(), next] {
      if (self->done_) (self.get()->*next)();
    });
  }

  void begin(Phase phase) {
    phase_ = phase;
    step_started_ = Clock::now();
  }

  // Tells who watches, if anybody does, that the step was taken. False when the watcher ended the attempt.
  template <class Text>
  [[nodiscard]] bool report(const Text& text) {
    if (watch_) {
      const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - step_started_);
      watch_({.phase = phase_, .took = took, .text = text()});
    }
    return static_cast<bool>(done_);
  }

  void expire() {
    if (reader_ && reader_->is_refused()) return fail(reader_->ended());
    fail(Error{errc::timeout, phase_, fmt::format("{} within {} ms", unanswered(phase_), request_.timeout.count())});
  }

  void fail(Error error) { finish(std::unexpected{std::move(error)}); }

  // The last thing an operation does: `done` usually destroys the Dial.
  void finish(Result<Dialled> result) {
    auto done = std::exchange(done_, nullptr);
    release();
    done(std::move(result));
  }

  // Closes what is open; pending handlers find `done_` empty.
  void release() noexcept {
    deadline_.reset();
    resolve_.reset();
    connect_.reset();
    if (transport_ != nullptr)
      transport_->close(false);  // a reset would take a TLS alert back that says what was wrong
  }

  Loop& loop_;  // not touched once the attempt is over
  DialRequest request_;
  Done done_;
  Watch watch_;
  Phase phase_ = Phase::resolve;
  TimePoint started_;
  TimePoint step_started_;
  std::optional<Timer> deadline_;
  std::unique_ptr<Resolve> resolve_;
  std::unique_ptr<TcpConnect> connect_;
  std::unique_ptr<Transport> transport_;
  TlsTransport* tls_ = nullptr;  // transport_, when it is TLS
  ws::UpgradeRequest upgrade_;
  std::optional<ws::UpgradeReader> reader_;
  std::size_t written_ = 0;
  std::optional<std::error_code> unsent_;  // why the request could not be written
};

std::unique_ptr<Dial> Dial::start(Loop& loop, DialRequest request, Done done, Watch watch) {
  auto operation = std::make_shared<Operation>(loop, std::move(request), std::move(done), std::move(watch));
  operation->start();
  return std::unique_ptr<Dial>{new Dial{std::move(operation)}};
}

Dial::Dial(std::shared_ptr<Operation> operation) : operation_(std::move(operation)) {}

Dial::~Dial() { operation_->cancel(); }

}  // namespace zenws::net
