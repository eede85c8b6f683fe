// Connecting as a venue wants it: logged in, beating, within its limits.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/client.hpp>
#include <zenws/options.hpp>

namespace zenws::program {

enum class Adapter : std::uint8_t { deribit, binance };

// By its name. nullopt: none of ours.
[[nodiscard]] std::optional<Adapter> parse_adapter(std::string_view name);

// `url` may be empty: the venue's own, a test net where there is one. `done` is called once, here or on the client's
// loop.
void connect_by(Adapter adapter, const std::string& url, Options options,
                std::move_only_function<void(Result<Client>)> done);

}  // namespace zenws::program
