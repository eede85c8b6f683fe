// `zenws record`: what it was asked to do.
#pragma once

#include "connect/connect.hpp"
#include "exit_codes.hpp"

namespace zenws::program {

// Opens the connection and records it to ConnectArguments::options.record_to until something ends it.
[[nodiscard]] Exit run_record(const ConnectArguments& arguments);

}  // namespace zenws::program
