// Unpredictable bytes without a system call each: OpenSSL's CSPRNG, a buffer a thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace zenws {

// Threads: any; each has a buffer of its own, which is wiped as it is used and after fork.
void random_bytes(std::span<std::byte> out);
// This thread's buffer begins anew: what it held came from another world.
void forget_random_bytes() noexcept;
// Mask keys (RFC 6455 §5.3) and jitter.
[[nodiscard]] std::uint32_t random_u32();
// Uniform in [0, 1).
[[nodiscard]] double random_unit();

}  // namespace zenws
