// A transport behind OpenSSL's BIO interface.
#include "net/tls_wire.hpp"

#include <span>

#include <openssl/err.h>

namespace zenws::net {
namespace {

// Read-ahead: one recv takes what has come, up to two full records, instead of two calls a record. OpenSSL 3.0 gives
// the buffer back between reads (SSL_MODE_RELEASE_BUFFERS works together with read-ahead: ssl3_read_n releases an empty
// buffer when the socket blocks, ssl3_read_bytes after the last record). Below malloc's 64 KiB consolidation threshold,
// taking and giving it back costs no system call.
constexpr std::size_t read_ahead_size = std::size_t{32} << 10U;

TlsWire& wire_of(BIO* bio) { return *static_cast<TlsWire*>(BIO_get_data(bio)); }

using Status = Transfer::Status;

// The alert that tells the peer of a failure is written while OpenSSL's queue holds that failure, and what is below may
// be TLS too, which begins with an empty queue.
class KeptFailure {
 public:
  KeptFailure() = default;
  KeptFailure(const KeptFailure&) = delete;
  KeptFailure& operator=(const KeptFailure&) = delete;
  ~KeptFailure() {
    if (ERR_peek_error() == first_) return;
    ERR_clear_error();
    if (first_ != 0) ERR_raise(ERR_GET_LIB(first_), ERR_GET_REASON(first_));
  }

 private:
  const unsigned long first_ = ERR_peek_error();
};

// What a call that moved nothing tells OpenSSL.
int stopped(BIO* bio, TlsWire& wire, const Transfer& step) {
  wire.error = step.error;
  if (step.status == Status::want_read) BIO_set_retry_read(bio);
  if (step.status == Status::want_write) BIO_set_retry_write(bio);
  return step.status == Status::ended ? 0 : -1;
}

int read_wire(BIO* bio, char* into, std::size_t size, std::size_t* taken) {
  TlsWire& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  if (wire.received) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const KeptFailure kept;
  const Transfer step = wire.below.read_some(std::as_writable_bytes(std::span{into, size}));
  wire.ended = step.status == Status::ended;
  wire.received = true;
  wire.drained = !step.more;
  if (step.status != Status::ok) return stopped(bio, wire, step);
  wire.error = {};
  *taken = wire.bytes = step.bytes;
  return 1;
}

int write_wire(BIO* bio, const char* from, std::size_t size, std::size_t* written) {
  TlsWire& wire = wire_of(bio);
  BIO_clear_retry_flags(bio);
  const KeptFailure kept;
  const Transfer step = wire.below.write_some(std::as_bytes(std::span{from, size}));
  if (step.status != Status::ok) return stopped(bio, wire, step);
  wire.error = {};
  *written = step.bytes;
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
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "zenws transport");
  BIO_meth_set_read_ex(method, read_wire);
  BIO_meth_set_write_ex(method, write_wire);
  BIO_meth_set_ctrl(method, control_wire);
  return method;
}

}  // namespace

void fit_to_wire(SSL_CTX& context) noexcept {
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(&context, 1);
  SSL_CTX_set_default_read_buffer_len(&context, read_ahead_size);
}

BioPtr make_bio(TlsWire& wire) {
  static const BIO_METHOD* method = make_method();  // for the life of the process
  BioPtr bio{BIO_new(method)};
  BIO_set_data(bio.get(), &wire);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace zenws::net
