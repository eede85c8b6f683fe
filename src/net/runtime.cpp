// Where the library's threads are made, named, and ended.
#include <algorithm>
#include <functional>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <zenws/runtime.hpp>

#include "base/contain.hpp"
#include "base/logger.hpp"
#include "base/signals_blocked.hpp"
#include "net/later_call.hpp"
#include "net/loop.hpp"
#include "net/nested_driver.hpp"
#include "net/thread_driver.hpp"
#include "ws/utf8.hpp"

namespace zenws {
namespace {

// Ends a loop when it is destroyed. Inside a function that is posted to a host, this happens after the function ran, or
// when the host's event loop ends without having run it: either way nothing is left on it.
class EndOfLoop {
 public:
  explicit EndOfLoop(std::shared_ptr<net::Loop> loop) : loop_(std::move(loop)) {}
  EndOfLoop(EndOfLoop&&) noexcept = default;
  EndOfLoop& operator=(EndOfLoop&&) = delete;
  ~EndOfLoop() {
    if (loop_ != nullptr) loop_->end();
  }

 private:
  std::shared_ptr<net::Loop> loop_;
};

std::thread start_thread(std::shared_ptr<net::Loop> loop, net::ThreadDriver& driver, std::size_t number) {
  const SignalsBlocked blocked;
  std::thread thread{[loop = std::move(loop), &driver] { driver.run(loop); }};
  pthread_setname_np(thread.native_handle(), ("zenws-loop-" + std::to_string(number)).c_str());
  return thread;
}

// Making a loop or a thread throws when the process has no descriptors, threads or memory left.
Result<> or_error(const std::function<void()>& start) {
  const auto at_a_limit = [](std::error_code code) {
    return std::unexpected{Error{code, Phase::none, "the event loop cannot be started"}};
  };
  try {
    start();
    return {};
  } catch (const std::system_error& failure) {
    return at_a_limit(failure.code());
  } catch (const std::bad_alloc&) {
    return at_a_limit(std::make_error_code(std::errc::not_enough_memory));
  }
}

// OpenSSL and simdjson clean up when the process ends. Starting them before a runtime exists makes a static runtime end
// first.
void start_libraries() {
  OPENSSL_init_ssl(0, nullptr);
  ws::start_utf8();
}

}  // namespace

struct Runtime::State {
  std::vector<std::shared_ptr<net::Loop>> loops;
  std::vector<std::thread> threads;  // one each; none with a host
  std::size_t wanted = 1;            // loops
  std::shared_ptr<Host> host;        // null: threads of our own
  std::mutex mutex;                  // of the loops being completed and taken in turn
  std::size_t next = 0;

  // The loops that are missing: at first all, later those for which something had run out.
  Result<> complete() {
    return or_error([this] {
      while (loops.size() < wanted) host != nullptr ? add_nested_loop() : add_loop();
    });
  }

  void add_loop() {
    loops.reserve(wanted);
    threads.reserve(wanted);
    auto driver = std::make_unique<net::ThreadDriver>();
    net::ThreadDriver& runs = *driver;
    auto loop = std::make_shared<net::Loop>(std::move(driver));
    threads.push_back(start_thread(loop, runs, loops.size()));
    loops.push_back(std::move(loop));
  }

  void add_nested_loop() {
    auto driver = std::make_unique<net::NestedDriver>(host);
    net::NestedDriver& runs = *driver;
    loops.push_back(std::make_shared<net::Loop>(std::move(driver)));
    runs.drive(loops.back());
  }

  ~State() {
    if (host != nullptr) end_on_host();
    if (!threads.empty()) end_threads();
  }

  void end_on_host() {
    for (auto& loop : loops) {
      if (loop->is_this_thread()) {
        loop->end();
      } else {
        host->post([end = EndOfLoop{loop}] {});
      }
    }
  }

  // From inside a handler nothing can be waited for: the threads hold their loops and end by themselves.
  void end_threads() {
    const bool inside = std::ranges::any_of(loops, [](const auto& loop) { return loop->is_this_thread(); });
    for (const auto& loop : loops) {
      if (loop->is_this_thread()) {
        loop->end();
      } else {
        loop->post([raw = loop.get()] { raw->end(); });  // its thread holds it
      }
    }
    for (std::thread& thread : threads) {
      if (inside) {
        thread.detach();
      } else {
        thread.join();
      }
    }
  }
};

Runtime::Runtime(std::size_t loops) : state_(std::make_unique<State>()) {
  start_libraries();
  state_->wanted = std::max<std::size_t>(loops, 1);
  std::ignore = state_->complete();  // what is missing is tried again, and told, where it is used
}

Runtime::Runtime(std::shared_ptr<Host> host) : state_(std::make_unique<State>()) {
  start_libraries();
  state_->host = std::move(host);
  std::ignore = state_->complete();
}

Runtime::Runtime(std::shared_ptr<net::Loop> loop) : state_(std::make_unique<State>()) {
  start_libraries();
  state_->loops.push_back(std::move(loop));
}

Runtime::~Runtime() = default;

Runtime& Runtime::shared() {
  static Runtime runtime;
  return runtime;
}

Result<PendingCall> Runtime::call_after(std::chrono::milliseconds delay, std::move_only_function<void()> f) {
  if (!f) return std::unexpected{Error{errc::invalid_config, Phase::none, "call_after needs a function"}};
  auto loop = next_loop();
  if (!loop) return std::unexpected{std::move(loop).error()};
  const auto call = std::make_shared<net::LaterCall>(*loop, [f = std::move(f)]() mutable {
    const auto called = contained(f);
    if (!called) write_log(LogLevel::warning, fmt::format("Timer error: {}", called.error().what));
  });
  (*loop)->post([call, due = Clock::now() + bounded(delay)] { call->start(due); });
  return PendingCall{call};
}

Result<std::shared_ptr<net::Loop>> Runtime::next_loop() {
  const std::lock_guard lock{state_->mutex};
  if (Result<> complete = state_->complete(); !complete) return std::unexpected{std::move(complete).error()};
  return state_->loops[state_->next++ % state_->loops.size()];
}

}  // namespace zenws
