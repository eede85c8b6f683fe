// recv and send behind OpenSSL's BIO interface.
#include "net/tls_wire.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace zenws::net {
namespace {

TlsWire& wire_of(BIO* bio) { return *static_cast<TlsWire*>(BIO_get_data(bio)); }

bool is_blocked(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

int read_wire(BIO* bio, char* into, std::size_t size, std::size_t* taken) {
  TlsWire& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  if (wire.received) {
    BIO_set_retry_read(bio);
    return -1;
  }
  ssize_t got = 0;
  do {
    got = ::recv(wire.fd, into, size, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  wire.error = got < 0 ? errno : 0;
  wire.ended = got == 0;
  wire.received = true;
  wire.drained = got <= 0 || static_cast<std::size_t>(got) < size;
  if (got < 0 && is_blocked(wire.error)) BIO_set_retry_read(bio);
  if (got <= 0) return static_cast<int>(got);
  *taken = wire.bytes = static_cast<std::size_t>(got);
  return 1;
}

int write_wire(BIO* bio, const char* from, std::size_t size, std::size_t* written) {
  TlsWire& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  ssize_t put = 0;
  do {
    put = ::send(wire.fd, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (put < 0 && errno == EINTR);
  wire.error = put < 0 ? errno : 0;
  if (put < 0 && is_blocked(wire.error)) BIO_set_retry_write(bio);
  if (put <= 0) return -1;
  *written = static_cast<std::size_t>(put);
  return 1;
}

long control_wire(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return wire_of(bio).ended ? 1 : 0;
    default:
      return 0;
  }
}

BIO_METHOD* make_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "zenws socket");
  BIO_meth_set_read_ex(method, read_wire);
  BIO_meth_set_write_ex(method, write_wire);
  BIO_meth_set_ctrl(method, control_wire);
  return method;
}

}  // namespace

BioPtr make_bio(TlsWire& wire) {
  static const BIO_METHOD* method = make_method();  // for the life of the process
  BioPtr bio{BIO_new(method)};
  BIO_set_data(bio.get(), &wire);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace zenws::net
