// The floor of many connections: blocking sockets that are read when epoll says so, a thread for each loop.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "bare.hpp"
#include "versus/library.hpp"
#include "wire.hpp"

namespace bench {

class FloorLoops final : public Library {
 public:
  explicit FloorLoops(const Job& job);
  ~FloorLoops() override;

  void on_loop(std::function<void()> task) override;
  void open(const std::string& target, Events& events) override;
  void run() override;
  void stop() override;

 private:
  class Socket;
  struct Loop {
    Descriptor epoll;
    Descriptor wake;  // an eventfd
    std::vector<std::byte> buffer;
  };
  void serve(Loop& loop);
  static void wake(const Loop& loop);
  void woken(const Loop& loop);
  void open_now(const std::string& target, Events& events);
  void on_readable(Loop& loop, Socket& socket);

  const Job job_;
  std::deque<Loop> loops_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::vector<std::function<void()>> wished_;  // for the first loop
  std::deque<Socket> sockets_;
};

}  // namespace bench
