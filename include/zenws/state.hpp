/// \file
/// What a client is doing.
#pragma once

#include <cstdint>
#include <string_view>

namespace zenws {

/// What a client is doing now.
enum class State : std::uint8_t { connecting, connected, reconnecting, disconnected };
/// The state's name.
[[nodiscard]] std::string_view to_string(State state) noexcept;

}  // namespace zenws
