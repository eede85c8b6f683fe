// The one thread that writes the process's recordings.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "record/recording_file.hpp"

namespace zenws::record {

// Threads: any. Never destroyed; the thread begins with the first file, and ends when the process ends normally: all
// files are written then, and what is finished later is written by who finishes it. A simulated world has one of its
// own, without a thread: the world calls it.
class Writer {
 public:
  // Every file is written at least so often.
  static constexpr std::chrono::milliseconds interval{1000};
  using Done = std::move_only_function<void()>;

  static Writer& shared();
  Writer() = default;

  void begin(std::shared_ptr<RecordingFile> file);
  // Writes this one soon.
  void wake(std::shared_ptr<RecordingFile> file);
  // Writes it for the last time, and calls `done` on the writer's thread.
  void finish(std::shared_ptr<RecordingFile> file, Done done);

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Finish {
    std::shared_ptr<RecordingFile> file;
    Done done;
  };
  void start();
  void stir();
  void run();
  void run_in(World& world);
  void work(Lock& lock);
  void stop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
  std::vector<std::shared_ptr<RecordingFile>> files_;
  std::vector<std::shared_ptr<RecordingFile>> woken_;
  std::vector<Finish> finishing_;
  TimePoint next_round_ = never;
  TimePoint awaited_round_ = never;  // in a simulated world: for which it was told
  bool running_ = false;
  bool ending_ = false;
};

}  // namespace zenws::record
