// The same work done by zenws, as its users would write it.
#pragma once

#include "floor.hpp"
#include "measure.hpp"

namespace bench {

// A handler counts messages; with decode_json it gets each as a parsed tree.
[[nodiscard]] Sample zenws_receive(const Task& task, bool decode_json);
// The same, recorded to a file in the temporary folder; the CPU is that of all threads until the file is complete.
[[nodiscard]] Sample zenws_receive_recorded(const Task& task, bool decode_json);
// The handler answers each message of the server with a batch.
[[nodiscard]] Sample zenws_send_from_handler(const Task& task);
// The main thread sends, and yields when the queue is full.
[[nodiscard]] Sample zenws_send_from_thread(const Task& task);
// The handler sends the next message when the last one is back.
[[nodiscard]] Sample zenws_echo(const Task& task);

}  // namespace bench
