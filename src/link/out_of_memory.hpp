// How a connection ends when there is no memory for what its peer made large.
#pragma once

#include <system_error>

#include <zenws/error.hpp>

namespace zenws::link {

[[nodiscard]] inline Error out_of_memory() {
  return Error{std::make_error_code(std::errc::not_enough_memory), Phase::open, "no memory for what the server sent"};
}

}  // namespace zenws::link
