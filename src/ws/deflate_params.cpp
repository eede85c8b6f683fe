#include "ws/deflate_params.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ignoring_case.hpp"
#include "ws/http_head.hpp"

namespace zenws::ws {
namespace {

constexpr std::string_view extension = "permessage-deflate";
constexpr std::string_view server_forgets = "server_no_context_takeover";
constexpr std::string_view client_forgets = "client_no_context_takeover";
constexpr std::string_view server_window = "server_max_window_bits";
constexpr std::string_view client_window = "client_max_window_bits";
constexpr int most_bits = 15;

// As they are written: nullopt where a parameter is not, zero where it has no value.
struct Written {
  bool server_forgets = false;
  bool client_forgets = false;
  std::optional<int> server_bits;
  std::optional<int> client_bits;
};

// §7.1.2: "a decimal integer value without leading zeroes between 8 to 15". A value may be quoted (RFC 6455 §9.1).
std::optional<int> read_bits(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  int bits = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), bits);
  const bool is_number = error == std::errc{} && end == value.data() + value.size() && value.front() != '0';
  return is_number && bits >= 8 && bits <= most_bits ? std::optional{bits} : std::nullopt;
}

// False: it is unknown, there already, or has no value where it needs one, or one where it must not.
bool read_param(std::string_view param, Written& into) {
  const std::size_t equals = param.find('=');
  const std::string_view name = trimmed(param.substr(0, equals));
  const bool has_value = equals != std::string_view::npos;
  const std::string_view value = has_value ? trimmed(param.substr(equals + 1)) : std::string_view{};
  if (equal_ignoring_case(name, server_forgets)) return !has_value && !std::exchange(into.server_forgets, true);
  if (equal_ignoring_case(name, client_forgets)) return !has_value && !std::exchange(into.client_forgets, true);
  const bool is_client = equal_ignoring_case(name, client_window);
  if (!is_client && !equal_ignoring_case(name, server_window)) return false;
  std::optional<int>& bits = is_client ? into.client_bits : into.server_bits;
  if (bits) return false;
  bits = has_value ? read_bits(value) : std::optional{0};
  return bits.has_value();
}

struct Named {
  std::string_view name;
  std::optional<std::string_view> params;  // behind the name's semicolon; nullopt: it has none
};
Named split(std::string_view element) {
  const std::size_t semicolon = element.find(';');
  if (semicolon == std::string_view::npos) return {trimmed(element), std::nullopt};
  return {trimmed(element.substr(0, semicolon)), element.substr(semicolon + 1)};
}

// nullopt: a parameter is wrong.
std::optional<Written> read_params(std::optional<std::string_view> params) {
  Written written;
  while (params) {
    const std::size_t semicolon = params->find(';');
    if (!read_param(params->substr(0, semicolon), written)) return std::nullopt;
    params = semicolon == std::string_view::npos ? std::nullopt : std::optional{params->substr(semicolon + 1)};
  }
  return written;
}

void append_param(std::string& text, std::string_view name, int bits = 0) {
  text.append("; ").append(name);
  if (bits != 0) text.append("=").append(std::to_string(bits));
}

std::unexpected<Error> bad(const char* rule) { return std::unexpected{Error{errc::bad_accept, Phase::upgrade, rule}}; }

}  // namespace

Result<> check(const Compression& compression) {
  const auto refused = [](const char* text) {
    return std::unexpected{Error{errc::invalid_config, Phase::config, text}};
  };
  const auto within = [](int value, int least, int most) { return value >= least && value <= most; };
  if (!within(compression.server_max_window_bits, 8, most_bits)) {
    return refused("Server max window bits must be 8-15");
  }
  if (!within(compression.client_max_window_bits, least_deflate_bits, most_bits)) {
    return refused("Client max window bits must be 9-15");
  }
  if (!within(compression.level, 1, 9)) return refused("Compression level must be 1-9");
  if (compression.threshold == 0) return refused("Compression threshold must be positive");
  return {};
}

std::string deflate_offer(const Compression& offered) {
  std::string text{extension};
  if (!offered.server_context_takeover) append_param(text, server_forgets);
  if (!offered.client_context_takeover) append_param(text, client_forgets);
  if (offered.server_max_window_bits < most_bits) append_param(text, server_window, offered.server_max_window_bits);
  // §7.1.2.2: without it the server could not limit ours.
  append_param(text, client_window, offered.client_max_window_bits < most_bits ? offered.client_max_window_bits : 0);
  return text;
}

Result<std::optional<DeflateParams>> accept_deflate(const std::vector<std::string_view>& answer,
                                                    const Compression& offered) {
  if (answer.empty()) return std::nullopt;
  const Named only = split(answer.front());
  if (!offered.enabled || answer.size() != 1 || !equal_ignoring_case(only.name, extension)) {
    return bad("RFC 6455 §4.1: the server uses an extension that was not offered");
  }
  const std::optional<Written> written = read_params(only.params);
  if (!written) return bad("RFC 7692 §7.1: a parameter of permessage-deflate is unknown, there twice or invalid");
  if (written->server_bits == 0 || written->client_bits == 0) {
    return bad("RFC 7692 §7.1.2: the server's answer has a window without its size");
  }
  if (!offered.server_context_takeover && !written->server_forgets) {
    return bad("RFC 7692 §7.1.1.1: the server must not take its context over, and does not agree");
  }
  if (offered.server_max_window_bits < most_bits &&
      written->server_bits.value_or(most_bits) > offered.server_max_window_bits) {
    return bad("RFC 7692 §7.1.2.1: the server's window is larger than was asked for");
  }
  if (written->client_bits.value_or(0) > offered.client_max_window_bits) {
    return bad("RFC 7692 §7.1.2.2: the server wants a larger window of the client than was offered");
  }
  return DeflateParams{.server_no_context_takeover = written->server_forgets,
                       .client_no_context_takeover = written->client_forgets || !offered.client_context_takeover,
                       .server_max_window_bits = written->server_bits.value_or(most_bits),
                       .client_max_window_bits = written->client_bits.value_or(offered.client_max_window_bits),
                       .says_server_window = written->server_bits.has_value()};
}

std::optional<DeflateParams> choose_deflate(const std::vector<std::string_view>& offers, const Compression& own) {
  if (!own.enabled) return std::nullopt;
  for (const std::string_view offer : offers) {
    const Named named = split(offer);
    if (!equal_ignoring_case(named.name, extension)) continue;
    const std::optional<Written> written = read_params(named.params);
    // §7.1.2.1: an offer's server_max_window_bits has a value.
    if (!written || written->server_bits == 0) continue;
    const bool may_limit = written->client_bits.has_value();
    const int theirs = written->client_bits.value_or(0) != 0 ? *written->client_bits : most_bits;
    return DeflateParams{
        .server_no_context_takeover = written->server_forgets || !own.server_context_takeover,
        .client_no_context_takeover = written->client_forgets || !own.client_context_takeover,
        .server_max_window_bits = std::min(written->server_bits.value_or(most_bits), own.server_max_window_bits),
        .client_max_window_bits = may_limit ? std::min(theirs, own.client_max_window_bits) : most_bits,
        .says_server_window = written->server_bits || own.server_max_window_bits < most_bits};
  }
  return std::nullopt;
}

std::string deflate_answer(const DeflateParams& chosen) {
  std::string text{extension};
  if (chosen.server_no_context_takeover) append_param(text, server_forgets);
  if (chosen.client_no_context_takeover) append_param(text, client_forgets);
  if (chosen.says_server_window) append_param(text, server_window, chosen.server_max_window_bits);
  if (chosen.client_max_window_bits < most_bits) append_param(text, client_window, chosen.client_max_window_bits);
  return text;
}

std::optional<InflateParams> inflate_by(const std::optional<DeflateParams>& agreed, Role role) noexcept {
  if (!agreed) return std::nullopt;
  if (role == Role::client) return InflateParams{agreed->server_max_window_bits, !agreed->server_no_context_takeover};
  return InflateParams{agreed->client_max_window_bits, !agreed->client_no_context_takeover};
}

DeflateHow deflate_by(const std::optional<DeflateParams>& agreed, Role role, const Compression& own) noexcept {
  const bool is_client = role == Role::client;
  const int bits = !agreed ? 0 : is_client ? agreed->client_max_window_bits : agreed->server_max_window_bits;
  if (bits < least_deflate_bits) return {};
  return {.threshold = static_cast<std::uint32_t>(std::min<std::size_t>(own.threshold, DeflateHow::never - 1)),
          .window_bits = static_cast<std::uint8_t>(bits),
          .level = static_cast<std::uint8_t>(own.level),
          .keeps_context = !(is_client ? agreed->client_no_context_takeover : agreed->server_no_context_takeover)};
}

}  // namespace zenws::ws
