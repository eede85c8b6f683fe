#include "sim/subject.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <zenws/asio.hpp>
#include <zenws/dialect.hpp>
#include <zenws/json.hpp>

namespace zenws::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t send_queue_limit = std::size_t{4} << 10U;
constexpr std::size_t mailbox_limit = 40;
constexpr std::size_t mailbox_bytes = std::size_t{8} << 10U;
constexpr std::size_t handover_bytes = std::size_t{8} << 10U;
constexpr std::size_t one_read = std::size_t{256} << 10U;     // what a rotation holds beyond its limit, at present
constexpr std::size_t most_message = std::size_t{48} << 10U;  // of the venue's

// Deribit's, whose updates bear a number in their data.
class Numbered final : public Dialect {
 public:
  [[nodiscard]] std::string subscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return deribit_->subscribe(channels, id);
  }
  [[nodiscard]] std::string unsubscribe(std::span<const std::string> channels, std::int64_t id) const override {
    return deribit_->unsubscribe(channels, id);
  }
  [[nodiscard]] Reading read(const simdjson::dom::element& message) const override { return deribit_->read(message); }
  [[nodiscard]] std::optional<std::uint64_t> update_id(const simdjson::dom::element& update) const override;

 private:
  std::shared_ptr<const Dialect> deribit_ = Dialect::deribit();
};

std::string_view text_of(const Message& message) {
  return std::visit(
      [](const auto& any) -> std::string_view {
        if constexpr (requires { any.text; }) return any.text;
        return {};
      },
      message);
}

}  // namespace

std::optional<std::uint64_t> Numbered::update_id(const simdjson::dom::element& update) const {
  std::uint64_t number = 0;
  if (update["params"]["data"].get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

Options options_that_endure(Runtime& runtime) {
  Options options;
  options.runtime = &runtime;
  options.retry_delay = 100ms;
  options.max_backoff = 5s;
  options.retry_count = unlimited;
  options.request_timeout = 10s;
  options.stable_after = 1s;
  return options;
}

Subject::Subject(SimWorld& world, std::string name, Broken broken, Place place)
    : Actor{world, std::move(name), std::move(broken)},
      place_{std::move(place)},
      kind_{.mailbox = world.chance(0.2),
            .beats = world.chance(0.8),
            .limited = world.chance(0.3),
            .ages = world.chance(0.3),
            .records = world.chance(0.2),
            .logs_in = world.chance(0.3),
            .throws = world.chance(0.2),
            .is_slow = world.chance(0.2),
            .meddles = world.chance(0.5)} {
  std::string is = "is";
  const auto note = [&is](bool so, std::string_view what) { is += so ? fmt::format(" {}", what) : ""; };
  note(kind_.mailbox, "without a handler");
  note(kind_.beats, "with heartbeats");
  note(kind_.limited, "limited");
  note(kind_.ages, "rotating");
  note(kind_.records, "recorded");
  note(kind_.logs_in, "logged in");
  note(kind_.throws, "throwing");
  note(kind_.is_slow, "slow");
  note(kind_.meddles, "meddling");
  say(is);
  std::filesystem::create_directories(place_.folder);
  connect();
}

Subject::~Subject() { client_.reset(); }

// ---- what it is made of

Options Subject::options() {
  Options options = options_that_endure(place_.runtime);
  options.dialect = std::make_shared<Numbered>();
  // Without a heartbeat a silent line is never found out.
  options.heartbeat = Heartbeat::ping_pong(5s);
  if (!kind_.beats) options.idle_timeout = 10s, options.heartbeat = {};
  options.send_queue_limit = send_queue_limit;
  options.mailbox_limit = mailbox_limit;
  options.mailbox_bytes = mailbox_bytes;
  options.handover_bytes = handover_bytes;
  options.close_timeout = 1s;
  options.message_timeout = 20s;
  options.tls.ca_pem = place_.venue.server().ca_pem();
  if (kind_.ages) options.max_age = 90s;
  if (kind_.limited) {
    limiter_ = *RateLimiter::create(
        {.tokens = 20, .refill_rate = 10, .refill_interval = 100ms, .max_queue_size = 20, .runtime = &place_.runtime});
    options.rate_limiter = limiter_;
  }
  if (kind_.records) {
    recording_ = fmt::format("{}/{}.{}.jsonl", place_.folder, name(), ++recordings_);
    options.record_to = recording_;
    options.record.memory_limit = std::size_t{1} << 20U;
  }
  return options;
}

void Subject::watch(Options& options, const Watched& witness) {
  options.on_lifecycle = [this, witness](const Lifecycle& event) { told(witness, event); };
  options.endpoint_provider = [this, witness](int, const Error*) -> Result<Endpoint> {
    witness->attempts();
    return Endpoint{.url = place_.venue.url(name())};
  };
  options.on_connect = [this, witness](const ClientRef&) {
    witness->callback();
    meddle();
  };
  options.on_disconnect = [this, witness](const ClientRef&) { meddle(); };
}

void Subject::log_in(const Watched& witness, const ClientRef& client, Authenticated done) {
  const auto locked = client.lock();
  if (!locked) return;
  async_request(*locked, "public/login", [witness, done = std::move(done)](Result<Response> answer) mutable {
    if (!answer) return done(std::unexpected{answer.error()});
    witness->logged_in(*answer);
    done({});
  });
}

void Subject::connect() {
  desired_.clear();
  Options options = this->options();
  const auto witness = std::make_shared<Watched>();
  if (!kind_.mailbox) {
    options.handler = [this, witness](const Message& message) { got(*witness, text_of(message)); };
  }
  if (kind_.logs_in) {
    options.authenticate = [witness](const ClientRef& client, Authenticated done) {
      log_in(*witness, client, std::move(done));
    };
  }
  witness_ = std::make_shared<Witness>(world_, place_.venue, options,
                                       [this](bool holds, std::string_view rule) { check(holds, rule); });
  *witness = witness_;
  witnesses_.push_back(witness_);
  watch(options, witness_);
  async_connect("", options, [this, watched = witness_](Result<Client> client) {
    if (watched != witness_) return;
    if (!client) return say("cannot connect: " + to_string(client.error()));
    client_ = *std::move(client);
  });
}

// ---- what it is told

void Subject::told(const Watched& witness, const Lifecycle& event) {
  static constexpr std::array names{"connected", "disconnected", "reconnecting", "restarting", "rotated",
                                    "degraded",  "restored",     "rejected",     "stopped"};
  say(names.at(event.index()));
  witness->lifecycle(event);
  if (std::holds_alternative<Connected>(event)) ++reconnects_;
  if (const auto* refused = std::get_if<SubscriptionRejected>(&event)) desired_.erase(refused->channel);
  meddle();
}

void Subject::got(const Watched& witness, std::string_view text) {
  witness->message(text);
  const bool takes_its_time = kind_.is_slow && (text.starts_with("goodbye") || world_.chance(0.1));
  if (takes_its_time) world_.run_for(Witness::longest_call);
  meddle();
  if (kind_.throws && world_.chance(0.05)) throw std::runtime_error{"the handler throws"};
}

// ---- what it does

void Subject::meddle() {
  if (kind_.meddles && client_ && world_.chance(0.02)) do_one(world_.draw(9));
}

void Subject::act() {
  if (!client_) {
    if (witness_->has_stopped() || witness_->is_closed()) connect();
    return;
  }
  if (witness_->has_stopped()) return drop();
  check_bounds();
  keep_up();
  do_one(world_.draw(20));
}

void Subject::do_one(std::uint64_t which) {
  switch (which) {
    case 0:
      return subscribe();
    case 1:
      return unsubscribe();
    case 2:
      return rotate();
    case 3:
      return break_disk();
    case 4:
      if (world_.chance(0.2)) close();
      return;
    case 5:
      if (world_.chance(0.2)) drop();
      return;
    case 6:
    case 7:
    case 8:
    case 9:
      return ask();
    default:
      if (client_->send_message("t" + std::to_string(sent_ + 1))) ++sent_;
  }
}

void Subject::subscribe() {
  const std::string channel = world_.chance(0.1) ? "bad.1" : "channel." + std::to_string(world_.draw(5));
  desired_.insert(channel);
  if (client_->subscribe({channel})) return say("subscribes " + channel);
  desired_.erase(channel);
}

void Subject::unsubscribe() {
  if (desired_.empty()) return;
  const std::string channel = *desired_.begin();
  if (!client_->unsubscribe({channel})) return;
  desired_.erase(channel);
  say("unsubscribes " + channel);
}

void Subject::ask() {
  const bool is_answered = world_.chance(0.7);
  const std::size_t number = witness_->asks(is_answered);
  async_request(
      *client_, is_answered ? "public/test" : "public/slow",
      [this, number, witness = witness_](Result<Response> answer) {
        witness->answered(number, answer);
        if (witness == witness_) meddle();
      },
      fmt::format(R"({{"n":{}}})", number));
}

void Subject::rotate() {
  if (!world_.chance(0.2) || !client_->rotate()) return;
  witness_->rotates();
  say("rotates");
}

// Where it records to, a folder is taken away, or comes back.
void Subject::break_disk() {
  if (!kind_.records || !world_.chance(0.3)) return;
  disk_failed_ = true;
  const std::string hidden = place_.folder + ".hidden";
  std::error_code ignored;
  std::filesystem::exists(hidden) ? std::filesystem::rename(hidden, place_.folder, ignored)
                                  : std::filesystem::rename(place_.folder, hidden, ignored);
}

// Answers may be behind what nobody takes.
void Subject::keep_up() {
  if (!kind_.mailbox || !client_) return;
  for (int i = 0; i < 20; ++i) {
    const auto message = client_->receive(0ms);
    if (!message) return;
    witness_->message(message->text());
  }
}

void Subject::close() {
  if (!client_) return;
  say("closes");
  const Watched witness = witness_;
  Client client = *std::exchange(client_, std::nullopt);
  witness->closes();
  check(client.close().has_value(), "closes within its time");
  witness->closed();
  if (!client.is_on_loop()) check_recording(client.get_state_metrics());
}

void Subject::drop() {
  say("drops its last handle");
  const Watched witness = witness_;
  witness->closes();
  client_.reset();
  witness->closed();
}

// ---- what must be so

void Subject::check_bounds() {
  const StateMetrics metrics = client_->get_state_metrics();
  check(metrics.send_queue_bytes <= send_queue_limit, "the send queue keeps within its limit");
  // Beyond it reading goes on while a request waits, up to mailbox_bytes.
  check(metrics.mailbox_bytes <= mailbox_bytes + most_message, "the mailbox keeps within its limit");
  check(metrics.handover_bytes <= handover_bytes + one_read, "a handover keeps within its limit");
  // It is left before Disconnected is told: a closing handshake takes its time.
  check(witness_->is_open() || metrics.state != State::connected, "is connected only when that was told");
}

// All that it says it has written is there.
void Subject::check_recording(const StateMetrics& metrics) {
  if (!kind_.records || disk_failed_) return;
  std::ifstream file{recording_};
  std::uint64_t lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  check(lines == metrics.recorder_written,
        fmt::format("a recording has what was written: {} of {} lines", lines, metrics.recorder_written));
  check(metrics.recorder_dropped == 0, "nothing is left out of a recording");
}

// Where answers were too slow it is asked four times; then data, or the next connection, is waited for.
bool Subject::is_confirmed(const StateMetrics& metrics) const {
  return metrics.confirmed_size == desired_.size() ||
         (metrics.confirmed_size < desired_.size() && !place_.venue.was_well_since(witness_->open_since()));
}

bool Subject::is_settled() const {
  const StateMetrics metrics = client_->get_state_metrics();
  return metrics.state == State::connected && is_confirmed(metrics) && metrics.pending_requests_size == 0 &&
         place_.venue.streams_to(name()) == desired_;
}

// A rotation by age may be under way.
void Subject::judge_at_rest() {
  for (int second = 0; second < 30 && !(client_ && is_settled()); ++second) {
    if (!client_ || witness_->has_stopped()) act();
    keep_up();
    world_.run_for(1s);
  }
  check(client_ && client_->get_state() == State::connected, "is connected once the faults are over");
  if (!client_) return;
  const StateMetrics metrics = client_->get_state_metrics();
  check(is_confirmed(metrics),
        fmt::format("what is desired is confirmed: {} of {}", metrics.confirmed_size, desired_.size()));
  check(place_.venue.streams_to(name()) == desired_, "the venue streams what is desired");
  check(metrics.pending_requests_size == 0, "nothing waits for an answer");
  for (const Watched& witness : witnesses_) witness->check_requests();
}

}  // namespace zenws::sim
