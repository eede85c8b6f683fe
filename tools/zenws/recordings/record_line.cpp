#include "recordings/record_line.hpp"

#include <fmt/format.h>

#include "console/amounts.hpp"
#include "console/duration.hpp"

namespace zenws::program {

std::string show_progress(const RecordProgress& progress) {
  const std::string gap_time = progress.gaps == 0 ? "" : fmt::format(" ({})", show_duration(progress.gap_time));
  const std::string dropped = progress.dropped == 0 ? "" : fmt::format(", LOST {}", grouped(progress.dropped));
  return fmt::format("messages {} ({:.0f}/s), received {}, gaps {}{}, file {}, waiting {}{}",
                     grouped(progress.messages), progress.rate, show_bytes(progress.bytes), progress.gaps, gap_time,
                     show_bytes(progress.file_size), show_bytes(progress.waiting), dropped);
}

}  // namespace zenws::program
