// What both kinds of connection to Binance have in common.
//
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams,
// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/general-api-information
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include <zenws/client.hpp>
#include <zenws/options.hpp>

namespace zenws::adapters::binance {

// Language, heartbeat, what a close means, and an age at which another connection takes over.
void set_up(Options& options, std::chrono::milliseconds heartbeat);

// As async_request: `done` gets the answer once, on the client's loop.
void send(const Client& client, std::string_view request, std::optional<std::chrono::milliseconds> timeout,
          std::move_only_function<void(Result<Response>)> done);

}  // namespace zenws::adapters::binance
