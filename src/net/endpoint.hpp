// An address and a port, as the system writes them.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <variant>
#include <vector>

namespace zenws::net {

// IPv4 or IPv6; a value.
class Endpoint {
 public:
  // 0.0.0.0:0
  Endpoint() noexcept : Endpoint{sockaddr_in{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}}} {}
  explicit Endpoint(const sockaddr_in& address) noexcept : address_{address} {}
  explicit Endpoint(const sockaddr_in6& address) noexcept : address_{address} {}
  // nullopt: of another family.
  [[nodiscard]] static std::optional<Endpoint> from(const sockaddr& address) noexcept;

  [[nodiscard]] int family() const noexcept { return data()->sa_family; }
  [[nodiscard]] std::uint16_t port() const noexcept;
  void set_port(std::uint16_t port) noexcept;

  // For system calls.
  [[nodiscard]] const sockaddr* data() const noexcept;
  [[nodiscard]] socklen_t size() const noexcept;

  friend bool operator==(const Endpoint& a, const Endpoint& b) noexcept;

 private:
  std::variant<sockaddr_in, sockaddr_in6> address_;
};

// "192.0.2.1:443", "[2001:db8::1]:443".
[[nodiscard]] std::string to_text(const Endpoint& endpoint);
// Separated by commas.
[[nodiscard]] std::string to_text(const std::vector<Endpoint>& endpoints);

// nullopt: `host` is a name.
[[nodiscard]] std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port);

}  // namespace zenws::net
