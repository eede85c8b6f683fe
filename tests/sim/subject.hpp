// One client of the venue, of a kind that the seed draws, and all that a program may do with it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <zenws/client.hpp>
#include <zenws/dialect.hpp>
#include <zenws/rate_limiter.hpp>

#include "sim/actor.hpp"
#include "sim/venue.hpp"
#include "sim/witness.hpp"

namespace zenws::sim {

// Closes its client now and then, or loses it, and then makes another.
class Subject final : public Actor {
 public:
  struct Place {
    Venue& venue;
    Runtime& runtime;
    std::string folder;  // for recordings
  };
  Subject(SimWorld& world, std::string name, Broken broken, Place place);
  ~Subject() override;

  void act() override;
  void keep_up() override;
  void judge_at_rest() override;
  void close() override;
  [[nodiscard]] std::uint64_t reconnects() override { return reconnects_; }

 private:
  // What it is like, for good.
  struct Kind {
    bool mailbox, beats, limited, ages, records, logs_in, throws, is_slow, meddles;
  };
  using Watched = std::shared_ptr<Witness>;

  void connect();
  [[nodiscard]] Options options();
  void watch(Options& options, const Watched& witness);
  static void log_in(const Watched& witness, const ClientRef& client, Authenticated done);
  void told(const Watched& witness, const Lifecycle& event);
  void got(const Watched& witness, std::string_view text);
  // From inside a callback.
  void meddle();
  void do_one(std::uint64_t which);
  void subscribe();
  void unsubscribe();
  void ask();
  void rotate();
  void drop();
  void break_disk();
  void check_bounds();
  void check_recording(const StateMetrics& metrics);
  [[nodiscard]] bool is_confirmed(const StateMetrics& metrics) const;
  [[nodiscard]] bool is_settled() const;

  const Place place_;
  const Kind kind_;
  std::optional<Client> client_;
  Watched witness_;
  std::vector<Watched> witnesses_;  // of those before
  std::shared_ptr<RateLimiter> limiter_;
  std::set<std::string> desired_;
  std::uint64_t sent_ = 0;
  std::uint64_t reconnects_ = 0;
  std::string recording_;
  bool disk_failed_ = false;
  int recordings_ = 0;
};

}  // namespace zenws::sim
