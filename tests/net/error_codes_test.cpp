// Asio's codes, back in the categories that the library promises.
#include "net/error_codes.hpp"

#include <netdb.h>

#include <boost/asio/error.hpp>
#include <gtest/gtest.h>

#include <zenws/error.hpp>

namespace zenws::net {
namespace {

namespace asio_error = boost::asio::error;

TEST(FromAsio, gives_the_systems_codes_in_std_system_category) {
  EXPECT_EQ(from_asio(asio_error::connection_refused), std::error_code(ECONNREFUSED, std::system_category()));
  EXPECT_EQ(from_asio(asio_error::connection_refused), std::errc::connection_refused);
  EXPECT_EQ(from_asio(asio_error::operation_aborted), std::error_code(ECANCELED, std::system_category()));
}

TEST(FromAsio, gives_the_resolvers_codes_as_getaddrinfo_does) {
  const auto eai = [](int code) { return std::error_code(code, resolver_category()); };
  EXPECT_EQ(from_asio(asio_error::host_not_found), eai(EAI_NONAME));
  EXPECT_EQ(from_asio(asio_error::no_data), eai(EAI_NONAME));
  EXPECT_EQ(from_asio(asio_error::host_not_found_try_again), eai(EAI_AGAIN));
  EXPECT_EQ(from_asio(asio_error::no_recovery), eai(EAI_FAIL));
  EXPECT_EQ(from_asio(asio_error::service_not_found), eai(EAI_SERVICE));
  EXPECT_EQ(from_asio(asio_error::socket_type_not_supported), eai(EAI_SOCKTYPE));
}

TEST(FromAsio, gives_no_error_for_none) { EXPECT_FALSE(from_asio({})); }

}  // namespace
}  // namespace zenws::net
