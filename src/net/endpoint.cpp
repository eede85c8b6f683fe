#include "net/endpoint.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <net/if.h>

#include <fmt/format.h>

namespace zenws::net {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

std::string address_text(const Endpoint& endpoint) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (endpoint.family() == AF_INET) {
    const auto& v4 = *reinterpret_cast<const sockaddr_in*>(endpoint.data());
    return ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  }
  const auto& v6 = *reinterpret_cast<const sockaddr_in6*>(endpoint.data());
  std::string address = ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  if (v6.sin6_scope_id == 0) return address;
  std::array<char, IF_NAMESIZE> name{};
  const bool named = ::if_indextoname(v6.sin6_scope_id, name.data()) != nullptr;
  return address + "%" + (named ? std::string{name.data()} : std::to_string(v6.sin6_scope_id));
}

}  // namespace

std::optional<Endpoint> Endpoint::from(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return Endpoint{v4};
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  return Endpoint{v6};
}

std::uint16_t Endpoint::port() const noexcept {
  return std::visit(Overloaded{[](const sockaddr_in& v4) { return ntohs(v4.sin_port); },
                               [](const sockaddr_in6& v6) { return ntohs(v6.sin6_port); }},
                    address_);
}

void Endpoint::set_port(std::uint16_t port) noexcept {
  std::visit(Overloaded{[port](sockaddr_in& v4) { v4.sin_port = htons(port); },
                        [port](sockaddr_in6& v6) { v6.sin6_port = htons(port); }},
             address_);
}

const sockaddr* Endpoint::data() const noexcept {
  return std::visit([](const auto& address) { return reinterpret_cast<const sockaddr*>(&address); }, address_);
}

socklen_t Endpoint::size() const noexcept {
  return std::visit([](const auto& address) { return static_cast<socklen_t>(sizeof address); }, address_);
}

bool operator==(const Endpoint& a, const Endpoint& b) noexcept {
  if (a.port() != b.port() || a.family() != b.family()) return false;
  if (const auto* v4 = std::get_if<sockaddr_in>(&a.address_)) {
    return v4->sin_addr.s_addr == std::get<sockaddr_in>(b.address_).sin_addr.s_addr;
  }
  const auto& mine = std::get<sockaddr_in6>(a.address_);
  const auto& others = std::get<sockaddr_in6>(b.address_);
  return mine.sin6_scope_id == others.sin6_scope_id && IN6_ARE_ADDR_EQUAL(&mine.sin6_addr, &others.sin6_addr) != 0;
}

std::string to_text(const Endpoint& endpoint) {
  const std::string address = address_text(endpoint);
  return endpoint.family() == AF_INET ? fmt::format("{}:{}", address, endpoint.port())
                                      : fmt::format("[{}]:{}", address, endpoint.port());
}

std::string to_text(const std::vector<Endpoint>& endpoints) {
  std::string text;
  for (const Endpoint& endpoint : endpoints) {
    if (!text.empty()) text += ", ";
    text += to_text(endpoint);
  }
  return text;
}

std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port) {
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) return Endpoint{v4};
  sockaddr_in6 v6{
      .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_flowinfo = 0, .sin6_addr = {}, .sin6_scope_id = 0};
  if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) return Endpoint{v6};
  return std::nullopt;  // also "fe80::1%eth0", which the resolver knows without asking anybody
}

}  // namespace zenws::net
