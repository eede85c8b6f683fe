// Fetching what a package-lock.json names, once, however many tests ask at the same time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace zenws::support {

/// Runs `npm ci` in `folder` unless its node_modules are those of its lock file already; nullopt: they are there.
/// A text when npm or its registry cannot be reached: what needs them is skipped. Throws std::runtime_error when npm
/// was reached and refuses.
std::optional<std::string> why_no_node_modules(const std::filesystem::path& folder);

}  // namespace zenws::support
