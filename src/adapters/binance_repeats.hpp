// Tells what has been told already, while one connection takes over from another and both tell the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <zenws/message.hpp>
#include <zenws/sequence_guard.hpp>

namespace zenws::adapters::binance {

// The ids of one feed that counts up by one. An id that was left out may still come: of two connections the later one
// may be heard first.
class SeenIds {
 public:
  // False: that one was there before, or is so far behind that nobody knows.
  bool is_new(std::uint64_t id);

 private:
  static constexpr std::uint64_t most_missing = 1024;
  SequenceGuard guard_;
  std::set<std::uint64_t> missing_;
};

// Trades and aggregate trades by their ids, best prices by the book's update. Threads: one at a time.
class Repeats {
 public:
  [[nodiscard]] bool is_repeat(const Message& message);

 private:
  // As many symbols as can be listened to, and then some.
  static constexpr std::size_t most_feeds = 4096;
  std::map<std::string, SeenIds, std::less<>> trades_;        // event and symbol
  std::map<std::string, std::uint64_t, std::less<>> quotes_;  // the last update of a symbol
};

}  // namespace zenws::adapters::binance
