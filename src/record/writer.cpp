#include "record/writer.hpp"

#include <cstdlib>
#include <pthread.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/logger.hpp"
#include "base/signals_blocked.hpp"

namespace zenws::record {

Writer& Writer::shared() {
  if (World* const world = World::simulated()) return world->its<Writer>();
  static Writer& instance = *new Writer;
  return instance;
}

void Writer::begin(std::shared_ptr<RecordingFile> file) {
  const Lock lock{mutex_};
  files_.push_back(std::move(file));
  if (next_round_ == never) next_round_ = Clock::now() + interval;
  start();
  stir();
}

void Writer::wake(std::shared_ptr<RecordingFile> file) {
  const Lock lock{mutex_};
  woken_.push_back(std::move(file));
  stir();
}

void Writer::finish(std::shared_ptr<RecordingFile> file, Done done) {
  {
    const Lock lock{mutex_};
    if (running_) {
      finishing_.push_back({std::move(file), std::move(done)});
      stir();
      return;
    }
    std::erase(files_, file);
  }
  file->finish();
  done();
}

// A process without a thread to spare goes on; its recordings are written when they are finished.
void Writer::start() {
  if (running_ || ending_) return;
  if (World::simulated() != nullptr) return (void)(running_ = true);
  try {
    const SignalsBlocked blocked;
    thread_ = std::thread{[this] { run(); }};
    running_ = true;
    pthread_setname_np(thread_.native_handle(), "zenws-recorder");
  } catch (const std::system_error& failure) {
    write_log(LogLevel::error, std::string{"recording: no thread: "} + failure.what());
    return;
  }
  static const pid_t owner = ::getpid();  // a forked child has no such thread to wait for
  static const int registered = std::atexit([] {
    if (::getpid() == owner) shared().stop();
  });
  static_cast<void>(registered);
}

// There is something to do.
void Writer::stir() {
  World* const world = World::simulated();
  if (world == nullptr) return changed_.notify_one();
  world->at(world->now(), [this, world] { run_in(*world); });
}

void Writer::run_in(World& world) {
  Lock lock{mutex_};
  work(lock);
  if (next_round_ == never || next_round_ == awaited_round_) return;
  awaited_round_ = next_round_;
  world.at(next_round_, [this, &world] { run_in(world); });
}

void Writer::run() {
  Lock lock{mutex_};
  do {
    const auto has_work = [this] { return ending_ || !woken_.empty() || !finishing_.empty(); };
    if (next_round_ == never) {
      changed_.wait(lock, [&] { return has_work() || next_round_ != never; });
    } else {
      changed_.wait_until(lock, next_round_, has_work);
    }
    work(lock);
  } while (!ending_ || !finishing_.empty());
  running_ = false;  // from now on whoever finishes a file writes it
}

// Flushes those that were woken, all when it is time for a round, and those that end. Without the mutex.
void Writer::work(Lock& lock) {
  std::vector<std::shared_ptr<RecordingFile>> woken = std::exchange(woken_, {});
  std::vector<Finish> finishing = std::exchange(finishing_, {});
  for (const Finish& finish : finishing) std::erase(files_, finish.file);
  const bool is_round = ending_ || Clock::now() >= next_round_;
  std::vector<std::shared_ptr<RecordingFile>> round = is_round ? files_ : std::vector<std::shared_ptr<RecordingFile>>{};
  if (is_round) next_round_ = files_.empty() ? never : Clock::now() + interval;
  lock.unlock();
  for (const auto& file : woken) file->flush(false);
  for (const auto& file : round) file->flush(true);
  for (Finish& finish : finishing) {
    finish.file->finish();
    finish.done();
  }
  woken.clear();
  round.clear();
  finishing.clear();  // what `done` holds may be a client's last part: not under the mutex
  lock.lock();
}

void Writer::stop() {
  {
    const Lock lock{mutex_};
    ending_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

}  // namespace zenws::record
