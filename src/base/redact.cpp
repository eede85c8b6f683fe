// What of a URL may be shown to people.
#include "base/redact.hpp"

#include "base/uri.hpp"

namespace zenws {
namespace {

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

}  // namespace

std::string redact_url(std::string_view text) {
  const auto url = parse_uri_with_host(text);
  return url ? redact_url(*url) : std::string{redacted};  // such a text's path may be a misplaced password
}

std::string redact_url(const boost::urls::url_view& url) {
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
