// What this process takes of the machine: memory and descriptors.
#pragma once

#include <cstddef>

namespace zenws::program {

// Bytes of memory in use (resident set size); 0 when the system does not tell.
[[nodiscard]] std::size_t resident_memory();
// Descriptors that are open.
[[nodiscard]] std::size_t open_descriptors();
// Lets this process have so many descriptors. False: it may not, or not all of them.
[[nodiscard]] bool allow_descriptors(std::size_t number);

}  // namespace zenws::program
