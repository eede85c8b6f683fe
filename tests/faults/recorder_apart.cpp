#include "faults/recorder_apart.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <iostream>
#include <optional>
#include <sys/mman.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <zenws/client.hpp>

#include "support/log_of.hpp"

namespace zenws::testing {
namespace {

using Counter = std::atomic<std::uint64_t>;

// Shared memory that outlives a killed process.
Counter* share(const char* path) {
  const int fd = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, sizeof(Counter)) != 0) throw std::system_error{errno, std::system_category(), path};
  void* const memory = ::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (memory == MAP_FAILED) throw std::system_error{errno, std::system_category(), path};
  return static_cast<Counter*>(memory);
}

}  // namespace

int record_apart(const char* url, const char* path, const char* counter, int pause) {
  Counter* const received = share(counter);
  std::optional<ClientRef> self;
  Options options;
  options.record_to = path;
  options.on_connect = [&](const ClientRef& ref) { self = ref; };
  options.handler = [&](const Message& message) {
    received->fetch_add(1);
    const auto* const json = std::get_if<JsonMessage>(&message);  // a number
    if (json == nullptr || !json->text.ends_with('0')) return;
    if (pause > 0) std::this_thread::sleep_for(std::chrono::milliseconds{pause});
    if (auto client = self->lock()) static_cast<void>(client->send_message("more"));
  };
  auto client = Client::connect(url, options);
  if (!client || !client->send_message("more")) return 1;
  std::cout << "recording" << std::endl;
  for (std::string line; std::getline(std::cin, line);) continue;
  std::exit(0);  // the client is not even let go
}

RecorderApart::RecorderApart(const std::string& url, const std::string& path, const std::string& counter, int pause)
    : counter_{share(counter.c_str())},
      process_{{"/proc/self/exe", "record", url, path, counter, std::to_string(pause)}} {}

RecorderApart::~RecorderApart() { ::munmap(counter_, sizeof(Counter)); }

bool RecorderApart::started() { return process_.wait_for_line("recording", patience).has_value(); }

}  // namespace zenws::testing
