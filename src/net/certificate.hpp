// What people want to know of a certificate, as text that is safe to print.
#pragma once

#include <string>

#include "net/openssl.hpp"

namespace zenws::net {

struct CertificateFacts {
  std::string subject;      // distinguished name, or "(none)"
  std::string issuer;       // the same
  std::string names;        // subjectAltName: "localhost, 127.0.0.1", or "(none)"
  std::string valid_from;   // "2026-01-31 12:00:00 UTC"
  std::string valid_until;  // the same
};
[[nodiscard]] CertificateFacts read_certificate(const X509& certificate);

// RFC 7469 §2.4: base64 of the SHA-256 of the SubjectPublicKeyInfo; empty when the key cannot be read.
[[nodiscard]] std::string spki_pin(const X509& certificate);

}  // namespace zenws::net
