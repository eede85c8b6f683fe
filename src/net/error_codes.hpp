// How Asio's error codes become the codes that the library promises: raw, in std categories.
#pragma once

#include <system_error>

#include <boost/system/error_code.hpp>

namespace zenws::net {

// System codes in std::system_category, the resolver's as EAI_* in resolver_category().
[[nodiscard]] std::error_code from_asio(const boost::system::error_code& error);

}  // namespace zenws::net
