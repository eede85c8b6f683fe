#include "sim/network.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "net/set.hpp"

namespace zenws::sim {

using net::Loop;
using net::Network;
using net::Transport;

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
  if (next_run_ == queued_) return;
  queued_ = next_run_;
  net_.world().at(next_run_, [weak = loop_, this, asked = next_run_] {
    const auto loop = weak.lock();
    if (!loop || loop->has_ended()) return;
    if (queued_ == asked) queued_ = never;
    if (asked == next_run_) run();
  });
}

void SimDriver::run() {
  const auto loop = loop_.lock();
  next_run_ = never;
  if (running_) return;  // beside a slow handler of its own, after which it looks again
  {
    const net::Set running{running_};
    const SimWorld::Being here{net_.world(), this};
    loop->run_ready();
  }
  if (loop->has_ended()) return;
  if (!ready_.empty()) wake();
  run_at(loop->next_due());
}

void SimDriver::waits_changed() noexcept {
  if (const auto loop = loop_.lock()) run_at(loop->next_due());
}

void SimDriver::ready(std::move_only_function<void()> tells) {
  ready_.push_back(std::move(tells));
  wake();
}

bool SimDriver::dispatch_one() {
  if (ready_.empty()) return false;
  if (ready_.size() > 1) std::swap(ready_.front(), ready_[net_.world().draw(ready_.size())]);
  auto tells = std::move(ready_.front());
  ready_.pop_front();
  tells();
  return true;
}

// ---- the network

Result<> SimDriver::resolve(const std::string& host, const std::weak_ptr<net::Asker>& asker) {
  using Names = Weather::Names;
  const Names names = net_.weather.names;
  if (names == Names::hanging) return {};
  net_.world().in(net_.latency(), [host, asker, known = names == Names::known && host == "localhost"] {
    const auto who = asker.lock();
    if (!who) return;
    if (known) return who->answered(std::vector{*net::numeric_endpoint("127.0.0.1", 0)});
    constexpr int try_again = -3;  // EAI_AGAIN
    who->answered(std::unexpected{Error{{try_again, resolver_category()}, Phase::resolve, "host " + host}});
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
  if (world.chance(net_.weather.lost)) return task;
  const bool refused = world.chance(net_.weather.refused);
  world.in(2 * net_.latency(), [this, waits = std::weak_ptr{task->connected}, refused, port = to.port(), loop = loop_] {
    if (waits.expired() || loop.expired()) return;
    const auto listening = net_.listening_.find(port);
    const bool answers = !refused && listening != net_.listening_.end();
    if (answers) return open(*listening->second, waits);
    ready([waits] {
      if (const auto tell = waits.lock())
        (*tell)(std::unexpected{std::error_code{ECONNREFUSED, std::system_category()}});
    });
  });
  return task;
}

// Who gave it up meanwhile leaves the far end a stream that ends.
void SimDriver::open(SimAcceptor& acceptor, const std::weak_ptr<Connected>& waits) {
  const auto there = std::make_shared<Pipe>();
  const auto back = std::make_shared<Pipe>();
  there->other = back;
  back->other = there;
  net_.links_.push_back({there, back});
  acceptor.take(std::make_unique<SimTransport>(acceptor.driver(), there, back));
  ready([waits, near = std::make_unique<SimTransport>(*this, back, there)]() mutable {
    if (const auto tell = waits.lock()) (*tell)(std::move(near));
  });
}

Network::Or<Network::Acceptor> SimDriver::listen(Loop&, const net::Endpoint& at, Connected accepted) {
  const std::uint16_t port = at.port() != 0 ? at.port() : net_.next_port_++;
  if (net_.listening_.contains(port)) return std::unexpected{std::error_code{EADDRINUSE, std::system_category()}};
  return std::make_unique<SimAcceptor>(*this, port, std::move(accepted));
}

// ---- everything

SimNet::~SimNet() {
  for (const auto& weak : loops_) {
    if (const auto loop = weak.lock()) loop->end();
  }
}

std::shared_ptr<Loop> SimNet::make_loop(Machine machine) {
  auto driver = std::make_unique<SimDriver>(*this, machine);
  SimDriver& drives = *driver;
  auto loop = std::make_shared<Loop>(std::move(driver));
  drives.drive(loop);
  loops_.push_back(loop);
  return loop;
}

std::size_t SimNet::connections() {
  std::erase_if(links_, [](const Pair& pair) {
    const auto there = pair.there.lock();
    const auto back = pair.back.lock();
    return !there || !back || (there->reader == nullptr && back->reader == nullptr);
  });
  return links_.size();
}

void SimNet::break_after(std::size_t connection, std::size_t bytes, Break how) {
  const std::weak_ptr<Pipe> weak = links_.at(connection).back;
  const auto back = weak.lock();
  if (!back) return;
  back->break_after(bytes, how);
  world_.in(std::chrono::seconds{10}, [weak, how] {
    if (const auto late = weak.lock()) late->break_after(0, how);
  });
}

void SimNet::stall(std::size_t connection, Duration span) {
  for (const auto& weak : {links_.at(connection).there, links_.at(connection).back}) {
    const auto pipe = weak.lock();
    if (!pipe) continue;
    pipe->stalled = true;
    world_.in(span, [weak] {
      const auto stalled = weak.lock();
      if (!stalled) return;
      stalled->stalled = false;
      if (stalled->writer != nullptr) stalled->writer->became_writable();
    });
  }
}

}  // namespace zenws::sim
