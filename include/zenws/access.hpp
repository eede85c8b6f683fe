/// \file
/// For the library's own use: the asynchronous operations without completion tokens. Applications include
/// <zenws/asio.hpp>.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/client.hpp>

namespace zenws::client {

class EndWatcher;
class Supervision;

/// For the library's own use: what an asynchronous operation calls once.
template <class T>
using Callback = std::move_only_function<void(Result<T>)>;

/// For the library's own use: takes back what an operation waits for. Keeps no client open. Empty: nothing waits.
using Withdraw = std::move_only_function<void()>;

/// For the library's own use: the asynchronous operations without their tokens. `done` may be called at once.
struct Access {
  /// A client that has not begun to connect. `supervision` may be null. Errors: errc::invalid_config.
  [[nodiscard]] static Result<Client> create(std::string_view url, Options&& options,
                                             std::shared_ptr<Supervision> supervision);
  /// Begins; `open` is called when the first connection is open, or has finally failed.
  static void start(const Client& client, Callback<void> open);
  /// The same, and waits. Errors: Client::connect's.
  [[nodiscard]] static Result<> start_and_wait(const Client& client);
  /// Client::connect, without blocking.
  static Withdraw connect(std::string_view url, Options options, Callback<Client> done);
  /// The options it was made with, but without callbacks.
  static const Options& options(const Client& client) noexcept;
  /// `watcher` is told when the client has ended for good, also when it has already.
  static void watch_end(const Client& client, std::weak_ptr<EndWatcher> watcher);
  /// Client::receive, without blocking.
  static Withdraw receive(const Client& client, std::optional<std::chrono::milliseconds> timeout,
                          Callback<OwnedMessage> done);
  /// Puts a message that nobody took where it came from: it is the next one that is received.
  static void give_back(const std::weak_ptr<Engine>& to, OwnedMessage message);
  /// The client's engine, without keeping it open.
  static std::weak_ptr<Engine> engine_of(const Client& client) noexcept;
  /// Client::request, without blocking.
  static Withdraw request(const Client& client, std::string_view request, std::string_view params,
                          std::optional<std::chrono::milliseconds> timeout, Callback<Response> done);
  /// Client::subscribe_and_wait, without blocking.
  static void subscribe(const Client& client, std::vector<std::string> channels,
                        std::optional<std::chrono::milliseconds> timeout, Callback<Subscribed> done);
  /// Client::close, without blocking.
  static void close(const Client& client, std::uint16_t code, std::string_view reason, Callback<void> done);
  /// `client`, sending for the connection of `epoch` while that is open, and for the present one later.
  static ClientRef on(ClientRef client, std::uint64_t epoch) noexcept;
  /// The client's numbers, for reading only: keeps no connection open, as ClientRef::lock would. Null: its last handle
  /// is gone.
  static std::shared_ptr<const Engine> engine(const ClientRef& client) noexcept;
};

}  // namespace zenws::client
