// Random bytes: of every size, different in every thread and process, and never zero because a source failed.
#include "base/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rand.h>

namespace zenws {
namespace {

using Sample = std::array<std::byte, 32>;

Sample sample() {
  Sample bytes{};
  random_bytes(bytes);
  return bytes;
}

TEST(Random, fills_every_size_to_its_last_byte) {
  // An untouched byte would stay zero in all of 16 rounds; a random one does once in 2^128.
  for (const std::size_t size : {1U, 2U, 3U, 4U, 7U, 16U, 255U, 256U, 257U, 4095U, 4096U, 4097U, 100'000U}) {
    std::vector<std::byte> seen(size);
    for (int round = 0; round < 16; ++round) {
      std::vector<std::byte> bytes(size);
      random_bytes(bytes);
      std::ranges::transform(seen, bytes, seen.begin(), std::bit_or{});
    }
    EXPECT_EQ(std::ranges::count(seen, std::byte{0}), 0) << size;
  }
}

TEST(Random, accepts_an_empty_span) { random_bytes({}); }

TEST(Random, does_not_repeat_itself_over_many_refills) {
  std::set<Sample> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(sample()).second);
}

TEST(Random, draws_every_bit_of_a_key_about_half_of_the_time) {
  constexpr int draws = 40'000;
  std::array<int, 32> ones{};
  for (int i = 0; i < draws; ++i) {
    const std::uint32_t value = random_u32();
    for (std::size_t bit = 0; bit < ones.size(); ++bit) ones[bit] += static_cast<int>((value >> bit) & 1U);
  }
  // Ten standard deviations: a fair bit leaves this band once in 10^23 runs.
  const double band = 10 * std::sqrt(draws) / 2;
  for (const int count : ones) EXPECT_LT(std::abs(count - draws / 2), band);
}

TEST(Random, draws_units_from_zero_to_below_one) {
  double least = 1;
  double most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double unit = random_unit();
    ASSERT_GE(unit, 0.0);
    ASSERT_LT(unit, 1.0);
    least = std::min(least, unit);
    most = std::max(most, unit);
  }
  EXPECT_LT(least, 0.1);
  EXPECT_GT(most, 0.9);
}

TEST(Random, differs_between_threads) {
  std::array<Sample, 4> samples{};
  {
    std::vector<std::jthread> threads;
    for (Sample& mine : samples) threads.emplace_back([&mine] { mine = sample(); });
  }
  EXPECT_EQ((std::set<Sample>{samples.begin(), samples.end()}.size()), samples.size());
}

TEST(Random, differs_between_a_process_and_its_fork) {
  (void)sample();  // so that the parent's buffer holds bytes that the child inherits
  std::array<int, 2> channel{};
  ASSERT_EQ(::pipe(channel.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Sample bytes = sample();
    ::_exit(::write(channel[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) ? 0 : 1);
  }
  const Sample ours = sample();
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  Sample theirs{};
  ASSERT_EQ(::read(channel[0], theirs.data(), theirs.size()), static_cast<ssize_t>(theirs.size()));
  ::close(channel[0]);
  ::close(channel[1]);
  EXPECT_NE(ours, theirs);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
TEST(Random, asks_the_kernel_when_openssl_fails) {
  RAND_METHOD failing{};
  failing.bytes = [](unsigned char*, int) { return 0; };
  const RAND_METHOD* const usual = RAND_get_rand_method();
  ASSERT_EQ(RAND_set_rand_method(&failing), 1);
  std::array<Sample, 2> samples{};
  std::jthread{[&samples] {  // a new thread starts with an empty buffer
    samples = {sample(), sample()};
    EXPECT_EQ(ERR_peek_error(), 0U);
  }}
      .join();
  RAND_set_rand_method(usual);
  EXPECT_NE(samples[0], Sample{});
  EXPECT_NE(samples[0], samples[1]);
}
#pragma GCC diagnostic pop

}  // namespace
}  // namespace zenws
