// The opening handshake in its smallest form, both sides of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

// The target of a whole upgrade request, "/echo"; throws when there is none.
[[nodiscard]] std::string target_of(std::string_view request);
// The 101 to a whole upgrade request; throws when it has no key.
[[nodiscard]] std::string answer_to(std::string_view request);

// A client's upgrade request.
[[nodiscard]] std::string upgrade_request(std::uint16_t port, std::string_view target);

}  // namespace bench
