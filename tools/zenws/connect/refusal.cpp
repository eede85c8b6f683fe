#include "connect/refusal.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "console/escape.hpp"

namespace zenws::program {
namespace {

constexpr std::string_view hidden = "[REDACTED]";
constexpr std::size_t most_headers = 30;
constexpr std::size_t most_body_lines = 20;
constexpr std::size_t longest_line = 500;
constexpr std::size_t shortest_secret = 4;  // what is shorter would hide words of the answer

char lowered(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_secret(std::string_view name) {
  constexpr std::array<std::string_view, 9> parts{"cookie", "auth-token", "authorization", "api-key", "apikey",
                                                  "secret", "token",      "signature",     "session"};
  std::string folded{name};
  std::ranges::transform(folded, folded.begin(), lowered);
  return std::ranges::any_of(parts, [&folded](std::string_view part) { return folded.contains(part); });
}

void hide(std::string& text, std::string_view secret) {
  if (secret.size() < shortest_secret) return;
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += hidden.size()) {
    text.replace(at, secret.size(), hidden);
  }
}

// A scheme before the credentials (`Bearer x`) may be left out where they are echoed.
std::string without_secrets(std::string text, std::span<const Header> sent) {
  for (const Header& header : sent) {
    const std::string_view value = header.value;
    hide(text, value);
    if (const std::size_t blank = value.rfind(' '); blank != std::string_view::npos)
      hide(text, value.substr(blank + 1));
  }
  return text;
}

std::string line_of(std::string_view text) {
  return text.size() <= longest_line ? escaped(text) : escaped(text.substr(0, longest_line)) + "…";
}

void append_body(std::vector<std::string>& lines, std::string_view body) {
  for (std::size_t count = 0; !body.empty(); ++count) {
    if (count == most_body_lines) {
      lines.emplace_back("| …");
      return;
    }
    const std::size_t end = std::min(body.find('\n'), body.size());
    std::string_view line = body.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back("| " + line_of(line));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
}

}  // namespace

std::vector<std::string> refusal_lines(const Error& error, std::span<const Header> sent) {
  const HttpResponse* const answer = error.http();
  if (answer == nullptr)
    return error.cause() != nullptr ? refusal_lines(*error.cause(), sent) : std::vector<std::string>{};
  std::vector<std::string> lines{
      line_of(without_secrets(fmt::format("HTTP {} {}", answer->status, answer->reason), sent))};
  for (const Header& header : std::span{answer->headers}.first(std::min(answer->headers.size(), most_headers))) {
    const std::string value = is_secret(header.name) ? std::string{hidden} : without_secrets(header.value, sent);
    lines.push_back(line_of(fmt::format("{}: {}", header.name, value)));
  }
  if (answer->headers.size() > most_headers) lines.emplace_back("…");
  append_body(lines, without_secrets(answer->body, sent));
  return lines;
}

}  // namespace zenws::program
