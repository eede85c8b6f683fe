// `zenws doctor`: one attempt, step by step.
#pragma once

#include <string>

#include <zenws/options.hpp>

#include "exit_codes.hpp"

namespace zenws::program {

// Prints each step with its time on stdout; at the first that fails, why and what to do.
[[nodiscard]] Exit run_doctor(const std::string& url, const Options& options);

}  // namespace zenws::program
