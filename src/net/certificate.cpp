// Reading X.509. Everything in a certificate was written by somebody else: control characters never come through.
#include "net/certificate.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <ctime>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "base/encoding.hpp"

namespace zenws::net {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;

std::string name_text(const X509_NAME* name) {
  const BioPtr text{BIO_new(BIO_s_mem())};
  X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_ONELINE & ~static_cast<unsigned long>(XN_FLAG_SPC_EQ));
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : "(none)";
}

std::string time_text(const ASN1_TIME* time) {
  std::tm utc{};
  if (ASN1_TIME_to_tm(time, &utc) != 1) return "(unreadable)";
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
  return {text.data(), size};
}

std::string printable(const ASN1_STRING* text) {
  const std::string_view raw{reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                             static_cast<std::size_t>(ASN1_STRING_length(text))};
  std::string safe;
  for (const char c : raw) safe += c > ' ' && c < 0x7F ? c : '?';
  return safe;
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(address) != 16) return "?";
  ::inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size());
  return text.data();
}

std::string alternative_names(const X509& certificate) {
  const NamesPtr names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
  constexpr int most = 20;  // enough to see the mistake; some certificates have hundreds
  std::string text;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    if (!text.empty()) text += ", ";
    if (i == most) return text + "…";
    text += name->type == GEN_DNS ? printable(name->d.dNSName) : address_text(name->d.iPAddress);
  }
  return text.empty() ? "(none)" : text;
}

}  // namespace

CertificateFacts read_certificate(const X509& certificate) {
  return {.subject = name_text(X509_get_subject_name(&certificate)),
          .issuer = name_text(X509_get_issuer_name(&certificate)),
          .names = alternative_names(certificate),
          .valid_from = time_text(X509_get0_notBefore(&certificate)),
          .valid_until = time_text(X509_get0_notAfter(&certificate))};
}

std::string spki_pin(const X509& certificate) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &encoded);
  if (size <= 0) return {};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(encoded, static_cast<std::size_t>(size), digest.data());
  OPENSSL_free(encoded);
  return base64_encode(std::as_bytes(std::span{digest}));
}

}  // namespace zenws::net
