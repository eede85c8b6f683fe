// A client that is connected, or a test that fails with the reason in words.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <zenws/client.hpp>

namespace zenws::testing {

inline Client connect(const std::string& url, Options options = {}) {
  auto client = Client::connect(url, std::move(options));
  if (!client) throw std::runtime_error{"cannot connect to " + url + ": " + to_string(client.error())};
  return *std::move(client);
}

}  // namespace zenws::testing
