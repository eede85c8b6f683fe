// One line of a recording: docs/format/recording.md, written.
#pragma once

#include "base/buffer.hpp"
#include "record/frame.hpp"
#include "record/redactor.hpp"

namespace zenws::record {

// Appends the line, its newline included.
void append_line(Buffer& out, std::string_view ts, const Frame& frame, const Redactor& redactor);

}  // namespace zenws::record
