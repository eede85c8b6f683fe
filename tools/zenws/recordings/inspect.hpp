// `zenws inspect`: what it was asked to do.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <zenws/dialect.hpp>

#include "exit_codes.hpp"

namespace zenws::program {

struct InspectArguments {
  std::vector<std::string> files;
  bool json = false;
  std::size_t top = 20;                    // channels shown
  std::shared_ptr<const Dialect> dialect;  // as EntryReader's
};

[[nodiscard]] Exit run_inspect(const InspectArguments& arguments);

}  // namespace zenws::program
