// Who waits for a client's beginning, and for its end.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <zenws/error.hpp>

#include "client/completion.hpp"
#include "client/supervision.hpp"
#include "net/loop.hpp"
#include "record/recording.hpp"

namespace zenws::client {

// Threads: the loop's only.
class Audience {
 public:
  // `recording` may be null: who waits for the end then waits for nothing else.
  Audience(std::shared_ptr<net::Loop> loop, record::Recording* recording) noexcept
      : loop_{std::move(loop)}, recording_{recording} {}

  void awaits_beginning(Completion<void> completion) { started_ = std::move(completion); }
  void awaits_end(Completion<void> completion) { closers_.push_back(std::move(completion)); }
  // Once, however often it is said.
  void awaits_end(const std::weak_ptr<EndWatcher>& watcher);

  // It has begun, or never will. Only the first counts.
  void begun(Result<> result) { started_(std::move(result)); }
  void ended(std::uint64_t id, const Error& why);
  // Who waits for the end finds the recording complete, and its file free. Not waited for here.
  void once_recorded(Completion<void> completion);

 private:
  const std::shared_ptr<net::Loop> loop_;
  record::Recording* const recording_;
  Completion<void> started_;
  std::vector<Completion<void>> closers_;
  std::vector<std::weak_ptr<EndWatcher>> watchers_;
};

}  // namespace zenws::client
