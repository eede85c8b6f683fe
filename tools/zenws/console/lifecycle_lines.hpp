// What happens to a connection, in words.
#pragma once

#include <string>

#include <zenws/options.hpp>

namespace zenws::program {

// One line; server's words in it are as they came (say() makes them harmless).
[[nodiscard]] std::string show_lifecycle(const Lifecycle& event);

}  // namespace zenws::program
