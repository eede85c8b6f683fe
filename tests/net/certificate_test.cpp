// What is read from certificates, checked against ones made here and by the openssl program.
#include "net/certificate.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/tls_server.hpp"

namespace zenws::net::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj "/O=Example/CN=feed.example"; its pin by
// openssl x509 -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
constexpr std::string_view fixed_pem = R"(-----BEGIN CERTIFICATE-----
MIIBpjCCAU2gAwIBAgIUQsiOl2+XqVgcKCu/zO9DxAaGjlEwCgYIKoZIzj0EAwIw
KTEQMA4GA1UECgwHRXhhbXBsZTEVMBMGA1UEAwwMZmVlZC5leGFtcGxlMB4XDTI2
MTEyMzE3MzQzMloXDTM2MTEyMDE3MzQzMlowKTEQMA4GA1UECgwHRXhhbXBsZTEV
MBMGA1UEAwwMZmVlZC5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
gE1dSlpJUu3IB1dmOnp2nQxNtgpPIMLGWB+ORxmPsaxRKDFfZoZRyFnVIEFjSDys
xciFFDZnKp27YFWOK2gSnaNTMFEwHQYDVR0OBBYEFMksMPmQwfplxFhT6yemi1JD
hWblMB8GA1UdIwQYMBaAFMksMPmQwfplxFhT6yemi1JDhWblMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgBE++fEszmGuSRI/lYTR7CpciLqc9eePn
ug6ix7loGJgCIBrjDwTw8Ck0M8BkSOS7+dieS80cdnwGVtYIv0ZnxYSk
-----END CERTIFICATE-----
)";
constexpr std::string_view fixed_pin = "tbSxheu2WZGoRSkwJbhyWSB/qVROjXObdBhz8ZSaYe0=";

CertificatePtr parse(std::string_view pem) {
  const BioPtr bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  return CertificatePtr{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
}

// A bare certificate with that DNS name.
CertificatePtr named(std::string_view name) {
  CertificatePtr certificate{X509_new()};
  GENERAL_NAMES* names = GENERAL_NAMES_new();
  GENERAL_NAME* entry = GENERAL_NAME_new();
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
  GENERAL_NAME_set0_value(entry, GEN_DNS, text);
  sk_GENERAL_NAME_push(names, entry);
  X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names, 0, X509V3_ADD_REPLACE);
  GENERAL_NAMES_free(names);
  return certificate;
}

TEST(CertificateFacts, name_subject_issuer_and_validity) {
  const auto facts = read_certificate(*parse(fixed_pem));
  EXPECT_THAT(facts.subject, AllOf(HasSubstr("O=Example"), HasSubstr("CN=feed.example")));
  EXPECT_EQ(facts.issuer, facts.subject);
  EXPECT_THAT(facts.valid_from, MatchesRegex("[0-9-]+ [0-9:]+ UTC"));
  EXPECT_LT(facts.valid_from, facts.valid_until);
}

TEST(CertificateFacts, name_hosts_and_addresses) {
  EXPECT_EQ(read_certificate(*parse(identity().certificate_pem)).names, "localhost, 127.0.0.1, ::1");
}

TEST(CertificateFacts, say_when_there_are_no_names) {
  const CertificatePtr empty{X509_new()};
  EXPECT_EQ(read_certificate(*empty).names, "(none)");
  EXPECT_EQ(read_certificate(*empty).subject, "(none)");
}

TEST(CertificateFacts, never_carry_control_characters) {
  EXPECT_EQ(read_certificate(*named("a\x1b[2Jb\nc")).names, "a?[2Jb?c");

  const CertificatePtr certificate{X509_new()};
  const unsigned char evil[] = "\x1b[31mred\n";
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, evil, -1, -1, 0);
  EXPECT_THAT(read_certificate(*certificate).subject, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\n"))));
}

TEST(SpkiPin, is_what_the_openssl_program_computes) { EXPECT_EQ(spki_pin(*parse(fixed_pem)), fixed_pin); }

}  // namespace
}  // namespace zenws::net::tests
