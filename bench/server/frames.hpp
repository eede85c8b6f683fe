// What the server sends that needs making once only, or for each request.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bench {

// As many frames with trades of `size` bytes as make up a good write; all clients that want the same share them.
[[nodiscard]] std::shared_ptr<const std::vector<std::byte>> flood_of(std::size_t size);
// One frame with a trade of `size` bytes; the same.
[[nodiscard]] std::shared_ptr<const std::vector<std::byte>> trade_frame(std::size_t size);

// A JSON-RPC response of `size` bytes, or as many as it takes, to a request; throws when that has no number as id.
[[nodiscard]] std::string response_to(std::span<const std::byte> request, std::size_t size);

}  // namespace bench
