// Without a handler, messages wait in the client's mailbox until you take them, at your pace and on your thread.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>

#include <zenws/client.hpp>
#include <zenws/testing/server.hpp>

using namespace std::chrono_literals;

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

// Sends five, and reads late: the mailbox has room for two.
static int read_late(const std::string& url, zenws::MailboxOverflow overflow) {
  auto client = zenws::Client::connect(url, {.mailbox_limit = 2, .mailbox_overflow = overflow});
  if (!client) return give_up(client.error());
  for (int i = 1; i <= 5; ++i) {
    if (auto sent = client->send_message("quote " + std::to_string(i)); !sent) return give_up(sent.error());
  }
  // Give a dropping mailbox something to drop: wait until all five have come.
  const bool drops = overflow != zenws::MailboxOverflow::pause_reading;
  for (int i = 0; drops && client->get_state_metrics().messages_in < 5 && i < 2000; ++i) {
    std::this_thread::sleep_for(1ms);
  }
  // The timeout is how long to wait for a message when none is there; without one: as long as it takes.
  while (auto message = client->receive(200ms)) {
    std::printf("  %s\n", std::string{message->text()}.c_str());
  }
  std::printf("  dropped: %ju\n", std::uintmax_t{client->get_state_metrics().dropped_mailbox});
  return client->close() ? 0 : 1;
}

int main(int argc, char** argv) {
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());
  const std::string url = argc > 1 ? argv[1] : server->url();

  // The default. A full mailbox stops reading from the socket; then the server cannot send, and must wait. Nothing is
  // lost, but what you read may be old. For orders, fills, anything that must arrive.
  std::printf("pause_reading\n");
  if (read_late(url, zenws::MailboxOverflow::pause_reading) != 0) return 1;

  // The oldest makes room for the newest. For prices, of which only the last matters. drop_newest keeps the first
  // instead; disconnect ends the connection with errc::mailbox_full. What was dropped is counted.
  std::printf("drop_oldest\n");
  return read_late(url, zenws::MailboxOverflow::drop_oldest);
}
