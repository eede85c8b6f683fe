// What a client asks of the neutral server, read from the request's target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

enum class Mode : std::uint8_t {
  echo,   // sends every message back at once
  flood,  // sends `messages` trades of `size` bytes once the client has said anything
  sink,   // counts `messages`, then says "done"
  reply,  // answers every JSON-RPC request with a response of `size` bytes
  tick,   // sends a trade of `size` bytes each second
  hold,   // says nothing, until a `drop` ends it
  drop,   // ends all that hold, without a close frame, when it says anything
};

struct Work {
  Mode mode = Mode::echo;
  std::uint64_t messages = 0;
  std::size_t size = 0;
  std::uint64_t batch =
      0;  // sink: once the client has said anything, asks for each batch with one message; 0: does not
  friend bool operator==(const Work&, const Work&) = default;
};

// Throws for a target that is none of /echo, /flood?n=N&size=S, /sink?n=N, /sink?n=N&batch=B, /reply?size=S,
// /tick?size=S, /hold, /drop.
[[nodiscard]] Work read_work(std::string_view target);

}  // namespace bench
