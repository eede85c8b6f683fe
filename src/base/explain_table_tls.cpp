// What TLS says in words: reasons of OpenSSL's SSL library, the far end's alerts, and certificates that do not verify.
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include "base/explain_table.hpp"

// A row named like the constant it is about.
#define ZENWS_NAMED(code) code, #code

namespace zenws {
namespace {

using enum Severity;

constexpr std::string_view no_tls_there =
    "The port speaks no TLS: it is a plain HTTP port spoken to with wss://. Use ws:// or the server's TLS port.";
constexpr std::string_view no_common_terms =
    "Client and server have no TLS version or cipher in common; zenws needs TLS 1.2 or later. Update the server, or "
    "check the machine's OpenSSL policy (openssl.cnf).";
constexpr std::string_view client_certificate =
    "Give the certificate that the server expects in TlsOptions::certificate_file and its key in "
    "TlsOptions::key_file (or their _pem twins).";
constexpr std::string_view broken_in_between =
    "A proxy or middlebox damages the traffic, or the server is broken. The client tries again by itself; try another "
    "network path if it recurs.";
constexpr std::string_view server_side =
    "The trouble is on the server's side and may pass: the client tries again while Options::retry_count lasts.";
constexpr std::string_view check_server_name =
    "Check the URL's host, or set TlsOptions::server_name to the name that the server knows itself by.";
constexpr std::string_view weak_server =
    "The server offers keys or signatures that are too weak for this machine's OpenSSL policy: its operator must "
    "replace them.";

constexpr Row tls_table[] = {
    {ZENWS_NAMED(SSL_R_WRONG_VERSION_NUMBER), fatal, "The far end does not speak TLS", no_tls_there, "tls-plain-port"},
    {ZENWS_NAMED(SSL_R_HTTP_REQUEST), fatal, "The far end speaks plain HTTP", no_tls_there, "tls-plain-port"},
    {ZENWS_NAMED(SSL_R_HTTPS_PROXY_REQUEST), fatal, "The far end speaks to a proxy", no_tls_there, "tls-plain-port"},
    {ZENWS_NAMED(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE), fatal, "The server found no common terms for TLS",
     "Client and server share no cipher, or the server wants a client certificate (TlsOptions::certificate_file) or "
     "another name (TlsOptions::server_name).",
     "tls-handshake"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_PROTOCOL_VERSION), fatal, "The server does not accept our TLS version",
     no_common_terms, "tls-handshake"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY), fatal, "The server wants stronger ciphers", no_common_terms,
     "tls-handshake"},
    {ZENWS_NAMED(SSL_R_UNSUPPORTED_PROTOCOL), fatal, "The server's TLS version is not supported", no_common_terms,
     "tls-handshake"},
    {ZENWS_NAMED(SSL_R_NO_PROTOCOLS_AVAILABLE), fatal, "No TLS version is allowed on this machine", no_common_terms,
     "tls-handshake"},
    {ZENWS_NAMED(SSL_R_NO_SHARED_CIPHER), fatal, "No cipher is shared", no_common_terms, "tls-handshake"},
    {ZENWS_NAMED(SSL_R_NO_SHARED_GROUPS), fatal, "No key exchange group is shared", no_common_terms, "tls-handshake"},
    {ZENWS_NAMED(SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED), fatal, "The server needs unsafe renegotiation",
     weak_server, "tls-handshake"},
    {ZENWS_NAMED(SSL_R_DH_KEY_TOO_SMALL), fatal, "The server's Diffie-Hellman key is too small", weak_server,
     "tls-handshake"},
    {ZENWS_NAMED(SSL_R_EE_KEY_TOO_SMALL), fatal, "A certificate's key is too small", weak_server, "tls-handshake"},
    {ZENWS_NAMED(SSL_R_CA_MD_TOO_WEAK), fatal, "A certificate's signature is too weak", weak_server, "tls-handshake"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL), fatal, "The server does not offer HTTP/1.1 (ALPN)",
     "The port is for HTTP/2 or another protocol only: use the server's WebSocket address.", "tls-handshake"},
    {ZENWS_NAMED(SSL_R_TLSV1_UNRECOGNIZED_NAME), fatal, "The server does not know the name we asked for",
     check_server_name, "tls-handshake"},
    {ZENWS_NAMED(SSL_R_CERTIFICATE_VERIFY_FAILED), fatal, "The server's certificate does not verify",
     "For a private CA set Options::tls.ca_file; `zenws doctor URL` shows the certificate and the reason.",
     "certificate"},
    {ZENWS_NAMED(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED), fatal, "The server wants a client certificate",
     client_certificate, "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_UNKNOWN_CA), fatal, "The far end does not know the CA of our certificate",
     client_certificate, "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_SSLV3_ALERT_BAD_CERTIFICATE), fatal, "The far end finds our certificate bad", client_certificate,
     "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE), fatal, "The far end does not support our certificate",
     client_certificate, "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED), fatal, "The far end says our certificate was revoked",
     client_certificate, "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED), fatal, "The far end says our certificate has expired",
     client_certificate, "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN), fatal, "The far end does not accept our certificate",
     client_certificate, "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_ACCESS_DENIED), fatal, "The server denies access to our certificate",
     client_certificate, "tls-client-certificate"},
    {ZENWS_NAMED(SSL_R_UNEXPECTED_EOF_WHILE_READING), recoverable, "The connection ended in the middle of TLS",
     "The server or a proxy hung up: the client tries again by itself. If every attempt ends so, the port may speak no "
     "TLS, or the server may not know the name: check the URL and TlsOptions::server_name.",
     "tls-broken-off"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_INTERNAL_ERROR), recoverable, "The server met an internal error in TLS", server_side,
     "tls-broken-off"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_USER_CANCELLED), recoverable, "The server cancelled the TLS handshake", server_side,
     "tls-broken-off"},
    {ZENWS_NAMED(SSL_R_SSLV3_ALERT_BAD_RECORD_MAC), recoverable, "The server received a damaged TLS record",
     broken_in_between, "tls-damaged"},
    {ZENWS_NAMED(SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC), recoverable, "A damaged TLS record was received",
     broken_in_between, "tls-damaged"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_DECODE_ERROR), fatal, "The server could not read our TLS message", broken_in_between,
     "tls-damaged"},
    {ZENWS_NAMED(SSL_R_TLSV1_ALERT_DECRYPT_ERROR), fatal, "The server could not verify our TLS message",
     broken_in_between, "tls-damaged"},
    {0, "TLS_OTHER", fatal, "TLS failed",
     "The text in brackets is OpenSSL's own; `zenws doctor URL` shows the handshake. Check that the port speaks TLS, "
     "and the files in Options::tls.",
     "tls-other"},
};

constexpr std::string_view trust_the_ca =
    "If the server's CA is private, name it in Options::tls.ca_file (or ca_pem); if it is a public one, install the "
    "package ca-certificates and check that the server sends its intermediate certificates.";
constexpr std::string_view check_clock =
    "Check this machine's clock first. If it is right, the server's operator must renew the certificate.";
constexpr std::string_view check_host =
    "Spell the URL's host as the certificate does, or set TlsOptions::server_name when you connect to another address "
    "on purpose. A proxy that intercepts TLS shows this too.";
constexpr std::string_view reissue = "The server's operator must have the certificate issued anew.";
constexpr std::string_view check_crl = "Check the certificate revocation lists that this machine's OpenSSL is given.";

constexpr Row certificate_table[] = {
    {ZENWS_NAMED(X509_V_ERR_CERT_HAS_EXPIRED), fatal, "The certificate has expired", check_clock, "certificate-time"},
    {ZENWS_NAMED(X509_V_ERR_CERT_NOT_YET_VALID), fatal, "The certificate is not yet valid", check_clock,
     "certificate-time"},
    {ZENWS_NAMED(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT), fatal, "The certificate is self-signed and not trusted",
     "If this is the server you mean, name its certificate in Options::tls.ca_file (or ca_pem).", "certificate-issuer"},
    {ZENWS_NAMED(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN), fatal, "The certificate's root CA is not trusted", trust_the_ca,
     "certificate-issuer"},
    {ZENWS_NAMED(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY), fatal, "The certificate's issuer is not known here",
     trust_the_ca, "certificate-issuer"},
    {ZENWS_NAMED(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT), fatal, "The certificate of an issuer is missing", trust_the_ca,
     "certificate-issuer"},
    {ZENWS_NAMED(X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE), fatal, "The server sent only its own certificate",
     trust_the_ca, "certificate-issuer"},
    {ZENWS_NAMED(X509_V_ERR_CERT_UNTRUSTED), fatal, "The certificate's root is not trusted for servers", trust_the_ca,
     "certificate-issuer"},
    {ZENWS_NAMED(X509_V_ERR_HOSTNAME_MISMATCH), fatal, "The certificate is for another host", check_host,
     "certificate-host"},
    {ZENWS_NAMED(X509_V_ERR_IP_ADDRESS_MISMATCH), fatal, "The certificate is not for this IP address",
     "Put the host's name in the URL, or set TlsOptions::server_name to the name in the certificate.",
     "certificate-host"},
    {ZENWS_NAMED(X509_V_ERR_CERT_REVOKED), fatal, "The certificate was revoked",
     "Do not connect. Its key may be in wrong hands: ask the server's operator.", "certificate-revoked"},
    {ZENWS_NAMED(X509_V_ERR_CERT_REJECTED), fatal, "The certificate is rejected for servers",
     "This machine's trust store refuses the CA on purpose: ask the server's operator for another certificate.",
     "certificate-revoked"},
    {ZENWS_NAMED(X509_V_ERR_UNABLE_TO_GET_CRL), fatal, "The revocation list is missing", check_crl,
     "certificate-revoked"},
    {ZENWS_NAMED(X509_V_ERR_CRL_HAS_EXPIRED), fatal, "The revocation list has expired", check_crl,
     "certificate-revoked"},
    {ZENWS_NAMED(X509_V_ERR_INVALID_CA), fatal, "A certificate in the chain may not issue others",
     "The file in Options::tls.ca_file may hold the server's certificate instead of its CA's; otherwise the chain was "
     "issued wrongly.",
     "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_INVALID_PURPOSE), fatal, "The certificate is not meant for servers", reissue,
     "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_PATH_LENGTH_EXCEEDED), fatal, "The chain is longer than its CA allows", reissue,
     "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_CERT_CHAIN_TOO_LONG), fatal, "The chain is too long", reissue, "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_CERT_SIGNATURE_FAILURE), fatal, "A certificate's signature is wrong",
     "The CA in Options::tls.ca_file may be another of the same name; otherwise somebody tampers with the connection.",
     "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION), fatal, "The certificate has an unknown critical extension",
     reissue, "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_EE_KEY_TOO_SMALL), fatal, "The certificate's key is too small", weak_server,
     "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_CA_KEY_TOO_SMALL), fatal, "The CA's key is too small", weak_server, "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_CA_MD_TOO_WEAK), fatal, "The CA's signature is too weak", weak_server, "certificate-bad"},
    {ZENWS_NAMED(X509_V_ERR_APPLICATION_VERIFICATION), fatal, "The certificate fails the application's own check",
     "With TlsOptions::pinned_spki_sha256 set, none of the pins is the server's key: if the key was changed rightly, "
     "add its hash.",
     "certificate-pin"},
    {X509_V_OK, "CERTIFICATE_OTHER", fatal, "The certificate does not verify",
     "The text in brackets is OpenSSL's own; `zenws doctor URL` shows the certificate. For a private CA set "
     "Options::tls.ca_file.",
     "certificate"},
};

}  // namespace

std::span<const Row> tls_rows() noexcept { return tls_table; }
std::span<const Row> certificate_rows() noexcept { return certificate_table; }

}  // namespace zenws

#undef ZENWS_NAMED
