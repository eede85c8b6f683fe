// What a socket is told.
#pragma once

#include <sys/socket.h>

namespace zenws::net {

// A socket still works without it: nobody is told of a failure.
inline void set_option(int socket, int level, int name, int value) noexcept {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace zenws::net
