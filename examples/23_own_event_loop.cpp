// Clients inside an event loop that is not Asio's: here one made of poll(2). A Host is all that it takes.
#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <variant>

#include <zenws/asio.hpp>
#include <zenws/client.hpp>
#include <zenws/host.hpp>
#include <zenws/runtime.hpp>
#include <zenws/testing/server.hpp>

namespace {

class PollLoop final : public zenws::Host {
 public:
  PollLoop() = default;
  ~PollLoop() override { ::close(wakes_); }
  PollLoop(const PollLoop&) = delete;
  PollLoop& operator=(const PollLoop&) = delete;

  void open(int descriptor) override { zenws_ = descriptor; }
  void close() noexcept override { zenws_ = -1, ready_ = nullptr; }
  void wait(std::move_only_function<void()> ready) noexcept override { ready_ = std::move(ready); }
  void cancel_wait() noexcept override { ready_ = nullptr; }
  void post(std::move_only_function<void()> f) override {
    const std::lock_guard lock{mutex_};
    posted_.push_back(std::move(f));
    ::eventfd_write(wakes_, 1);
  }
  [[nodiscard]] bool is_this_thread() const noexcept override { return std::this_thread::get_id() == thread_; }

  // One round: what was posted, then whoever is ready.
  void run_once() {
    pollfd descriptors[]{{.fd = wakes_, .events = POLLIN, .revents = 0},
                         {.fd = ready_ ? zenws_ : -1, .events = POLLIN, .revents = 0}};
    ::poll(descriptors, 2, -1);
    if (descriptors[0].revents != 0) run_posted();
    if (descriptors[1].revents != 0 && ready_) std::exchange(ready_, nullptr)();
  }

 private:
  void run_posted() {
    eventfd_t count = 0;
    ::eventfd_read(wakes_, &count);
    std::deque<std::move_only_function<void()>> batch;
    {
      const std::lock_guard lock{mutex_};
      batch.swap(posted_);
    }
    for (auto& f : batch) f();
  }

  const int wakes_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const std::thread::id thread_ = std::this_thread::get_id();
  int zenws_ = -1;
  std::move_only_function<void()> ready_;
  std::mutex mutex_;
  std::deque<std::move_only_function<void()>> posted_;  // guarded
};

}  // namespace

int main(int argc, char** argv) {
  auto server = zenws::testing::Server::start();  // has a thread of its own
  if (!server) return 1;
  const auto loop = std::make_shared<PollLoop>();
  zenws::Runtime runtime{loop};

  // Blocking calls would wait for this thread: the async_ forms take a plain callback, and no io_context.
  std::optional<zenws::Client> client;
  bool done = false;
  zenws::Options options{.runtime = &runtime};
  options.handler = [&](const zenws::Message& message) {
    if (const auto* text = std::get_if<zenws::TextMessage>(&message))
      std::printf("%s\n", std::string{text->text}.c_str());
    zenws::async_close(*client, [&](const zenws::Result<>&) { done = true; });
  };
  zenws::async_connect(argc > 1 ? argv[1] : server->url(), options, [&](zenws::Result<zenws::Client> connected) {
    done = !connected || !connected->send_message("hello");
    if (connected) client = *std::move(connected);
  });
  while (!done) loop->run_once();
  return client ? 0 : 1;
}
