/// \file
/// Include this to look into JsonMessage::json. Kept apart because simdjson costs seconds to compile.
#pragma once

#include <simdjson.h>

#include <zenws/message.hpp>  // IWYU pragma: export
