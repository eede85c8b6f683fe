// The process's supply of unpredictable bytes: a buffer a thread, refilled by the CSPRNG, worthless after fork.
#include "base/random.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <pthread.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include "base/world.hpp"

namespace zenws {
namespace {

// Counts forks: what a parent had buffered must not be used by its child too.
constinit std::atomic<std::uint32_t> fork_generation{1};

void watch_forks() noexcept {
  [[maybe_unused]] static const int registered =
      ::pthread_atfork(nullptr, nullptr, [] { fork_generation.fetch_add(1, std::memory_order_relaxed); });
}

// Straight from the kernel, which cannot fail once it is seeded: only a signal interrupts it.
void fill_from_kernel(std::span<std::byte> out) noexcept {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
  }
}

// OpenSSL fails after its own cleanup at exit, or with a broken configuration; the kernel does not.
void fill(std::span<std::byte> out) noexcept {
  if (World* const world = World::simulated()) return world->random_bytes(out);
  ERR_set_mark();
  const int done = RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
  ERR_pop_to_mark();
  if (done != 1) fill_from_kernel(out);
}

struct Pool {
  std::array<std::byte, 4096> bytes;
  std::size_t left;  // the unused bytes are the last `left`
  std::uint32_t generation;
};
// Zero-initialised and trivially destroyed: no guard on the fast path, and usable in destructors at thread exit.
constinit thread_local Pool pool{};

struct WipeAtThreadExit {
  WipeAtThreadExit() noexcept = default;
  WipeAtThreadExit(const WipeAtThreadExit&) = delete;
  WipeAtThreadExit& operator=(const WipeAtThreadExit&) = delete;
  ~WipeAtThreadExit() { OPENSSL_cleanse(&pool, sizeof pool); }
};

void refill() noexcept {
  watch_forks();
  [[maybe_unused]] static thread_local const WipeAtThreadExit wipe;
  fill(pool.bytes);
  pool.left = pool.bytes.size();
  pool.generation = fork_generation.load(std::memory_order_relaxed);
}

// Requires: out.size() <= pool.bytes.size(). With an extent, as for mask keys, it is a load and a store.
template <std::size_t extent>
void take(std::span<std::byte, extent> out) noexcept {
  const bool stale = pool.generation != fork_generation.load(std::memory_order_relaxed);
  if (pool.left < out.size() || stale) [[unlikely]] {
    refill();
  }
  std::byte* from = pool.bytes.data() + (pool.bytes.size() - pool.left);
  std::memcpy(out.data(), from, out.size());
  std::memset(from, 0, out.size());
  pool.left -= out.size();
}

template <class Integer>
Integer take_integer() noexcept {
  std::array<std::byte, sizeof(Integer)> bytes;
  take(std::span{bytes});
  Integer value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

void forget_random_bytes() noexcept { pool.left = 0; }

void random_bytes(std::span<std::byte> out) {
  constexpr std::size_t most_buffered = 256;  // more than that is cheaper asked for at once
  constexpr std::size_t most_at_once = std::size_t{1} << 30U;
  if (out.empty()) return;
  if (out.size() <= most_buffered) return take(out);
  for (; !out.empty(); out = out.subspan(std::min(out.size(), most_at_once))) {
    fill(out.first(std::min(out.size(), most_at_once)));
  }
}

std::uint32_t random_u32() { return take_integer<std::uint32_t>(); }

double random_unit() {
  constexpr double step = 1.0 / static_cast<double>(std::uint64_t{1} << 53U);  // a double holds 53 bits
  return static_cast<double>(take_integer<std::uint64_t>() >> 11U) * step;
}

}  // namespace zenws
