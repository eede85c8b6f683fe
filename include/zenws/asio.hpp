/// \file
/// The asynchronous forms, for any Asio completion token: use_awaitable, use_future, deferred, callbacks.
///
/// Each completes with one Result. The completion runs on the token's associated executor; a plain callback runs on the
/// client's loop and must not block. Client::connect's and the others' errors are these functions' errors too.
///
/// Threads: any. See: examples/04_coroutines.cpp
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <zenws/client.hpp>

namespace zenws {

namespace client {

class EndWatcher;
class Supervision;

/// For the library's own use: what an asynchronous operation calls once.
template <class T>
using Completion = std::move_only_function<void(Result<T>)>;

/// For the library's own use: the asynchronous operations without their tokens. `done` may be called at once.
struct Access {
  /// A client that has not begun to connect. `supervision` may be null. Errors: errc::invalid_config.
  static Result<Client> create(std::string_view url, Options&& options, std::shared_ptr<Supervision> supervision);
  /// Begins; `open` is called when the first connection is open, or has finally failed.
  static void start(const Client& client, Completion<void> open);
  /// The same, and waits. Errors: Client::connect's.
  static Result<> start_and_wait(const Client& client);
  /// Client::connect, without blocking.
  static void connect(std::string_view url, Options options, Completion<Client> done);
  /// True on the thread of the client's loop.
  static bool is_loop_thread(const Client& client) noexcept;
  /// The options it was made with, but without callbacks.
  static const Options& options(const Client& client) noexcept;
  /// `watcher` is told when the client has ended for good, also when it has already.
  static void watch_end(const Client& client, std::weak_ptr<EndWatcher> watcher);
  /// Client::receive, without blocking.
  static void receive(const Client& client, Completion<OwnedMessage> done);
  /// Client::request, without blocking.
  static void request(const Client& client, std::string_view request, std::string_view params,
                      std::optional<std::chrono::milliseconds> timeout, Completion<Response> done);
  /// Client::subscribe_and_wait, without blocking.
  static void subscribe(const Client& client, std::vector<std::string> channels,
                        std::optional<std::chrono::milliseconds> timeout, Completion<Subscribed> done);
  /// Client::close, without blocking.
  static void close(const Client& client, std::uint16_t code, std::string_view reason, Completion<void> done);
  /// `client`, sending for the connection of `epoch` while that is open, and for the present one later.
  static ClientRef on(ClientRef client, std::uint64_t epoch) noexcept;
  /// The client's numbers, for reading only: keeps no connection open, as ClientRef::lock would. Null: its last handle
  /// is gone.
  static std::shared_ptr<const Engine> engine(const ClientRef& client) noexcept;
};

/// For the library's own use: `handler` as a Completion that runs on its associated executor and keeps that one alive.
template <class T, class Handler>
Completion<T> on_its_executor(Handler handler) {
  auto work = boost::asio::make_work_guard(handler);
  return [handler = std::move(handler), work = std::move(work)](Result<T> result) mutable {
    boost::asio::dispatch(work.get_executor(), [handler = std::move(handler), result = std::move(result)]() mutable {
      std::move(handler)(std::move(result));
    });
    work.reset();
  };
}

}  // namespace client

/// Client::connect for a completion token; completes with Result<Client>.
template <class Token>
auto async_connect(std::string_view url, Options options, Token&& token) {
  return boost::asio::async_initiate<Token, void(Result<Client>)>(
      [](auto handler, const std::string& where, Options how) {
        client::Access::connect(where, std::move(how), client::on_its_executor<Client>(std::move(handler)));
      },
      token, std::string{url}, std::move(options));
}

/// Client::receive for a completion token; completes with Result<OwnedMessage>: with errc::closed
/// when the client's last handle goes meanwhile.
template <class Token>
auto async_receive(Client client, Token&& token) {
  return boost::asio::async_initiate<Token, void(Result<OwnedMessage>)>(
      [](auto handler, const Client& from) {
        client::Access::receive(from, client::on_its_executor<OwnedMessage>(std::move(handler)));
      },
      token, std::move(client));
}

/// Client::request for a completion token, also inside a handler; completes with Result<Response>.
template <class Token>
auto async_request(Client client, std::string_view request, Token&& token, std::string_view params = {},
                   std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
  return boost::asio::async_initiate<Token, void(Result<Response>)>(
      [](auto handler, const Client& from, const std::string& what, const std::string& with, auto at_most) {
        client::Access::request(from, what, with, at_most, client::on_its_executor<Response>(std::move(handler)));
      },
      token, std::move(client), std::string{request}, std::string{params}, timeout);
}

/// Client::subscribe_and_wait for a completion token, also inside a handler; completes with Result<Subscribed>.
template <class Token>
auto async_subscribe(Client client, std::vector<std::string> channels, Token&& token,
                     std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
  return boost::asio::async_initiate<Token, void(Result<Subscribed>)>(
      [](auto handler, const Client& from, std::vector<std::string> what, auto at_most) {
        client::Access::subscribe(from, std::move(what), at_most,
                                  client::on_its_executor<Subscribed>(std::move(handler)));
      },
      token, std::move(client), std::move(channels), timeout);
}

/// Client::close for a completion token; completes with Result<>.
template <class Token>
auto async_close(Client client, Token&& token, std::uint16_t code = 1000, std::string_view reason = {}) {
  return boost::asio::async_initiate<Token, void(Result<>)>(
      [](auto handler, const Client& which, std::uint16_t with, const std::string& why) {
        client::Access::close(which, with, why, client::on_its_executor<void>(std::move(handler)));
      },
      token, std::move(client), code, std::string{reason});
}

}  // namespace zenws
