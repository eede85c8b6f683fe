// What Options leaves open, and the venue's dialect says.
#pragma once

#include <zenws/error.hpp>
#include <zenws/options.hpp>

namespace zenws::client {

// Before the options are checked. Errors: invalid_config, when the dialect throws.
[[nodiscard]] Result<> complete_by_dialect(Options& options);

}  // namespace zenws::client
