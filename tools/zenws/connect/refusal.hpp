// The answer of a server that refused the upgrade, for people to read.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <zenws/error.hpp>

namespace zenws::program {

// Status, headers and the beginning of the body, a line each; none when `error` is no refusal, nor holds one. What is
// secret in them is not shown: cookies and credentials by their name, and wherever they are echoed, the values of the
// headers that were `sent`. Control characters stand as \xNN.
[[nodiscard]] std::vector<std::string> refusal_lines(const Error& error, std::span<const Header> sent);

}  // namespace zenws::program
