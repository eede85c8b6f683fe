// The library's advice in the program's words.
#pragma once

#include <string>

namespace zenws::program {

// `--ca` for Options::tls.ca_file, and so on; what the program has no option for stays the library's.
[[nodiscard]] std::string for_program(std::string suggestion);

}  // namespace zenws::program
