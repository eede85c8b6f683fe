#include "recordings/inspect.hpp"

#include <unistd.h>

#include "console/output.hpp"
#include "console/signals.hpp"
#include "recordings/scan.hpp"
#include "recordings/summary_text.hpp"

namespace zenws::program {

Exit run_inspect(const InspectArguments& arguments) {
  Exit exit = Exit::ok;
  bool is_first = true;
  for (const std::string& path : arguments.files) {
    RecordingSummary summary;
    const Result<Scanned> scanned = scan(path, arguments.dialect, [&summary](const Seen& seen) { summary.add(seen); });
    if (!scanned) {
      say_error("cannot read " + path, scanned.error());
      exit = Exit::failed;
      continue;
    }
    summary.file = *scanned;
    std::string text = arguments.json ? summary_json(path, summary, arguments.top) + "\n"
                                      : (is_first ? "" : "\n") + show_summary(path, summary, arguments.top);
    is_first = false;
    const Signals signals;
    const Written written = write_all(STDOUT_FILENO, text, signals);
    if (written == Written::failed) say("the table cannot be written to stdout");
    if (written != Written::all) return written == Written::failed ? Exit::failed : exit;
  }
  return exit;
}

}  // namespace zenws::program
