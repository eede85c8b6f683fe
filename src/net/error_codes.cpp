// Undoes what Asio does to getaddrinfo's codes.
#include "net/error_codes.hpp"

#include <netdb.h>

#include <boost/asio/error.hpp>

#include <zenws/error.hpp>

namespace zenws::net {
namespace {

// Asio folds EAI_* into the older h_errno numbers (detail::socket_ops::translate_addrinfo_error).
int eai_from_netdb(int code) {
  switch (code) {
    case boost::asio::error::host_not_found_try_again:
      return EAI_AGAIN;
    case boost::asio::error::no_recovery:
      return EAI_FAIL;
    default:
      return EAI_NONAME;  // host_not_found, no_data
  }
}

}  // namespace

std::error_code from_asio(const boost::system::error_code& error) {
  if (error.category() == boost::asio::error::get_netdb_category()) {
    return {eai_from_netdb(error.value()), resolver_category()};
  }
  if (error.category() == boost::asio::error::get_addrinfo_category()) return {error.value(), resolver_category()};
  if (error.category() == boost::system::system_category()) return {error.value(), std::system_category()};
  return error;
}

}  // namespace zenws::net
