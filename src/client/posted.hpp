// What a client's loop is asked to call, soon or later: never once the client is closed, and what it throws is
// contained.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>
#include <zenws/pending_call.hpp>

#include "client/counters.hpp"
#include "client/voice.hpp"
#include "net/later_call.hpp"
#include "net/loop.hpp"

namespace zenws::client {

class Posted {
 public:
  using Function = std::move_only_function<void()>;

  class Owner {
   public:
    // Any thread: lives, and we with it, as long as what is given.
    [[nodiscard]] virtual std::shared_ptr<void> keep() = 0;

   protected:
    ~Owner() = default;
  };

  Posted(net::Loop& loop, const Counters& counters, Voice& voice, Owner& owner)
      : loop_{loop}, counters_{counters}, voice_{voice}, owner_{owner} {}

  // Any thread. See Client::post and Client::call_after.
  Result<> post(Function f);
  Result<PendingCall> call_after(std::chrono::milliseconds delay, Function f);
  // Loop. What was to be called later is forgotten.
  void stop();

 private:
  [[nodiscard]] bool may_call() const noexcept;
  [[nodiscard]] Result<> check(const Function& f) const;
  void call(std::string_view asked_by, std::string_view title, Function& f);
  void remember(const std::shared_ptr<net::LaterCall>& call);

  net::Loop& loop_;
  const Counters& counters_;
  Voice& voice_;
  Owner& owner_;
  // Touched on the loop only. Those that were called are among them until it is tidied.
  std::vector<std::weak_ptr<net::LaterCall>> later_;
};

}  // namespace zenws::client
