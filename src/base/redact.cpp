// What of a URL may be shown to people.
#include "base/redact.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace zenws {
namespace {

std::string_view as_std(boost::urls::string_view text) noexcept { return {text.data(), text.size()}; }

// Keys stay, values go. A parameter without `=` may well be a bare token, so it goes too.
void append_redacted_query(std::string& out, std::string_view query) {
  char separator = '?';
  for (bool more = true; more;) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    out += separator;
    if (const std::size_t equals = parameter.find('='); equals != std::string_view::npos) {
      out += parameter.substr(0, equals + 1);
    }
    if (!parameter.empty()) out += redacted;
    more = end != std::string_view::npos;
    if (more) query.remove_prefix(end + 1);
    separator = '&';
  }
}

// Without a host this is no URL of ours, and what looks like its path may be a misplaced password. The parser of
// Boost 1.81 also takes `//user:p@ss@host` for the host `ss` with the path `@host`; RFC 3986 §3.3 wants a slash there.
bool has_sound_authority(const boost::urls::url_view& url) noexcept {
  const std::string_view path = as_std(url.encoded_path());
  return url.has_authority() && !url.encoded_host().empty() && (path.empty() || path.starts_with('/'));
}

}  // namespace

std::string redact_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed || !has_sound_authority(*parsed)) return std::string{redacted};
  const boost::urls::url_view url = *parsed;

  std::string out{as_std(url.scheme())};
  out += "://";
  if (url.has_userinfo()) {
    out += redacted;
    out += '@';
  }
  out += as_std(url.encoded_host_and_port());
  out += as_std(url.encoded_path());
  if (url.has_query()) append_redacted_query(out, as_std(url.encoded_query()));
  return out;  // the fragment is dropped: it is never sent, and may hold a token
}

}  // namespace zenws
