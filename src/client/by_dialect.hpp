// What Options leaves open, and the venue's dialect says.
#pragma once

#include <zenws/error.hpp>
#include <zenws/options.hpp>

#include "base/contain.hpp"

namespace zenws::client {

// What is told of a dialect that has thrown.
[[nodiscard]] Error the_dialect_threw(const Thrown& thrown);

// Before the options are checked. Errors: invalid_config, when the dialect throws.
[[nodiscard]] Result<> complete_by_dialect(Options& options);

}  // namespace zenws::client
