// The program's commands: each adds itself to the command line, and when it is the one called, runs and says how it
// ended.
#pragma once

#include "exit_codes.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace zenws::program {

// `exit` outlives `program`.
void add_connect(CLI::App& program, Exit& exit);
void add_record(CLI::App& program, Exit& exit);
void add_inspect(CLI::App& program, Exit& exit);
void add_replay(CLI::App& program, Exit& exit);
void add_report(CLI::App& program, Exit& exit);
void add_serve(CLI::App& program, Exit& exit);
void add_explain(CLI::App& program, Exit& exit);
void add_doctor(CLI::App& program, Exit& exit);
void add_demo(CLI::App& program, Exit& exit);
void add_soak(CLI::App& program, Exit& exit);
void add_pool(CLI::App& program, Exit& exit);

}  // namespace zenws::program
