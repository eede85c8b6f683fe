// Fetching what a package-lock.json names, once, however many tests ask at the same time.
#pragma once

#include <filesystem>

namespace zenws::support {

/// Runs `npm ci` in `folder` unless its node_modules are those of its lock file already. Throws std::runtime_error.
void install_node_modules(const std::filesystem::path& folder);

}  // namespace zenws::support
