#include "client/options_shown.hpp"

#include <iterator>

#include <fmt/ranges.h>

#include "base/escape.hpp"
#include "base/labels.hpp"
#include "base/redact.hpp"
#include "client/options_table.hpp"

namespace zenws {

namespace client {

namespace {

// "name value, name value".
class Listing {
 public:
  Listing& add(std::string_view name, std::string_view text) {
    fmt::format_to(std::back_inserter(text_), "{}{} {}", text_.empty() ? "" : ", ", name, text);
    return *this;
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::string in_braces() const { return fmt::format("{{{}}}", text_); }

 private:
  std::string text_;
};

std::string shown_path_or(std::string_view otherwise, std::string_view path) {
  return std::string{path.empty() ? otherwise : shown_path(path)};
}

std::string shown_secret(std::string_view text) { return std::string{text.empty() ? "none" : redacted}; }

std::string list(const std::vector<std::string>& texts) { return fmt::format("[{}]", fmt::join(texts, ", ")); }

}  // namespace

std::string shown(const std::chrono::milliseconds& value) { return fmt::format("{} ms", value.count()); }

std::string shown(const std::vector<Header>& value) {
  std::vector<std::string> texts;
  texts.reserve(value.size());
  for (const Header& header : value) texts.push_back(fmt::format("{}: {}", shown_name(header), redacted));
  return list(texts);
}

std::string shown(const Heartbeat& value) {
  return Listing{}
      .add("type", shown(value.type))
      .add("interval", shown(value.interval))
      .add("message", given(value.message))
      .add("is_answer", given(value.is_answer))
      .add("request", given(value.request))
      .add("server_beat", given(value.server_beat))
      .in_braces();
}

std::string shown(const RecordOptions& value) {
  return Listing{}
      .add("rotate_at", shown(value.rotate_at))
      .add("rotated_files", shown(value.rotated_files))
      .add("fsync", shown(value.fsync))
      .add("redacted_keys", list(value.redacted_keys))
      .add("memory_limit", shown(value.memory_limit))
      .in_braces();
}

std::string shown(const TlsOptions& value) {
  return Listing{}
      .add("ca_file", shown_path_or("system", value.ca_file))
      .add("ca_pem", shown_secret(value.ca_pem))
      .add("certificate_file", shown_file(value.certificate_file))
      .add("certificate_pem", shown_secret(value.certificate_pem))
      .add("key_file", shown_file(value.key_file))
      .add("key_pem", shown_secret(value.key_pem))
      .add("server_name", value.server_name.empty() ? "from the URL" : value.server_name)
      .add("pinned_spki_sha256", list(value.pinned_spki_sha256))
      .add("insecure_skip_verify", shown(value.insecure_skip_verify))
      .in_braces();
}

std::string shown(const Compression& value) {
  if (!value.enabled) return "off";
  return Listing{}
      .add("server_max_window_bits", shown(value.server_max_window_bits))
      .add("client_max_window_bits", shown(value.client_max_window_bits))
      .add("server_context_takeover", shown(value.server_context_takeover))
      .add("client_context_takeover", shown(value.client_context_takeover))
      .add("threshold", shown(value.threshold))
      .add("level", shown(value.level))
      .in_braces();
}

std::string shown(const std::vector<Label>& value) {
  std::vector<std::string> texts;
  texts.reserve(value.size());
  for (const Label& label : value) {
    texts.push_back(fmt::format("{}={}", is_label_key(label.key) ? label.key : redacted, escape_controls(label.value)));
  }
  return list(texts);
}

std::string shown_count(const int& value) { return value == unlimited ? "unlimited" : std::to_string(value); }

std::string shown_name_of_client(const std::string& name) { return name.empty() ? "none" : escape_controls(name); }

std::string shown_file(const std::string& path) { return shown_path_or("none", path); }

// They carry tokens, where nothing else can.
std::string shown_hidden(const std::vector<std::string>& texts) {
  return list(std::vector<std::string>(texts.size(), std::string{redacted}));
}

}  // namespace client

std::string_view to_string(MailboxOverflow overflow) noexcept {
  switch (overflow) {
    case MailboxOverflow::pause_reading:
      return "pause_reading";
    case MailboxOverflow::drop_oldest:
      return "drop_oldest";
    case MailboxOverflow::drop_newest:
      return "drop_newest";
    case MailboxOverflow::disconnect:
      return "disconnect";
  }
  return "unknown";
}

std::string_view to_string(HandlerFailure failure) noexcept {
  switch (failure) {
    case HandlerFailure::contain:
      return "contain";
    case HandlerFailure::stop:
      return "stop";
  }
  return "unknown";
}

std::string to_string(const Options& options) {
  client::Listing listing;
  client::for_each_option([&](const auto& row) { listing.add(row.name, row.show(options.*row.member)); });
  return listing.text();
}

}  // namespace zenws
