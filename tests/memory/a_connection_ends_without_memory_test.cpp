// Where a peer decides how much memory is asked for and there is none, its connection ends with an error; the process
// goes on, and so does the client. Allocations of the client's loop fail from a size on.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <zenws/client.hpp>

#include "support/far_end.hpp"
#include "support/frames.hpp"
#include "support/log_of.hpp"

namespace {

constinit thread_local bool is_loop = false;
std::atomic<std::size_t> fails_from{SIZE_MAX};
std::atomic<int> failed{0};

bool fails(std::size_t size) noexcept {
  if (!is_loop || size < fails_from.load(std::memory_order_relaxed)) return false;
  ++failed;
  return true;
}

}  // namespace

// Not inlined: GCC would see half of a pair, and warn.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return fails(size) ? nullptr : std::malloc(size);
}
[[gnu::noinline]] void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* const memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void* operator new[](std::size_t size) { return operator new(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool realloc_can_fail = false;
#else
constexpr bool realloc_can_fail = true;
extern "C" void* __libc_realloc(void* memory, std::size_t size);
extern "C" void* realloc(void* memory, std::size_t size) {
  return fails(size) ? nullptr : __libc_realloc(memory, size);
}
#endif

namespace zenws {
namespace {

using test::FarEnd;
using testing::LogOf;

// The first connection brings more than there is memory for; the second is as good as new.
struct WithoutMemory : ::testing::Test {
  ~WithoutMemory() override { fails_from = SIZE_MAX; }

  Options options() {
    Options options{.retry_delay = std::chrono::milliseconds{1}, .jitter = 0};
    options.on_connect = [](const ClientRef&) { is_loop = true; };
    options.on_lifecycle = [this](const Lifecycle& event) {
      if (const auto* const lost = std::get_if<Disconnected>(&event)) {
        fails_from = SIZE_MAX;
        told.add(to_string(lost->error));
      }
      if (std::holds_alternative<Connected>(event)) told.add("connected");
    };
    return options;
  }
  // `wire`: what the server answers to the client's first message.
  void expect_end(const std::string& wire, Options options, std::size_t size) {
    std::atomic<int> connections{0};
    FarEnd far_end{[&](FarEnd::Wire& end) {
      if (++connections == 1) {
        end.read();
        end.write(wire);
      }
      end.read_until("the end");
    }};
    auto client = Client::connect(far_end.url(), std::move(options));
    ASSERT_TRUE(client) << to_string(client.error());
    const int before = failed;
    fails_from = size;
    ASSERT_TRUE(client->send_message("go"));
    ASSERT_TRUE(told.wait_for_size(3));
    EXPECT_GT(failed, before);
    EXPECT_TRUE(told.all()[1].contains("no memory for what the server sent")) << told.all()[1];
    EXPECT_EQ(told.all()[2], "connected");
  }

  LogOf<std::string> told;
};

constexpr std::size_t large = 200'000;

TEST_F(WithoutMemory, for_a_frame) {
  if (!realloc_can_fail) GTEST_SKIP() << "a sanitizer has its own realloc";
  Options with = options();
  with.handler = [](const Message&) {};
  expect_end(test::binary(std::string(1'000'000, 'x')).bytes(false), with, large);
}

TEST_F(WithoutMemory, to_parse_a_text) {
  Options with = options();
  with.handler = [](const Message&) {};
  expect_end(test::text("[" + std::string(30'000, ' ') + "1]").bytes(false), with, large / 2);
}

TEST_F(WithoutMemory, to_keep_a_message) {
  expect_end(test::binary(std::string(30'000, 'x')).bytes(false), options(), 25'000);
}

// The first message makes the parser large enough: it is the answer's copy that fails.
TEST_F(WithoutMemory, for_an_answer_ends_its_request) {
  const std::string padding(30'000, ' ');
  FarEnd far_end{[&](FarEnd::Wire& end) {
    end.write(test::text("[" + padding + padding + "]").bytes(false));
    end.read();
    end.write(test::text("{\"id\":1,\"result\":[" + padding + "]}").bytes(false));
    end.read_until("the end");
  }};
  LogOf<int> heard;
  Options with = options();
  with.handler = [&](const Message&) { heard.add(1); };
  auto client = Client::connect(far_end.url(), with);
  ASSERT_TRUE(client) << to_string(client.error());
  ASSERT_TRUE(heard.wait_for_size(1));
  fails_from = 25'000;
  const auto response = client->request(R"({"id":1,"method":"m"})");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), std::errc::not_enough_memory) << to_string(response.error());
  EXPECT_EQ(client->get_state(), State::connected);
}

}  // namespace
}  // namespace zenws
