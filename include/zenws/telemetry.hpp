/// \file
/// What happens inside, told to whoever attaches: numbers for metrics, texts for logs.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <zenws/error.hpp>

/// Telemetry of all clients and limiters of the process. Events nobody is attached to cost one relaxed load.
///
/// See: docs/guide/telemetry.md for the table of events, examples/09_telemetry.cpp
namespace zenws::telemetry {

/// A number, by its name.
struct Measurement {
  std::string_view name;  ///< For example "connect_time_ms".
  double value;           ///< Durations are milliseconds with their fractions.
};
/// A text, by its name.
struct Metadata {
  std::string_view name;   ///< For example "client".
  std::string_view value;  ///< Never a secret.
};

/// Something that happened. Views are valid until the function returns.
struct Event {
  std::string_view name;                      ///< For example "zen_websocket.connection.upgrade".
  std::span<const Measurement> measurements;  ///< As the guide's table says.
  std::span<const Metadata> metadata;         ///< As the guide's table says.
  /// The measurement of that name.
  [[nodiscard]] std::optional<double> measurement(std::string_view wanted) const noexcept;
  /// The text of that name, or an empty one.
  [[nodiscard]] std::string_view text(std::string_view wanted) const noexcept;
};

/// Receives events, on the thread where they happen (usually a client's loop) and on several at once: it must be quick
/// and may not block. It may call the library; what it causes itself is not told. When it throws it is detached, and
/// that is logged.
using Function = std::function<void(const Event&)>;

/// The names of all events.
[[nodiscard]] std::span<const std::string_view> events() noexcept;

/// Attaches `fn` to one event, until detach(id).
///
/// Errors: errc::invalid_config when something is attached by this `id` already, for a name that is no event's, or for
/// an empty `fn`. Threads: any.
[[nodiscard]] Result<> attach(std::string id, std::string_view event, Function fn);
/// Attaches `fn` to several events, or all of them: attach_many("log", telemetry::events(), fn). Errors: as attach.
[[nodiscard]] Result<> attach_many(std::string id, std::span<const std::string_view> events, Function fn);
/// The same of a list.
[[nodiscard]] Result<> attach_many(std::string id, std::initializer_list<std::string_view> events, Function fn);

/// Detaches what is attached by `id`. When it returns, no call of it is running any more and none will begin; called
/// from inside an attached function it does not wait for calls that run. Threads: any.
/// Errors: errc::not_found.
[[nodiscard]] Result<> detach(std::string_view id);

}  // namespace zenws::telemetry
