// Where the library's threads are made, named, and ended.
#include <algorithm>
#include <atomic>
#include <pthread.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <openssl/ssl.h>

#include <zenws/runtime.hpp>

#include "base/signals_blocked.hpp"
#include "net/loop.hpp"
#include "ws/utf8.hpp"

namespace zenws {
namespace {

// Ends a loop when it is destroyed. Inside a handler that is posted to the caller's io_context, this happens after the
// handler ran, or when the io_context is destroyed without having run it: either way nothing is left on it.
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

std::thread start_thread(std::shared_ptr<net::Loop> loop, std::size_t number) {
  const SignalsBlocked blocked;
  std::thread thread{[loop = std::move(loop)] { loop->run(); }};
  pthread_setname_np(thread.native_handle(), ("zenws-loop-" + std::to_string(number)).c_str());
  return thread;
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
  std::vector<std::thread> threads;  // one each; none on the caller's io_context
  std::atomic<std::size_t> next{0};

  ~State() {
    if (threads.empty()) {
      end_on_callers_io();
    } else {
      end_threads();
    }
  }

  void end_on_callers_io() {
    for (auto& loop : loops) {
      if (loop->is_this_thread()) {
        loop->end();
      } else {
        boost::asio::post(loop->io(), [end = EndOfLoop{loop}] {});
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
  const std::size_t count = std::max<std::size_t>(loops, 1);
  state_->loops.reserve(count);
  state_->threads.reserve(count);
  for (std::size_t number = 0; number < count; ++number) {
    auto loop = net::Loop::make();
    state_->threads.push_back(start_thread(loop, number));
    state_->loops.push_back(std::move(loop));
  }
}

Runtime::Runtime(boost::asio::io_context& io) : state_(std::make_unique<State>()) {
  start_libraries();
  state_->loops.push_back(net::Loop::make_on(io));
}

Runtime::~Runtime() = default;

Runtime& Runtime::shared() {
  static Runtime runtime;
  return runtime;
}

std::shared_ptr<net::Loop> Runtime::next_loop() {
  return state_->loops[state_->next.fetch_add(1, std::memory_order_relaxed) % state_->loops.size()];
}

}  // namespace zenws
