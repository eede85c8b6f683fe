// Where one attempt goes and what its upgrade says: as fixed by the options, or as the endpoint provider answers.
#pragma once

#include <string>
#include <vector>

#include <zenws/options.hpp>

#include "net/dial.hpp"

namespace zenws::client {

// Errors: invalid_config in phase config, "Invalid header: NAME".
[[nodiscard]] Result<> check_headers(const std::vector<Header>& headers);
// Errors: invalid_config in phase config, "Invalid subprotocol: number N".
[[nodiscard]] Result<> check_subprotocols(const std::vector<std::string>& subprotocols);

// What validate() checks beside the URL.
[[nodiscard]] Result<> check_options(const Options& options);

// Makes its durations ones that can be added to a time.
void bound_durations(Options& options) noexcept;

// What to dial. Asks `provider` when there is one, and checks its answer as connect() checks its own
// arguments; `url` otherwise. Errors: the provider's own; invalid_config in phase config for an answer that breaks a
// rule, or with the text of what it threw.
[[nodiscard]] Result<net::DialRequest> next_dial(Url url, const Options& options, const EndpointProvider& provider,
                                                 int attempt, const Error* last);

}  // namespace zenws::client
