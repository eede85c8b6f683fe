// See session.hpp. https://docs.deribit.com/articles/authentication
#include "adapters/deribit/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <zenws/asio.hpp>

#include "adapters/fields.hpp"
#include "adapters/write.hpp"

namespace zenws::adapters::deribit {

namespace {

using namespace std::chrono_literals;
using simdjson::dom::element;

// When something other than a refusal kept a refresh from being answered.
constexpr auto refresh_again_after = 5s;

bool is_deribits(const Error& error) { return error.code().category() == error_category(); }

// The same credentials would be refused again; of the others, another connection may be luckier.
bool is_final(const Error& error) {
  constexpr std::array final{-32602, 11042, 11098, 13004, 13007, 13009, 13021};
  return is_deribits(error) && std::ranges::find(final, error.code().value()) != final.end();
}

Error refused(const Error& error, const char* what) {
  if (!is_deribits(error)) return error;
  const std::string detail = std::string{what} + ": " + std::string{error.detail()};
  return Error{is_final(error) ? errc::unauthorized : errc::disconnected, Phase::open, detail}.with_cause(error);
}

Call<std::string> set_heartbeat_call(std::chrono::seconds interval) {
  return {.method = "public/set_heartbeat",
          .params = write({{"interval", interval.count()}}),
          .read = [](const element&) -> Result<std::string> { return "ok"; }};
}

template <class T, class Done>
void ask(const Client& client, Call<T> call, Done done) {
  const std::string method = call.method;
  const std::string params = call.params;
  async_request(
      client, method,
      [call = std::move(call), done = std::move(done)](Result<Response> answer) mutable {
        done(interpret(call, std::move(answer)));
      },
      params);
}

}  // namespace

struct Session::Token {
  std::string refresh_token;
  std::chrono::milliseconds refresh_after{0};

  [[nodiscard]] static Result<Token> read(const element& result) {
    const Fields fields{result};
    std::string refresh_token = fields.text("refresh_token");
    const auto refresh_after = deribit::refresh_after(fields.integer("expires_in"));
    if (refresh_token.empty() || !refresh_after) return not_the_answer("a token");
    return Token{std::move(refresh_token), *refresh_after};
  }
  [[nodiscard]] static Call<Token> call(std::string params) {
    return {.method = "public/auth", .params = std::move(params), .read = &Token::read};
  }
};

struct Session::Run {
  ClientRef ref;
  std::uint64_t login;
  Authenticated done;

  // Null: nobody holds the client any more; then `done` is dropped, which says so.
  [[nodiscard]] std::optional<Client> client() const { return ref.lock(); }
};

Session::Session(Settings settings)
    : settings_{std::move(settings)}, wants_cancel_on_disconnect_{settings_.cancel_on_disconnect} {}

void Session::want_cancel_on_disconnect(bool wanted) {
  const std::lock_guard lock{mutex_};
  wants_cancel_on_disconnect_ = wanted;
}

// ---- a new connection

void Session::log_in(const ClientRef& client, Authenticated done) {
  PendingCall old;  // destroyed without the lock
  std::uint64_t login = 0;
  {
    const std::lock_guard lock{mutex_};
    login = ++logins_;
    refresh_token_.clear();
    std::swap(old, alarm_);
  }
  authenticate(std::make_shared<Run>(client, login, std::move(done)));
}

void Session::authenticate(const std::shared_ptr<Run>& run) {
  const auto client = run->client();
  if (!client) return;
  if (!settings_.credentials) return set_heartbeat(run);
  ask(*client, Token::call(login_params_now()), [self = shared_from_this(), run](Result<Token> token) {
    if (!token) {
      const Error error = refused(token.error(), "the login was refused");
      self->tell(std::unexpected{error});
      return run->done(std::unexpected{error});
    }
    self->hold(run->ref, run->login, *token);
    self->tell({});
    self->set_heartbeat(run);
  });
}

void Session::set_heartbeat(const std::shared_ptr<Run>& run) {
  const auto client = run->client();
  if (!client) return;
  if (settings_.heartbeat <= 0s) return enable_cancel_on_disconnect(run);
  ask(*client, set_heartbeat_call(settings_.heartbeat),
      [self = shared_from_this(), run](const Result<std::string>& set) {
        if (!set) return run->done(std::unexpected{refused(set.error(), "public/set_heartbeat was refused")});
        self->enable_cancel_on_disconnect(run);
      });
}

// A connection on which orders would outlive it unasked is of no use.
void Session::enable_cancel_on_disconnect(const std::shared_ptr<Run>& run) {
  const auto client = run->client();
  if (!client) return;
  const auto go_on = [settings = &settings_](Run& done) {
    if (settings->afterwards) return settings->afterwards(done.ref, std::move(done.done));
    done.done({});
  };
  const bool wanted = [this] {
    const std::lock_guard lock{mutex_};
    return wants_cancel_on_disconnect_;
  }();
  if (!wanted) return go_on(*run);
  ask(*client, deribit::enable_cancel_on_disconnect(),
      [self = shared_from_this(), run, go_on](const Result<std::string>& set) {
        if (!set) return run->done(std::unexpected{refused(set.error(), "cancel-on-disconnect was refused")});
        go_on(*run);
      });
}

// ---- the token

void Session::hold(const ClientRef& client, std::uint64_t login, const Token& token) {
  {
    const std::lock_guard lock{mutex_};
    if (login != logins_) return;
    refresh_token_ = token.refresh_token;
  }
  refresh_after(token.refresh_after, client, login);
}

void Session::refresh_after(std::chrono::milliseconds delay, const ClientRef& ref, std::uint64_t login) {
  auto client = ref.lock();
  if (!client) return;
  auto alarm = client->call_after(delay, [weak = weak_from_this(), ref, login] {
    if (const auto self = weak.lock()) self->refresh(ref, login);
  });
  if (!alarm) return;  // the client has ended
  const std::lock_guard lock{mutex_};
  if (login == logins_) std::swap(alarm_, *alarm);
}

void Session::refresh(const ClientRef& ref, std::uint64_t login) {
  std::string params;
  {
    const std::lock_guard lock{mutex_};
    if (login != logins_) return;
    params = refresh_params(refresh_token_);
  }
  const auto client = ref.lock();
  if (!client || client->get_state() == State::disconnected) return;
  // Not yet told that it is open, or lost: then the next connection logs in by itself, and this login is an old one.
  if (client->get_state() != State::connected) return refresh_after(refresh_again_after, ref, login);
  ask(*client, Token::call(std::move(params)), [self = shared_from_this(), ref, login](Result<Token> token) {
    if (!token && is_deribits(token.error())) return self->log_in_again(ref, login);
    if (!token) return self->refresh_after(refresh_again_after, ref, login);
    self->hold(ref, login, *token);
    self->tell({});
  });
}

// The refresh token is not good any more: on the same connection, with the credentials.
void Session::log_in_again(const ClientRef& ref, std::uint64_t login) {
  const auto client = ref.lock();
  if (!client) return;
  ask(*client, Token::call(login_params_now()), [self = shared_from_this(), ref, login](Result<Token> token) {
    if (token) {
      self->hold(ref, login, *token);
      return self->tell({});
    }
    self->tell(std::unexpected{refused(token.error(), "the login was refused")});
    if (!is_final(token.error())) self->refresh_after(refresh_again_after, ref, login);
  });
}

void Session::tell(const Result<>& result) const {
  if (settings_.on_login) settings_.on_login(result);
}

std::string Session::login_params_now() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return login_params(*settings_.credentials, std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count(),
                      new_nonce());
}

}  // namespace zenws::adapters::deribit
