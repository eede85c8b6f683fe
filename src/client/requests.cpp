#include "client/requests.hpp"

#include <utility>

#include <zenws/json_rpc.hpp>

#include "base/contain.hpp"
#include "client/by_dialect.hpp"
#include "json/outgoing.hpp"
#include "json/write.hpp"

namespace zenws::client {

namespace {

Result<RequestIdView> id_by(const Dialect& dialect, const simdjson::dom::element& request) {
  auto id = contained([&] { return dialect.request_id(request); });
  return id ? *std::move(id) : std::unexpected{the_dialect_threw(id.error())};
}

}  // namespace

Result<Outgoing> outgoing_request(std::string_view request, std::string_view params, const Dialect& dialect) {
  const std::size_t first = request.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && request[first] == '{') {
    if (!params.empty()) {
      return std::unexpected{Error{errc::invalid_config, Phase::open, "a whole request takes no further params"}};
    }
    Result<RequestId> id =
        json::request_id(request, [&dialect](const simdjson::dom::element& whole) { return id_by(dialect, whole); });
    if (!id) return std::unexpected{std::move(id).error()};
    return Outgoing{std::move(*id), std::string{request}};
  }
  RequestId id = json::next_request_id();
  Result<std::string> text = json_rpc::build_request(request, params, id);
  if (!text) return std::unexpected{std::move(text).error()};
  return Outgoing{std::move(id), std::move(*text)};
}

std::optional<std::uint64_t> Requests::track(const RequestId& id, TimePoint now, TimePoint deadline,
                                             Completion<Response>& completion, std::uint64_t epoch) {
  const std::lock_guard lock{mutex_};
  const auto ticket = table_.track(id, now, deadline, completion, epoch);
  publish();
  return ticket;
}

std::optional<Requests::Pending> Requests::forget(const RequestId& id, std::uint64_t ticket) {
  const std::lock_guard lock{mutex_};
  auto pending = table_.forget(id, ticket);
  publish();
  return pending;
}

bool Requests::is_pending(const RequestId& id, std::uint64_t ticket) {
  const std::lock_guard lock{mutex_};
  return table_.holds(id, ticket);
}

// The timer stays where an earlier request put it, and finds nothing to do when that one was answered: one wake-up in a
// request's timeout, not one a request.
bool Requests::needs_alarm(TimePoint deadline) {
  const std::lock_guard lock{mutex_};
  if (deadline >= alarm_) return false;
  alarm_ = deadline;
  return true;
}

TimePoint Requests::next_alarm() {
  const std::lock_guard lock{mutex_};
  return alarm_ = table_.deadline();
}

std::optional<Requests::Pending> Requests::resolve(const RequestIdView& id) {
  const std::lock_guard lock{mutex_};
  auto pending = table_.resolve(id);
  publish();
  return pending;
}

std::optional<Requests::Pending> Requests::resolve_oldest(std::uint64_t epoch, TimePoint before) {
  const std::lock_guard lock{mutex_};
  auto pending = table_.resolve_oldest(epoch, before);
  publish();
  return pending;
}

std::vector<Requests::Pending> Requests::expire(TimePoint now) {
  const std::lock_guard lock{mutex_};
  auto expired = table_.expire(now);
  publish();
  return expired;
}

bool Requests::has_of(std::uint64_t epoch) {
  const std::lock_guard lock{mutex_};
  return table_.has_of(epoch);
}

std::vector<Requests::Pending> Requests::drain_of(std::uint64_t first, std::uint64_t last) {
  const std::lock_guard lock{mutex_};
  auto found = table_.drain_of(first, last);
  publish();
  return found;
}

std::vector<Requests::Pending> Requests::drain() {
  const std::lock_guard lock{mutex_};
  auto all = table_.drain();
  publish();
  return all;
}

}  // namespace zenws::client
