// A user's smallest program: it links the client, and sees an error with its explanation.
#include <cstdio>
#include <string>

#include <zenws/client.hpp>

int main() {
  const auto client = zenws::Client::connect("https://not-a-websocket.invalid");
  if (client) return 1;
  std::puts(std::string{client.error().detail()}.c_str());
  return client.error() == zenws::errc::invalid_config ? 0 : 1;
}
