// A shared library that has the static zenws inside: the explanation of an error leaves it as plain text.
#include <string>

#include <zenws/client.hpp>

extern "C" [[gnu::visibility("default")]] const char* why_not() {
  static const std::string why = [] {
    const auto client = zenws::Client::connect("https://not-a-websocket.invalid");
    return client ? std::string{} : std::string{client.error().detail()};
  }();
  return why.c_str();
}
