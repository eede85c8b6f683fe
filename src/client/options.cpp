// The contract's rules for options, applied row by row.
#include <zenws/options.hpp>

#include "base/clock.hpp"
#include "base/url.hpp"
#include "client/endpoint.hpp"
#include "client/options_table.hpp"

namespace zenws {

namespace {

using std::chrono::milliseconds;

void bound(milliseconds& duration) noexcept { duration = bounded(duration); }
void bound(Heartbeat& heartbeat) noexcept { bound(heartbeat.interval); }
template <class T>
void bound(T&) noexcept {}

}  // namespace

// A function, not a braced initialiser: GCC 12 cannot compile that in the arguments of a co_await.
Result<> validate(std::string_view url, const Options& options) {
  const bool is_provided = url.empty() && options.endpoint_provider;
  if (!is_provided) {
    if (Result<Url> parsed = parse_url(url); !parsed) return std::unexpected{std::move(parsed).error()};
  }
  return client::check_options(options);
}

Result<> client::check_options(const Options& options) {
  Result<> valid;
  for_each_option([&](const auto& row) {
    if (valid) valid = row.check(row.name, options.*row.member, options);
  });
  return valid;
}

void client::bound_durations(Options& options) noexcept {
  for_each_option([&](const auto& row) { bound(options.*row.member); });
}

}  // namespace zenws
