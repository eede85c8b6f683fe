// One inbound message: as the user will see it, and what it means.
#pragma once

#include <string_view>

#include <zenws/dialect.hpp>
#include <zenws/message.hpp>

namespace zenws::link {

// Lives until the next message of the thread.
struct Inbound {
  Message message;
  const simdjson::dom::element* json = nullptr;  // null: not JSON, or nobody had to look
  Reading reading = {};
  std::string_view text = {};  // of a text message
};

}  // namespace zenws::link
