#include "sim/network.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace zenws::sim {

using net::Loop;
using net::Network;
using net::Transfer;
using net::Transport;

namespace {

std::error_code system_error(int code) { return {code, std::system_category()}; }

}  // namespace

// One direction of a connection.
struct Pipe {
  std::deque<std::byte> arrived;
  std::size_t on_its_way = 0;
  TimePoint last_arrival{};
  bool fin_sent = false;
  bool fin = false;                // has arrived, behind the bytes
  bool reset = false;              // has arrived
  bool silent = false;             // nothing arrives any more
  SimTransport* reader = nullptr;  // null once closed
  SimTransport* writer = nullptr;

  [[nodiscard]] std::size_t held() const noexcept { return arrived.size() + on_its_way; }
};

class SimAcceptor;

// A loop whose rounds are events of the world.
class SimDriver final : public net::Driver, public Network {
 public:
  explicit SimDriver(SimNet& net) : net_{net} {}

  void drive(const std::shared_ptr<Loop>& loop) { loop_ = loop; }

  // Driver
  void wake() override { run_at(net_.world().now()); }
  [[nodiscard]] bool is_this_thread() const noexcept override { return running_; }
  bool dispatch_one() override;
  void waits_changed() noexcept override {
    if (const auto loop = loop_.lock()) run_at(loop->next_due());
  }
  [[nodiscard]] Network& network() noexcept override { return *this; }
  void end() noexcept override {}

  // Network
  Result<> resolve(const std::string& host, const std::weak_ptr<net::Asker>& asker) override;
  Or<Task> connect(Loop& loop, const net::Endpoint& to, Connected connected) override;
  Or<Acceptor> listen(Loop& loop, const net::Endpoint& at, Connected accepted) override;

  // `tells` in the loop's next round.
  void ready(std::move_only_function<void()> tells) {
    ready_.push_back(std::move(tells));
    wake();
  }
  [[nodiscard]] SimNet& net() noexcept { return net_; }

 private:
  void open(SimAcceptor& acceptor, const std::weak_ptr<Connected>& waits);
  void run_at(TimePoint when);
  void run();

  SimNet& net_;
  std::weak_ptr<Loop> loop_;
  bool running_ = false;
  TimePoint next_run_ = never;
  std::deque<std::move_only_function<void()>> ready_;
};

class SimTransport final : public Transport {
 public:
  SimTransport(SimDriver& driver, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out)
      : driver_{driver}, in_{std::move(in)}, out_{std::move(out)} {
    in_->reader = this;
    out_->writer = this;
  }
  ~SimTransport() override { close(false); }

  Transfer read_some(std::span<std::byte> into) override;
  Transfer write_some(std::span<const std::byte> from) override;
  void wait_readable(Ready ready) override {
    reader_ = std::move(ready);
    tell_reader();
  }
  void wait_writable(Ready ready) override {
    writer_ = std::move(ready);
    tell_writer();
  }
  [[nodiscard]] std::size_t unread() const noexcept override { return in_->arrived.size(); }
  void keep_alive() noexcept override {}
  [[nodiscard]] int descriptor() const noexcept override { return open_ ? 0 : -1; }
  void end_output() noexcept override { send_fin(); }
  void close(bool reset) noexcept override;

  // Something may have changed.
  void tell_reader();
  void tell_writer();

 private:
  void arrive_later(std::size_t bytes, std::function<void(Pipe&)> what);
  void send_fin();

  SimDriver& driver_;
  const std::shared_ptr<Pipe> in_;
  const std::shared_ptr<Pipe> out_;
  bool open_ = true;
  Ready reader_;
  Ready writer_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

class SimAcceptor final : public Network::Acceptor {
 public:
  SimAcceptor(SimDriver& driver, std::uint16_t port, Network::Connected accepted)
      : driver_{driver}, port_{port}, accepted_{std::move(accepted)} {
    driver_.net().listening_[port_] = this;
  }
  ~SimAcceptor() override { driver_.net().listening_.erase(port_); }

  [[nodiscard]] std::uint16_t port() const noexcept override { return port_; }
  [[nodiscard]] SimDriver& driver() noexcept { return driver_; }
  void take(std::unique_ptr<Transport> transport) {
    driver_.ready([this, alive = std::weak_ptr{alive_}, transport = std::move(transport)]() mutable {
      if (!alive.expired()) accepted_(std::move(transport));
    });
  }

 private:
  SimDriver& driver_;
  const std::uint16_t port_;
  Network::Connected accepted_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

// ---- the loop

void SimDriver::run_at(TimePoint when) {
  if (when == never || when >= next_run_) return;
  next_run_ = std::max(when, net_.world().now());
  net_.world().at(next_run_, [weak = loop_, this, asked = next_run_] {
    const auto loop = weak.lock();
    if (!loop || loop->has_ended() || asked != next_run_) return;
    run();
  });
}

void SimDriver::run() {
  const auto loop = loop_.lock();
  next_run_ = never;
  if (running_) return;
  {
    const net::Set running{running_};
    loop->run_ready();
  }
  if (!loop->has_ended()) run_at(loop->next_due());
}

bool SimDriver::dispatch_one() {
  if (ready_.empty()) return false;
  auto tells = std::move(ready_.front());
  ready_.pop_front();
  tells();
  return true;
}

// ---- the network

Result<> SimDriver::resolve(const std::string& host, const std::weak_ptr<net::Asker>& asker) {
  net_.world().in(net_.world().draw_between(net_.weather.least_latency, net_.weather.most_latency), [host, asker] {
    const auto who = asker.lock();
    if (!who) return;
    if (host == "localhost") return who->answered(std::vector{*net::numeric_endpoint("127.0.0.1", 0)});
    who->answered(std::unexpected{Error{std::error_code{-2, resolver_category()}, Phase::resolve, "host " + host}});
  });
  return {};
}

Network::Or<Network::Task> SimDriver::connect(Loop&, const net::Endpoint& to, Connected connected) {
  struct Connecting final : Task {
    explicit Connecting(Connected what) : connected{std::make_shared<Connected>(std::move(what))} {}
    const std::shared_ptr<Connected> connected;
  };
  auto task = std::make_unique<Connecting>(std::move(connected));
  SimWorld& world = net_.world();
  const Weather& weather = net_.weather;
  if (world.chance(weather.lost)) return task;
  const bool refused = world.chance(weather.refused);
  const Duration latency = world.draw_between(weather.least_latency, weather.most_latency);
  world.in(2 * latency, [this, waits = std::weak_ptr{task->connected}, refused, port = to.port(), loop = loop_] {
    if (waits.expired() || loop.expired()) return;
    const auto listening = net_.listening_.find(port);
    const bool answers = !refused && listening != net_.listening_.end();
    if (answers) return open(*listening->second, waits);
    ready([waits] {
      if (const auto tell = waits.lock()) (*tell)(std::unexpected{system_error(ECONNREFUSED)});
    });
  });
  return task;
}

// Who gave it up meanwhile leaves the far end a stream that ends.
void SimDriver::open(SimAcceptor& acceptor, const std::weak_ptr<Connected>& waits) {
  const auto there = std::make_shared<Pipe>();
  const auto back = std::make_shared<Pipe>();
  std::erase_if(net_.links_, [](const SimNet::Pair& pair) { return pair.there.expired(); });
  net_.links_.push_back({there, back});
  acceptor.take(std::make_unique<SimTransport>(acceptor.driver(), there, back));
  ready([this, waits, there, back] {
    auto near = std::make_unique<SimTransport>(*this, back, there);
    if (const auto tell = waits.lock()) (*tell)(std::move(near));
  });
}

Network::Or<Network::Acceptor> SimDriver::listen(Loop&, const net::Endpoint& at, Connected accepted) {
  const std::uint16_t port = at.port() != 0 ? at.port() : net_.next_port_++;
  if (net_.listening_.contains(port)) return std::unexpected{system_error(EADDRINUSE)};
  return std::make_unique<SimAcceptor>(*this, port, std::move(accepted));
}

// ---- a connection

Transfer SimTransport::read_some(std::span<std::byte> into) {
  if (!open_) return {.status = Transfer::Status::failed, .error = system_error(EBADF)};
  if (in_->reset) return {.status = Transfer::Status::failed, .error = system_error(ECONNRESET)};
  if (in_->arrived.empty()) return {.status = in_->fin ? Transfer::Status::ended : Transfer::Status::want_read};
  const std::size_t bytes = std::min(into.size(), in_->arrived.size());
  std::copy_n(in_->arrived.begin(), bytes, into.begin());
  in_->arrived.erase(in_->arrived.begin(), in_->arrived.begin() + static_cast<std::ptrdiff_t>(bytes));
  if (in_->writer != nullptr) in_->writer->tell_writer();
  return {.bytes = bytes, .more = bytes == into.size() || in_->fin};
}

Transfer SimTransport::write_some(std::span<const std::byte> from) {
  if (!open_) return {.status = Transfer::Status::failed, .error = system_error(EBADF)};
  if (in_->reset) return {.status = Transfer::Status::failed, .error = system_error(EPIPE)};
  SimWorld& world = driver_.net().world();
  const std::size_t window = driver_.net().weather.window;
  const std::size_t room = window - std::min(window, out_->held());
  if (room == 0) return {.status = Transfer::Status::want_write};
  std::size_t bytes = std::min(room, from.size());
  if (bytes > 1 && world.chance(driver_.net().weather.partial)) bytes = 1 + world.draw(bytes);
  const std::vector<std::byte> copy(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(bytes));
  arrive_later(bytes, [copy](Pipe& pipe) { pipe.arrived.insert(pipe.arrived.end(), copy.begin(), copy.end()); });
  return {.bytes = bytes};
}

// In the order sent.
void SimTransport::arrive_later(std::size_t bytes, std::function<void(Pipe&)> what) {
  SimWorld& world = driver_.net().world();
  const Weather& weather = driver_.net().weather;
  const TimePoint when = std::max(world.now() + world.draw_between(weather.least_latency, weather.most_latency),
                                  out_->last_arrival + Duration{1});
  out_->last_arrival = when;
  out_->on_its_way += bytes;
  world.at(when, [pipe = out_, bytes, what = std::move(what)] {
    if (pipe->silent || pipe->reset) return;
    pipe->on_its_way -= bytes;
    what(*pipe);
    if (pipe->reader != nullptr) pipe->reader->tell_reader();
  });
}

void SimTransport::send_fin() {
  if (std::exchange(out_->fin_sent, true)) return;
  arrive_later(0, [](Pipe& pipe) { pipe.fin = true; });
}

void SimTransport::close(bool reset) noexcept {
  if (!std::exchange(open_, false)) return;
  in_->reader = nullptr;
  out_->writer = nullptr;
  alive_.reset();
  const Ready reader = std::exchange(reader_, nullptr);
  const Ready writer = std::exchange(writer_, nullptr);
  if (reset) return arrive_later(0, [](Pipe& pipe) { pipe.reset = true; });
  send_fin();
}

void SimTransport::tell_reader() {
  if (!reader_ || (in_->arrived.empty() && !in_->fin && !in_->reset)) return;
  driver_.ready([this, alive = std::weak_ptr{alive_}] {
    if (!alive.expired() && reader_) std::exchange(reader_, nullptr)();
  });
}

void SimTransport::tell_writer() {
  if (!writer_ || (out_->held() >= driver_.net().weather.window && !in_->reset)) return;
  driver_.ready([this, alive = std::weak_ptr{alive_}] {
    if (!alive.expired() && writer_) std::exchange(writer_, nullptr)();
  });
}

// ---- everything

SimNet::~SimNet() {
  for (const auto& weak : loops_) {
    if (const auto loop = weak.lock()) loop->end();
  }
}

std::shared_ptr<Loop> SimNet::make_loop() {
  auto driver = std::make_unique<SimDriver>(*this);
  SimDriver& drives = *driver;
  auto loop = std::make_shared<Loop>(std::move(driver));
  drives.drive(loop);
  loops_.push_back(loop);
  return loop;
}

void SimNet::cut(std::size_t connection) {
  const Pair pair = links_.at(connection);
  for (const auto& pipe : {pair.there.lock(), pair.back.lock()}) {
    if (!pipe) continue;
    pipe->reset = true;
    if (pipe->reader != nullptr) pipe->reader->tell_reader();
    if (pipe->writer != nullptr) pipe->writer->tell_writer();
  }
}

void SimNet::silence(std::size_t connection) {
  const Pair pair = links_.at(connection);
  for (const auto& pipe : {pair.there.lock(), pair.back.lock()}) {
    if (pipe) pipe->silent = true;
  }
}

}  // namespace zenws::sim
