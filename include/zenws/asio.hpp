/// \file
/// The asynchronous forms, for any Asio completion token: use_awaitable, use_future, deferred, callbacks.
///
/// Each completes with one Result. The completion runs on the token's associated executor; a plain callback runs on the
/// client's loop and must not block. Client::connect's and the others' errors are these functions' errors too.
///
/// Each can be cancelled by Asio's means (a cancellation slot, `operation || timer`, a parallel group): it then
/// completes with errc::cancelled, and what it waited for is taken back. A receive loses no message by that; an answer
/// to a request that was cancelled comes as UnmatchedResponse; a client that was connecting is closed; what async_close
/// and async_subscribe have begun goes on, only nobody waits for it.
///
/// In a coroutine, give the options a name first, as the example does: GCC 12 cannot compile `co_await
/// async_connect(url, {.timeout = 1s}, use_awaitable)`.
///
/// Threads: any; a slot's signal is emitted where the token's associated executor runs. See: examples/04_coroutines.cpp
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <zenws/access.hpp>
#include <zenws/client.hpp>
#include <zenws/host.hpp>
#include <zenws/runtime.hpp>

namespace zenws {

namespace client {

/// For the library's own use: one call of a user's, ended by its result or by its cancellation, whichever is first.
/// The handler runs on its associated executor, which is kept alive until then.
template <class T, class Handler>
class Call : public std::enable_shared_from_this<Call<T, Handler>> {
 public:
  /// What becomes of a result that came when the call was cancelled already.
  using Late = std::move_only_function<void(Result<T>)>;

  /// Of a user's completion handler.
  Call(Handler handler, Late late)
      : handler_{std::move(handler)}, work_{boost::asio::make_work_guard(handler_)}, late_{std::move(late)} {}

  /// Any thread: the result has come. Only the executor decides whether it is in time, so that none is lost on the way;
  /// once the call was cancelled, its executor may be gone.
  void done(Result<T> result) {
    const std::optional<Work> work = work_until_ended();
    if (!work) return come_late(std::move(result));
    boost::asio::dispatch(executor_, [self = this->shared_from_this(), result = std::move(result)]() mutable {
      if (self->end()) return self->complete(std::move(result));
      self->come_late(std::move(result));
    });
  }
  /// The executor's thread.
  void cancel() {
    if (!end()) return;
    if (Withdraw withdraw = take_withdraw(true)) withdraw();
    boost::asio::post(executor_, [self = this->shared_from_this()] {
      self->complete(std::unexpected{Error{errc::cancelled, Phase::open, "the operation was cancelled"}});
    });
  }
  /// How to take back what was begun; at once when the call was cancelled meanwhile.
  void withdraw_by(Withdraw withdraw) {
    {
      const std::lock_guard lock{mutex_};
      if (!was_cancelled_) {
        if (!has_ended_) withdraw_ = std::move(withdraw);
        return;
      }
    }
    if (withdraw) withdraw();
  }

 private:
  using Work = boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>>;

  // True once.
  [[nodiscard]] bool end() {
    const std::lock_guard lock{mutex_};
    return !std::exchange(has_ended_, true);
  }
  [[nodiscard]] Withdraw take_withdraw(bool cancelled) {
    const std::lock_guard lock{mutex_};
    was_cancelled_ = cancelled;
    return std::exchange(withdraw_, nullptr);
  }
  [[nodiscard]] std::optional<Work> work_until_ended() {
    const std::lock_guard lock{mutex_};
    return has_ended_ ? std::nullopt : std::optional{work_};
  }
  void come_late(Result<T> result) {
    if (late_) late_(std::move(result));
  }
  void complete(Result<T> result) {
    Handler handler = std::move(handler_);
    const auto work = std::move(work_);
    std::move(handler)(std::move(result));
  }

  Handler handler_;
  boost::asio::associated_executor_t<Handler> executor_ = boost::asio::get_associated_executor(handler_);
  Work work_;
  Late late_;
  std::mutex mutex_;
  bool has_ended_ = false;
  bool was_cancelled_ = false;
  Withdraw withdraw_;
};

/// For the library's own use: begins a call. `start` takes its Callback and returns how to take it back.
template <class T, class Handler, class Start>
void begin_call(Handler handler, Start&& start, typename Call<T, Handler>::Late late = {}) {
  auto slot = boost::asio::get_associated_cancellation_slot(handler);
  const auto call = std::make_shared<Call<T, Handler>>(std::move(handler), std::move(late));
  if (slot.is_connected()) {
    // Weak: the slot may belong to what the handler keeps.
    slot.assign([weak = std::weak_ptr{call}](boost::asio::cancellation_type type) {
      const auto cancelled = weak.lock();
      if (cancelled && type != boost::asio::cancellation_type::none) cancelled->cancel();
    });
  }
  call->withdraw_by(std::forward<Start>(start)([call](Result<T> result) { call->done(std::move(result)); }));
}

}  // namespace client

/// For the library's own use: an io_context as a Runtime's host.
class AsioHost final : public Host {
 public:
  /// Requires: `io` outlives the Runtime.
  explicit AsioHost(boost::asio::io_context& io) noexcept : io_{io} {}

 private:
  void open(int descriptor) override try {
    descriptor_.emplace(io_, descriptor);
  } catch (const boost::system::system_error& failure) {  // not a std::system_error
    throw std::system_error{failure.code(), "the io_context takes no descriptor"};
  }
  void close() noexcept override {
    if (!descriptor_) return;
    descriptor_->release();  // whose it is closes it
    descriptor_.reset();
  }
  void wait(std::move_only_function<void()> ready) noexcept override {
    descriptor_->async_wait(boost::asio::posix::descriptor_base::wait_read,
                            [ready = std::move(ready)](const boost::system::error_code& error) mutable {
                              if (!error) ready();
                            });
  }
  void cancel_wait() noexcept override {
    boost::system::error_code ignored;
    descriptor_->cancel(ignored);
  }
  void post(std::move_only_function<void()> f) override { boost::asio::post(io_, std::move(f)); }
  [[nodiscard]] bool is_this_thread() const noexcept override { return io_.get_executor().running_in_this_thread(); }

  boost::asio::io_context& io_;
  std::optional<boost::asio::posix::stream_descriptor> descriptor_;
};

inline Runtime::Runtime(boost::asio::io_context& io) : Runtime{std::make_shared<AsioHost>(io)} {}

/// Client::connect for a completion token; completes with Result<Client>.
template <class Token>
auto async_connect(std::string_view url, Options options, Token&& token) {
  return boost::asio::async_initiate<Token, void(Result<Client>)>(
      [](auto handler, const std::string& where, Options how) {
        client::begin_call<Client>(std::move(handler), [&](client::Callback<Client> done) {
          return client::Access::connect(where, std::move(how), std::move(done));
        });
      },
      token, std::string{url}, std::move(options));
}

/// Client::receive for a completion token; completes with Result<OwnedMessage>: with errc::timeout when none came
/// within `timeout` (without one it waits as long as it takes), with errc::closed when the client's last handle goes
/// meanwhile.
template <class Token>
auto async_receive(Client client, Token&& token, std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
  return boost::asio::async_initiate<Token, void(Result<OwnedMessage>)>(
      [](auto handler, const Client& from, auto at_most) {
        client::begin_call<OwnedMessage>(
            std::move(handler),
            [&](client::Callback<OwnedMessage> done) {
              return client::Access::receive(from, at_most, std::move(done));
            },
            [to = client::Access::engine_of(from)](Result<OwnedMessage> late) {
              if (late) client::Access::give_back(to, *std::move(late));
            });
      },
      token, std::move(client), timeout);
}

/// Client::request for a completion token, also inside a handler; completes with Result<Response>.
template <class Token>
auto async_request(Client client, std::string_view request, Token&& token, std::string_view params = {},
                   std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
  return boost::asio::async_initiate<Token, void(Result<Response>)>(
      [](auto handler, const Client& from, const std::string& what, const std::string& with, auto at_most) {
        client::begin_call<Response>(std::move(handler), [&](client::Callback<Response> done) {
          return client::Access::request(from, what, with, at_most, std::move(done));
        });
      },
      token, std::move(client), std::string{request}, std::string{params}, timeout);
}

/// Client::subscribe_and_wait for a completion token, also inside a handler; completes with Result<Subscribed>.
template <class Token>
auto async_subscribe(Client client, std::vector<std::string> channels, Token&& token,
                     std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
  return boost::asio::async_initiate<Token, void(Result<Subscribed>)>(
      [](auto handler, const Client& from, std::vector<std::string> what, auto at_most) {
        client::begin_call<Subscribed>(std::move(handler), [&](client::Callback<Subscribed> done) {
          client::Access::subscribe(from, std::move(what), at_most, std::move(done));
          return client::Withdraw{};
        });
      },
      token, std::move(client), std::move(channels), timeout);
}

/// Client::close for a completion token; completes with Result<>.
template <class Token>
auto async_close(Client client, Token&& token, std::uint16_t code = 1000, std::string_view reason = {}) {
  return boost::asio::async_initiate<Token, void(Result<>)>(
      [](auto handler, const Client& which, std::uint16_t with, const std::string& why) {
        client::begin_call<void>(std::move(handler), [&](client::Callback<void> done) {
          client::Access::close(which, with, why, std::move(done));
          return client::Withdraw{};
        });
      },
      token, std::move(client), code, std::string{reason});
}

}  // namespace zenws
