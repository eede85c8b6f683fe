// The contests' names, contenders and lengths.
#include "contests.hpp"

#include "floor.hpp"
#include "zenws_side.hpp"

namespace bench {

namespace {

constexpr std::uint64_t flood_messages = 1'000'000;
constexpr std::uint64_t echo_messages = 20'000;

Contest receive(const Task& task) {
  return {.name = "receive",
          .contenders = {{"floor", [task] { return floor_receive(task); }},
                         {"zenws, text", [task] { return zenws_receive(task, false); }},
                         {"zenws, JSON tree", [task] { return zenws_receive(task, true); }}}};
}

Contest record(const Task& task, bool decode_json) {
  const std::string shape = decode_json ? "JSON tree" : "text";
  return {.name = "record",
          .contenders = {{shape, [=] { return zenws_receive(task, decode_json); }},
                         {shape + ", recorded", [=] { return zenws_receive_recorded(task, decode_json); }}}};
}

Contest send(const Task& task) {
  return {.name = "send",
          .contenders = {{"floor", [task] { return floor_send(task); }},
                         {"zenws, in the handler", [task] { return zenws_send_from_handler(task); }},
                         {"zenws, other thread", [task] { return zenws_send_from_thread(task); }}}};
}

Contest echo(const Task& task) {
  return {.name = "echo",
          .contenders = {{"floor", [task] { return floor_echo(task); }},
                         {"zenws, in the handler", [task] { return zenws_echo(task); }}}};
}

}  // namespace

std::vector<Contest> contests(std::string_view name, const Settings& settings) {
  const Task flood{{settings.port}, settings.messages.value_or(flood_messages), settings.size};
  const Task ping_pong{{settings.port}, settings.messages.value_or(echo_messages), settings.size};
  const bool all = name == "all";
  std::vector<Contest> chosen;
  if (all || name == "receive") chosen.push_back(receive(flood));
  if (all || name == "record") {
    chosen.push_back(record(flood, false));
    chosen.push_back(record(flood, true));
  }
  if (all || name == "send") chosen.push_back(send(flood));
  if (all || name == "echo") chosen.push_back(echo(ping_pong));
  return chosen;
}

}  // namespace bench
