// Where a client dials next, with what, and by what name that is told: its URL or the provider's, TLS tickets.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <zenws/error.hpp>

#include "base/url.hpp"
#include "client/settings.hpp"
#include "net/dial.hpp"
#include "net/loop.hpp"

namespace zenws::client {

class Dialler {
 public:
  // `target` as it was given, `url` what it says.
  Dialler(std::shared_ptr<net::Loop> loop, const Settings& settings, std::string_view target, Url url);

  // Any thread. The URL as it was given; a secret.
  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  // Loop. Of the last attempt.
  [[nodiscard]] const std::string& redacted_url() const noexcept { return redacted_url_; }

  // Loop. What to dial. Asks the user's provider, which may do anything. `last` may be null. Errors: the provider's,
  // parse_url's.
  [[nodiscard]] Result<net::DialRequest> next(int attempt, const Error* last);
  // Loop. Dials it; `done` is called unless what is returned is destroyed before. `watch` may be empty.
  [[nodiscard]] std::unique_ptr<net::Dial> dial(net::DialRequest request, net::Dial::Done done, net::Dial::Watch watch);

 private:
  const std::shared_ptr<net::Loop> loop_;
  const Settings& settings_;
  const std::string target_;
  std::unique_ptr<Url> url_;  // what target_ says, until it is dialled
  std::string redacted_url_;
  std::shared_ptr<net::TlsTicket> ticket_;  // from one connection to the next; made for the first that is secure
};

}  // namespace zenws::client
