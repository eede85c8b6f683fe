// The process's one logger and the lock that gives it one line at a time.
#include "base/logger.hpp"

#include <atomic>
#include <mutex>
#include <utility>

namespace zenws {
namespace {

constinit std::atomic<bool> logger_is_set{false};

struct Sink {
  std::mutex mutex;
  Logger logger;
};

// Never destroyed: loops may still have something to say while the process ends.
Sink& sink() {
  static Sink& instance = *new Sink;
  return instance;
}

// True while this thread is inside the logger. What a logger causes to be logged is dropped, or it would wait for
// itself.
constinit thread_local bool is_logging = false;

}  // namespace

bool has_logger() noexcept { return logger_is_set.load(std::memory_order_relaxed); }

void write_log(LogLevel level, std::string_view line) noexcept {
  if (!has_logger() || is_logging) return;
  is_logging = true;
  try {
    const std::lock_guard lock{sink().mutex};
    if (sink().logger) sink().logger(level, line);
  } catch (...) {  // NOLINT(bugprone-empty-catch): a failing logger has nowhere to say so
  }
  is_logging = false;
}

void set_logger(Logger logger) {
  const std::lock_guard lock{sink().mutex};
  logger_is_set.store(static_cast<bool>(logger), std::memory_order_relaxed);
  sink().logger.swap(logger);
}

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "unknown";
}

}  // namespace zenws
