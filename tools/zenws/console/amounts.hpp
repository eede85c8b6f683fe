// How numbers read.
#pragma once

#include <cstdint>
#include <string>

namespace zenws::program {

// `999 B`, `12.3 kB`, `4.56 MB`: powers of ten, three digits.
[[nodiscard]] std::string show_bytes(std::uint64_t bytes);
// 1234567 as `1,234,567`.
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace zenws::program
