// `zenws explain`: an error in words, from its code or name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>

#include "exit_codes.hpp"

namespace zenws::program {

[[nodiscard]] Exit run_explain(std::string_view code_or_name);

// Message, remedy and where to read more, a line each, on stdout.
void print_explanation(const Explanation& why);

// What people mistype: the library's own names, and the best known of the others.
[[nodiscard]] std::span<const std::string_view> known_names() noexcept;

// The known names that look like `name`, best first, a handful at most.
[[nodiscard]] std::vector<std::string_view> names_like(std::string_view name);

}  // namespace zenws::program
