// An open connection between stdin and stdout: lines out, messages in, until something ends it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <zenws/client.hpp>

#include "connect/connect.hpp"
#include "connect/inbox.hpp"
#include "console/line_reader.hpp"
#include "console/signals.hpp"
#include "exit_codes.hpp"

namespace zenws::program {

// All of it happens on the calling thread. When stdout's reader is slow, messages wait in the client's mailbox, and
// when that is full, at the server; when the server is slow, lines wait in stdin. Nothing is lost on the way.
class Conversation {
 public:
  Conversation(Client client, const ConnectArguments& arguments, const Signals& signals, std::shared_ptr<Inbox> inbox);
  [[nodiscard]] Exit run();

 private:
  void wait();
  [[nodiscard]] int time_to_wait() const;
  void receive_next();
  void take_messages();
  void take(Result<OwnedMessage> message);
  void flush();
  void take_lines();
  [[nodiscard]] bool send(std::string_view line);
  void check_input();
  void close(Exit exit);
  void on_end(const Error& error);
  void tell_totals() const;

  Client client_;
  const ConnectArguments& arguments_;
  const Signals& signals_;
  const std::shared_ptr<Inbox> inbox_;
  const std::chrono::steady_clock::time_point deadline_;
  LineReader input_;
  std::string output_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  bool input_readable_ = false;
  bool line_waits_ = false;     // the connection did not take it yet
  bool messages_wait_ = false;  // more are in the mailbox than one turn takes
  bool line_refused_ = false;   // one could not be sent as text
  std::optional<Exit> exit_;    // set = the end
};

}  // namespace zenws::program
