#include "connect/explain.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "console/escape.hpp"
#include "console/output.hpp"

namespace zenws::program {
namespace {

constexpr auto names_to_offer = std::to_array<std::string_view>({"invalid_config",
                                                                 "not_connected",
                                                                 "timeout",
                                                                 "disconnected",
                                                                 "closed",
                                                                 "max_reconnection_attempts",
                                                                 "upgrade_rejected",
                                                                 "bad_accept",
                                                                 "protocol_error",
                                                                 "invalid_utf8",
                                                                 "message_too_big",
                                                                 "send_queue_full",
                                                                 "mailbox_full",
                                                                 "duplicate_request_id",
                                                                 "rate_limited",
                                                                 "queue_full",
                                                                 "heartbeat_missed",
                                                                 "idle_timeout",
                                                                 "no_connections",
                                                                 "max_attempts_exceeded",
                                                                 "not_found",
                                                                 "would_deadlock",
                                                                 "recorder_failed",
                                                                 "unauthorized",
                                                                 "subscription_rejected",
                                                                 "cancelled",
                                                                 "ECONNREFUSED",
                                                                 "ECONNRESET",
                                                                 "ETIMEDOUT",
                                                                 "EHOSTUNREACH",
                                                                 "ENETUNREACH",
                                                                 "EPIPE",
                                                                 "EAI_NONAME",
                                                                 "EAI_AGAIN",
                                                                 "SSL_R_WRONG_VERSION_NUMBER",
                                                                 "X509_V_ERR_CERT_HAS_EXPIRED",
                                                                 "X509_V_ERR_HOSTNAME_MISMATCH",
                                                                 "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"});
constexpr std::size_t most_names = 5;
constexpr std::size_t longest_compared = 64;

std::string lower(std::string_view text) {
  std::string out{text.substr(0, longest_compared)};
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// How many letters must be changed, added or left out to make the one of the other (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::span<const std::string_view> known_names() noexcept { return names_to_offer; }

std::vector<std::string_view> names_like(std::string_view name) {
  const std::string wanted = lower(name);
  if (wanted.empty()) return {};
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const std::string_view known : known_names()) {
    const std::string candidate = lower(known);
    const bool part = wanted.size() > 2 && candidate.find(wanted) != std::string::npos;
    const std::size_t away = part ? 0 : distance(wanted, candidate);
    if (away <= wanted.size() / 3) ranked.emplace_back(away, known);
  }
  std::ranges::sort(ranked);
  std::vector<std::string_view> names;
  for (const auto& [away, known] : ranked) {
    if (names.size() < most_names) names.push_back(known);
  }
  return names;
}

void print_explanation(const Explanation& why) {
  fmt::print("  what    {}\n  remedy  {}\n  see     {}\n", escaped(why.message), escaped(why.suggestion),
             escaped(why.docs_url));
}

Exit run_explain(std::string_view code_or_name) {
  if (const auto error = find_error(code_or_name)) {
    const bool recoverable = classify(*error) == Severity::recoverable;
    fmt::print("{}: {}\n", escaped(code_or_name),
               recoverable ? "recoverable, a new attempt may succeed" : "fatal, a new attempt fails the same way");
    print_explanation(explain(*error));
    return Exit::ok;
  }
  say(fmt::format("nothing is known about {}", code_or_name));
  if (const auto names = names_like(code_or_name); !names.empty()) {
    say(fmt::format("did you mean {}?", fmt::join(names, ", ")));
  }
  say("there are: names of zenws (send_queue_full), HTTP status (401), close codes (1006), and names of system");
  say("(ECONNREFUSED), resolver (EAI_NONAME), TLS (SSL_R_WRONG_VERSION_NUMBER) and certificate errors");
  say("(X509_V_ERR_CERT_HAS_EXPIRED)");
  return Exit::usage;
}

}  // namespace zenws::program
