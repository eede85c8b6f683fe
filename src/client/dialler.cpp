#include "client/dialler.hpp"

#include <utility>

#include "client/endpoint.hpp"

namespace zenws::client {

Dialler::Dialler(std::shared_ptr<net::Loop> loop, const Settings& settings, std::string_view target, Url url)
    : loop_{std::move(loop)},
      settings_{settings},
      target_{target},
      url_{std::make_unique<Url>(std::move(url))},
      redacted_url_{url_->redacted} {}

// The URL as it was parsed is not kept beyond the first attempt: a reconnect can afford to parse it again.
Result<net::DialRequest> Dialler::next(int attempt, const Error* last) {
  const EndpointProvider& provider = settings_.own<&Options::endpoint_provider>();
  Url url;
  if (const std::unique_ptr<Url> parsed = std::move(url_)) {
    url = std::move(*parsed);
  } else if (!provider) {
    Result<Url> again = parse_url(target_);
    if (!again) return std::unexpected{std::move(again).error()};
    url = *std::move(again);
  }
  Result<net::DialRequest> request = next_dial(std::move(url), settings_.options(), provider, attempt, last);
  if (request) redacted_url_ = request->url.redacted;
  return request;
}

std::unique_ptr<net::Dial> Dialler::dial(net::DialRequest request, net::Dial::Done done, net::Dial::Watch watch) {
  if (request.url.secure && !ticket_) ticket_ = std::make_shared<net::TlsTicket>();
  request.ticket = ticket_;
  return net::Dial::start(*loop_, std::move(request), std::move(done), std::move(watch));
}

}  // namespace zenws::client
