// X.509 by OpenSSL: EC P-256 keys, version 3 certificates with the extensions that verifiers insist on (RFC 5280 §4.2).
#include "testing/certificate.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/endpoint.hpp"

namespace zenws::testing {

namespace {

template <class T, void (*release)(T*)>
struct Releaser {
  void operator()(T* pointer) const noexcept { release(pointer); }
};
using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releaser<X509, X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Releaser<X509_EXTENSION, X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Releaser<BIGNUM, BN_free>>;
using Memory = std::unique_ptr<BIO, Releaser<BIO, BIO_vfree>>;

constexpr long day = 24L * 60 * 60;

// Relative to now, in seconds.
struct Validity {
  long from = -day;
  long until = 365 * day;
};

struct ExtensionText {
  int nid;
  std::string text;
};

// What a certificate says, but for its keys.
struct Subject {
  std::string name;
  Validity validity;
  std::vector<ExtensionText> extensions;
};

struct Signed {
  Key key;
  Certificate certificate;
};

Error openssl_failure(std::string_view what) {
  const auto code = static_cast<int>(ERR_get_error());
  ERR_clear_error();
  return Error{std::error_code{code, tls_category()}, Phase::tls,
               "cannot make a test certificate: " + std::string{what}};
}

// Sixteen random bytes: RFC 5280 §4.1.2.2 wants it positive, unique and at most 20 bytes long.
bool set_random_serial(X509* certificate) {
  const Number serial{BN_new()};
  return serial && BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509_NAME* name, const std::string& common_name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, bytes, static_cast<int>(common_name.size()),
                                    -1, 0) == 1;
}

bool add_extensions(X509* certificate, X509* issuer, const std::vector<ExtensionText>& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  return std::ranges::all_of(extensions, [&](const ExtensionText& entry) {
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, entry.nid, entry.text.c_str())};
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
  });
}

// Signed by `authority`, or by itself when there is none.
Result<Signed> sign(const Subject& subject, const Signed* authority) {
  Signed made{Key{EVP_EC_gen("P-256")}, Certificate{X509_new()}};
  X509* certificate = made.certificate.get();
  if (!made.key || certificate == nullptr) return std::unexpected{openssl_failure("key")};
  X509* issuer = authority == nullptr ? certificate : authority->certificate.get();
  EVP_PKEY* signer = authority == nullptr ? made.key.get() : authority->key.get();
  const bool done = X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate) &&
                    set_name(X509_get_subject_name(certificate), subject.name) &&
                    X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(certificate), subject.validity.from) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(certificate), subject.validity.until) != nullptr &&
                    X509_set_pubkey(certificate, made.key.get()) == 1 &&
                    add_extensions(certificate, issuer, subject.extensions) &&
                    X509_sign(certificate, signer, EVP_sha256()) > 0;
  if (!done) return std::unexpected{openssl_failure(subject.name)};
  return made;
}

// Made once a process, so that a client's trust survives a restarted server.
const Result<Signed>& authority() {
  static const Result<Signed> made = sign({.name = "zenws test CA",
                                           .validity = {.from = -30 * day},
                                           .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                                          {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                                          {NID_subject_key_identifier, "hash"}}},
                                          nullptr);
  return made;
}

// The SAN's text. Checked, because OpenSSL reads it as a little language of its own.
Result<std::string> alternative_names(std::string_view host) {
  if (host.empty()) return "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (net::numeric_endpoint(std::string{host}, 0)) return "IP:" + std::string{host};
  const bool plain = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '*';
  });
  if (plain) return "DNS:" + std::string{host};
  return std::unexpected{Error{errc::invalid_config, Phase::config, "certificate_host is no DNS name or IP address"}};
}

template <class Write>
std::string pem(Write write) {
  const Memory memory{BIO_new(BIO_s_mem())};
  if (!memory || write(memory.get()) != 1) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
  return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string to_pem(EVP_PKEY* key) {
  return pem([&](BIO* out) { return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

}  // namespace

Result<Identity> make_identity(std::string_view host, bool expired) {
  const Result<Signed>& issuer = authority();
  if (!issuer) return std::unexpected{issuer.error()};
  const Result<std::string> names = alternative_names(host);
  if (!names) return std::unexpected{names.error()};
  const Result<Signed> leaf = sign({.name = host.empty() ? "localhost" : std::string{host.substr(0, ub_common_name)},
                                    .validity = expired ? Validity{.from = -10 * day, .until = -day} : Validity{},
                                    .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                                   {NID_key_usage, "critical,digitalSignature"},
                                                   {NID_ext_key_usage, "serverAuth"},
                                                   {NID_subject_key_identifier, "hash"},
                                                   {NID_authority_key_identifier, "keyid"},
                                                   {NID_subject_alt_name, *names}}},
                                   &*issuer);
  if (!leaf) return std::unexpected{leaf.error()};
  return Identity{to_pem(issuer->certificate.get()), to_pem(leaf->certificate.get()), to_pem(leaf->key.get())};
}

}  // namespace zenws::testing
