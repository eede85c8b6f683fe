// Reads PEM, and says which file is wrong and why.
#include "net/tls_credentials.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/redact.hpp"

namespace zenws::net {
namespace {

// PEM text and where it came from, for errors.
struct Source {
  std::string name;
  std::string text;
};

std::unexpected<Error> refuse(std::string detail) {
  ERR_clear_error();
  return std::unexpected{Error{errc::invalid_config, Phase::tls, std::move(detail)}};
}

// By stdio: a stream throws when it is given a folder, and says nothing of why.
Result<Source> read_file(std::string_view what, const std::string& path) {
  using FilePtr = std::unique_ptr<std::FILE, FreeWith<std::fclose>>;
  const FilePtr file{std::fopen(path.c_str(), "rbe")};
  std::string text;
  std::array<char, 4096> piece{};
  while (file != nullptr) {
    const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get());
    text.append(piece.data(), size);
    if (size < piece.size()) break;
  }
  if (file == nullptr || std::ferror(file.get()) != 0) {
    return refuse(
        fmt::format("cannot read the {} file {}: {}", what, shown_path(path), std::system_category().message(errno)));
  }
  return Source{fmt::format("the {} file {}", what, path), std::move(text)};
}

// Text goes before the file; neither gives an empty source.
Result<Source> choose(std::string_view what, const std::string& text, const std::string& path) {
  if (!text.empty()) return Source{fmt::format("the {} given as text", what), text};
  if (!path.empty()) return read_file(what, path);
  return Source{};
}

// An encrypted key is refused rather than its passphrase asked for on a terminal.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

std::vector<CertificatePtr> read_certificates(const Source& source) {
  const BioPtr bio{BIO_new_mem_buf(source.text.data(), static_cast<int>(source.text.size()))};
  std::vector<CertificatePtr> found;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    found.emplace_back(certificate);
  }
  return found;
}

// True when the reading of certificates stopped at the end of the text and not at a damaged one.
bool ended_cleanly() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

Result<> trust(X509_STORE& store, const Source& source) {
  ERR_clear_error();
  const auto certificates = read_certificates(source);
  if (certificates.empty()) return refuse(fmt::format("no certificate in {}", source.name));
  if (!ended_cleanly()) return refuse(fmt::format("a damaged certificate in {}", source.name));
  ERR_clear_error();
  for (const auto& certificate : certificates) {
    if (X509_STORE_add_cert(&store, certificate.get()) != 1) {
      return refuse(fmt::format("a certificate that cannot be used in {}", source.name));
    }
  }
  return {};
}

Result<> use_chain(SSL_CTX& context, const Source& source) {
  ERR_clear_error();
  const auto chain = read_certificates(source);
  if (chain.empty() || !ended_cleanly()) return refuse(fmt::format("no readable certificate in {}", source.name));
  ERR_clear_error();
  if (SSL_CTX_use_certificate(&context, chain.front().get()) != 1) {
    return refuse(fmt::format("a certificate that cannot be used in {}", source.name));
  }
  for (std::size_t i = 1; i < chain.size(); ++i) SSL_CTX_add1_chain_cert(&context, chain[i].get());
  return {};
}

Result<> use_key(SSL_CTX& context, const Source& source) {
  const BioPtr bio{BIO_new_mem_buf(source.text.data(), static_cast<int>(source.text.size()))};
  const KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
  if (key == nullptr) {
    return refuse(fmt::format("no private key without a passphrase in {}", source.name));
  }
  if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1) {
    return refuse(fmt::format("the private key in {} does not belong to the client's certificate", source.name));
  }
  return {};
}

}  // namespace

Result<> load_trust(SSL_CTX& context, const TlsOptions& options) {
  X509_STORE& store = *SSL_CTX_get_cert_store(&context);
  // What the user trusts is trusted, also when it is an intermediate or the server's own certificate.
  X509_STORE_set_flags(&store, X509_V_FLAG_PARTIAL_CHAIN);
  if (options.ca_file.empty() && options.ca_pem.empty()) {
    if (SSL_CTX_set_default_verify_paths(&context) != 1) return refuse("the system's trust store cannot be read");
    return {};
  }
  if (!options.ca_file.empty()) {
    const auto source = read_file("CA", options.ca_file);
    if (!source) return std::unexpected{source.error()};
    if (auto trusted = trust(store, *source); !trusted) return trusted;
  }
  return options.ca_pem.empty() ? Result<>{} : trust(store, {"the CA certificates given as text", options.ca_pem});
}

Result<> load_identity(SSL_CTX& context, const TlsOptions& options) {
  const auto chain = choose("client certificate", options.certificate_pem, options.certificate_file);
  if (!chain) return std::unexpected{chain.error()};
  const auto key = choose("client key", options.key_pem, options.key_file);
  if (!key) return std::unexpected{key.error()};
  if (chain->text.empty() && key->text.empty()) return {};
  if (chain->text.empty()) return refuse("a client key is given without its certificate");
  if (auto used = use_chain(context, *chain); !used) return used;
  return use_key(context, key->text.empty() ? *chain : *key);
}

}  // namespace zenws::net
