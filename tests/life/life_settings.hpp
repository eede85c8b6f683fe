// A client's life without jitter, as scripts like it.
#pragma once

#include <chrono>

#include "life/life_script.hpp"

namespace zenws::test {

inline client::Life::Settings life_settings() {
  using namespace std::chrono_literals;
  return {.retry = {.retry_count = unlimited,
                    .retry_delay = 1s,
                    .max_backoff = 60s,
                    .jitter = 0,
                    .stable_after = 5s,
                    .reconnect_on_error = true},
          .connect_deadline = 0ms,
          .request_timeout = 20s,
          .max_age = 0ms,
          .greets = false,
          .is_supervised = false};
}

// A login comes before anything else.
inline client::Life::Settings greeting() {
  auto settings = life_settings();
  settings.greets = true;
  return settings;
}

}  // namespace zenws::test
