// What a client sends, and what it asks: through its rate limiter, if any, and the door; each request ends once, by its
// answer, its time, its cancellation or the end of its connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>
#include <zenws/options.hpp>
#include <zenws/request.hpp>

#include "client/completion.hpp"
#include "client/counters.hpp"
#include "client/limiter_gate.hpp"
#include "client/requests.hpp"
#include "client/voice.hpp"
#include "link/door.hpp"
#include "link/inbound.hpp"
#include "net/loop.hpp"
#include "net/timers.hpp"
#include "policy/latency.hpp"

namespace zenws::client {

class Calls {
 public:
  class Owner {
   public:
    // Any thread: lives, and we with it, as long as what is given.
    [[nodiscard]] virtual std::shared_ptr<void> keep() = 0;
    // Loop. Takes what has come in time. False: more of it may be behind what was taken; it is too early to call
    // anything late.
    virtual bool has_read() = 0;
    // Loop. A request waits no more.
    virtual void call_ended() = 0;

   protected:
    ~Owner() = default;
  };

  Calls(net::Loop& loop, const Options& options, link::Door& door, Counters& counters, Voice& voice, Owner& owner)
      : loop_{loop},
        options_{options},
        door_{door},
        counters_{counters},
        voice_{voice},
        owner_{owner},
        gate_{door, options.rate_limiter, options.dialect.get(), counters},
        requests_{counters},
        latency_{static_cast<std::size_t>(options.latency_buffer_size)} {}

  // Loop. Between the two, requests are called late when they are.
  void start() noexcept { runs_ = true; }
  void stop() {
    runs_ = false;
    timer_.reset();
  }

  // Any thread. On the present connection, or on that of `epoch` and who carries it on. See LimiterGate::send.
  Result<> send(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch) {
    // What a limiter needs is a fifth of what a message costs.
    if (gate_.is_limited()) return send_limited(opcode, payload, epoch, {});
    return counted(door_.enqueue(opcode, payload, epoch));
  }
  // Any thread. `request`: a method, or a whole request. `completion` is called here or on the loop, once. `epoch`: the
  // connection that it is for. nullopt: it has ended already.
  std::optional<Tracked> request(std::string_view request, std::string_view params,
                                 std::optional<std::chrono::milliseconds> timeout, Completion<Response> completion,
                                 std::uint64_t epoch);
  // Any thread. The request ends with errc::cancelled, unless it has ended.
  void cancel(const Tracked& request);

  // Loop. True: it answers a request, by its id or, without one, the oldest of connection `epoch` that was sent before
  // `before`.
  [[nodiscard]] bool takes(const link::Inbound& inbound, std::uint64_t epoch, TimePoint before);
  // Loop. A heartbeat was answered after so long.
  void measured(std::chrono::microseconds round_trip) { latency_.add(round_trip); }
  // Loop. Whether any waits on the connection of this epoch, or on one before it.
  [[nodiscard]] bool waits_on(std::uint64_t epoch) { return requests_.has_of(epoch); }
  // Loop. Ends all; or those of the connections `first` to `last`.
  void end_all(const Error& why) { end(requests_.drain(), why); }
  void end_of(std::uint64_t first, std::uint64_t last, const Error& why) { end(requests_.drain_of(first, last), why); }

  // Any thread.
  [[nodiscard]] const policy::Latency& latency() const noexcept { return latency_; }

 private:
  Result<> send_limited(ws::Opcode opcode, std::span<const std::byte> payload, std::uint64_t epoch, Waiting waiting);
  Result<> counted(Result<> sent) {
    if (!sent && sent.error() == errc::send_queue_full) counters_.failures.failed(Clock::now());
    voice_.events().message_out();
    return sent;
  }
  [[nodiscard]] Waiting waiting_request(const RequestId& id, std::uint64_t ticket);
  void end_unsent(const RequestId& id, std::uint64_t ticket, const Error& error);
  void end(std::vector<Requests::Pending> requests, const Error& why);
  void arm();
  void expire();

  net::Loop& loop_;
  const Options& options_;
  link::Door& door_;
  Counters& counters_;
  Voice& voice_;
  Owner& owner_;
  LimiterGate gate_;
  Requests requests_;
  policy::Latency latency_;
  // Touched on the loop only.
  bool runs_ = false;
  std::unique_ptr<net::Timer> timer_;  // from the first request on
};

}  // namespace zenws::client
