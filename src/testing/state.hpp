// What a Server is made of: its thread, its listener, and how any thread gets work done on them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

#include "base/latch.hpp"
#include "net/loop.hpp"
#include "testing/listener.hpp"

namespace zenws::testing {

// Threads: any.
struct Server::State {
  std::unique_ptr<Runtime> runtime;  // null: somebody else's
  std::shared_ptr<net::Loop> loop;
  std::shared_ptr<Listener> listener;
  std::string origin;  // of the URL: scheme and address
  std::string ca_pem;

  // Runs `f` on the server's thread and returns when it is done; at once when this is that thread (a script). Once the
  // server has stopped, nothing happens.
  template <class F>
  void run(F f) {
    if (loop->is_this_thread()) return f();
    const Latch done;
    // Destroyed unrun when the loop ends first: that too ends the wait.
    loop->post([&f, key = done.key()] { f(); });
    done.wait_until(never);
  }

  // Calls `f` with that connection, or with each; how many were open.
  template <class F>
  std::size_t for_each_open(Which which, F f) {
    std::size_t count = 0;
    run([&] {
      if (!which) {
        for (const auto& connection : listener->open_connections()) f(*connection), ++count;
      } else if (const auto one = listener->find_open(*which)) {
        f(*one), ++count;
      }
    });
    return count;
  }

  void stop();

 private:
  enum class Life : std::uint8_t { running, stopping, stopped };
  std::atomic<Life> life_ = Life::running;
};

}  // namespace zenws::testing
