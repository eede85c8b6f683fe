/// \file
/// Takes one connection apart: each step with its time, up to the first that fails.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <zenws/error.hpp>
#include <zenws/options.hpp>

namespace zenws {

/// A step that succeeded.
struct DoctorStep {
  Phase phase = Phase::none;          ///< resolve, connect, tls or upgrade.
  std::chrono::microseconds took{0};  ///< This step alone.
  std::string text;  ///< Addresses; the address reached; TLS version, cipher and certificate; the answer.
};

/// Makes one attempt and tells each step as it is taken; then closes the connection. Blocks, at most Options::timeout.
///
/// Uses headers, subprotocols, tls, timeout and runtime of `options`. `on_step` is called on the loop; what
/// it throws is logged, and the attempt goes on.
/// Errors: the failing step's, with its phase; explain() has the remedy. errc::would_deadlock from the loop's thread,
/// errc::closed when the runtime ends meanwhile.
[[nodiscard]] Result<> diagnose(std::string_view url, const Options& options,
                                const std::function<void(const DoctorStep&)>& on_step);

}  // namespace zenws
