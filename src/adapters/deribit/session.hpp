// What a connection to Deribit owes before it counts as open, and the life of its token.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <zenws/adapters/deribit.hpp>
#include <zenws/client.hpp>
#include <zenws/pending_call.hpp>

#include "adapters/deribit/credentials.hpp"

namespace zenws::adapters::deribit {

// Threads: any; log_in() is called on the client's loop, where the token is refreshed too.
class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Settings {
    std::optional<Credentials> credentials;
    std::chrono::seconds heartbeat{0};
    bool cancel_on_disconnect = false;
    std::function<void(const Result<>&)> on_login;
    std::function<void(const ClientRef&, Authenticated)> afterwards;  // the user's own hook
  };
  explicit Session(Settings settings);

  // For Options::authenticate: login, heartbeat, cancel-on-disconnect, then the user's.
  void log_in(const ClientRef& client, Authenticated done);
  // Of the connection: what is wanted after each reconnect.
  void want_cancel_on_disconnect(bool wanted);

 private:
  struct Run;  // one log_in()
  struct Token;

  void authenticate(const std::shared_ptr<Run>& run);
  void set_heartbeat(const std::shared_ptr<Run>& run);
  void enable_cancel_on_disconnect(const std::shared_ptr<Run>& run);

  void hold(const ClientRef& client, std::uint64_t login, const Token& token);
  void refresh_after(std::chrono::milliseconds delay, const ClientRef& client, std::uint64_t login);
  void refresh(const ClientRef& client, std::uint64_t login);
  void log_in_again(const ClientRef& client, std::uint64_t login);
  void tell(const Result<>& result) const;
  [[nodiscard]] std::string login_params_now() const;

  const Settings settings_;
  std::mutex mutex_;
  bool wants_cancel_on_disconnect_;  // guarded
  std::uint64_t logins_ = 0;         // guarded; one a connection: what belongs to an older one is dropped
  std::string refresh_token_;        // guarded
  PendingCall alarm_;                // guarded
};

}  // namespace zenws::adapters::deribit
