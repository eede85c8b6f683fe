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

  void open(const std::string& target, Events& events) override;
  void run() override;
  void stop() override;

 private:
  class Socket;
  struct Loop {
    Descriptor epoll;
    std::vector<std::byte> buffer;
  };
  struct Wish {
    std::string target;
    Events* events;
  };

  void serve(Loop& loop, bool opens);
  void open_wished();
  void on_readable(Loop& loop, Socket& socket);

  const Job job_;
  std::deque<Loop> loops_;
  Descriptor wake_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;  // wishes come from every loop; the first grants them
  std::vector<Wish> wished_;
  std::deque<Socket> sockets_;
};

}  // namespace bench
