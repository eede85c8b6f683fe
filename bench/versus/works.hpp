// The works, written once for all libraries.
#pragma once

#include <string_view>
#include <thread>
#include <vector>

#include "measure.hpp"
#include "versus/library.hpp"

namespace bench {

using Work = Figures (*)(Library& library, const Job& job);

// Null: there is none of that name.
[[nodiscard]] Work find_work(std::string_view name);

// On one connection.
Figures receive(Library& library, const Job& job);            // a flood
Figures receive_json(Library& library, const Job& job);       // a flood, each message parsed
Figures send_from_handler(Library& library, const Job& job);  // in bursts, when the server asks for them
Figures send_from_thread(Library& library, const Job& job);   // another thread sends as fast as it may
Figures echo(Library& library, const Job& job);               // one message in flight, the handler sends the next
Figures echo_from_thread(Library& library, const Job& job);   // another thread sends the next, and waits for it

// On many.
Figures connect(Library& library, const Job& job);    // one after another
Figures idle(Library& library, const Job& job);       // memory of connections on which nothing happens
Figures tick(Library& library, const Job& job);       // a message a second to each
Figures spread(Library& library, const Job& job);     // a flood, in equal parts to each
Figures reconnect(Library& library, const Job& job);  // all are lost at once

// Runs `work` on this thread while the library runs on one of its own.
template <class Task>
void beside(Library& library, Task&& work) {
  std::thread loop{[&library] { library.run(); }};
  work();
  library.stop();
  loop.join();
}

// CPU and rate of a run.
[[nodiscard]] Figures figures_of(const Cost& cost, std::uint64_t messages);
// The same, and percentiles.
[[nodiscard]] Figures figures_of(const Cost& cost, std::vector<Nanoseconds> round_trips);

}  // namespace bench
