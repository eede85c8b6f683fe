// What zenws does in ways of its own, and how its clients are made here.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <zenws/client.hpp>
#include <zenws/runtime.hpp>

#include "versus/works.hpp"

namespace bench {

// The value; an error ends the process.
template <class T>
T must(zenws::Result<T> result) {
  if (!result) Events::fail(zenws::to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

[[nodiscard]] std::string url_of(const Job& job, std::string_view target);
[[nodiscard]] zenws::Options options_of(const Job& job, zenws::Runtime& runtime);

// Another thread asks by request() and waits.
[[nodiscard]] Figures request(const Job& job);
// One message in flight, on the caller's own event loop, which polls without ever waiting.
[[nodiscard]] Figures echo_busy(const Job& job);
// A flood, with the CPU of the loop's thread apart; `recorded`: to a file in the temporary folder.
[[nodiscard]] Figures receive_loop(const Job& job, bool recorded);

}  // namespace bench
