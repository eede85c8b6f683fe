#include "console/remedy.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace zenws::program {
namespace {

// What begins with another stands before it.
constexpr auto words = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"Options::tls.ca_file (or ca_pem)", "--ca"},
    {"Options::tls.ca_file", "--ca"},
    {"Options::headers", "-H"},
    {"Options::subprotocols", "--subprotocol"},
    {"Options::timeout", "--timeout"},
    {"Options::retry_count (or set zenws::unlimited)", "--retry (or set it to unlimited)"},
    {"Options::retry_count", "--retry"},
    {"Options::reconnect_on_error", "--retry"},
    {"Options::heartbeat_interval", "--heartbeat's interval"},
    {"Error::http() holds its status", "The answer is shown: its status"},
    {"in Error::http()", "in the answer"},
    {" (Error::http())", ""},
    {"; include/zenws/options.hpp states the rule of each option", "; --help names the options"},
});

}  // namespace

std::string for_program(std::string suggestion) {
  for (const auto& [library, program] : words) {
    for (std::size_t at = 0; (at = suggestion.find(library, at)) != std::string::npos; at += program.size()) {
      suggestion.replace(at, library.size(), program);
    }
  }
  return suggestion;
}

}  // namespace zenws::program
