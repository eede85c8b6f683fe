// A TCP socket that knows its loop's type: the executor that Asio's own alias hides is asked for through pointers, for
// each operation anew, and takes up more room than the socket.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace zenws::net {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

}  // namespace zenws::net
