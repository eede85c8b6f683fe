// Record a session to a file, look at it, and live it again: into the same handler, and as a server.
#include <cstdio>
#include <filesystem>
#include <string>

#include <zenws/client.hpp>
#include <zenws/recorder.hpp>
#include <zenws/testing/replay_server.hpp>

static int give_up(const zenws::Error& error) {
  std::fprintf(stderr, "%s\n%s\n", zenws::to_string(error).c_str(), zenws::explain(error).suggestion.c_str());
  return 1;
}

static void print(const char* when, std::string_view text) {
  std::printf("%-8s %.*s\n", when, static_cast<int>(text.size()), text.data());
}

int main() {
  const std::string path = (std::filesystem::temp_directory_path() / "zenws-example-session.jsonl").string();
  std::filesystem::remove(path);
  auto server = zenws::testing::Server::start();
  if (!server) return give_up(server.error());

  // All that goes over the wire is appended to the file, in the background. close() returns when it is complete.
  auto client = zenws::Client::connect(server->url(), {.record_to = path});
  if (!client) return give_up(client.error());
  for (const char* text : {R"({"quote":1})", "hello"}) {
    if (auto sent = client->send_message(text); !sent) return give_up(sent.error());
    if (auto message = client->receive()) print("live", message->text());
  }
  if (auto closed = client->close(); !closed) return give_up(closed.error());

  // What is in it. `jq` reads it too: jq -r 'select(.dir == "in") | .data' session.jsonl
  auto found = zenws::Recorder::metadata(path);
  if (!found) return give_up(found.error());
  std::printf("%ju frames, %ju of them received\n", std::uintmax_t{found->count}, std::uintmax_t{found->inbound});

  // Into a handler: the same shapes, the same bytes, as if they came now.
  const zenws::Handler handler = zenws::overloaded{
      [](const zenws::JsonMessage& m) { print("replay", m.text); },
      [](const zenws::TextMessage& m) { print("replay", m.text); },
      [](const auto&) {},
  };
  if (auto done = zenws::Recorder::replay_into(path, handler); !done) return give_up(done.error());

  // As a server, so that a whole client can run against yesterday: here as fast as it reads.
  auto yesterday = zenws::testing::ReplayServer::start(path, {.speed = zenws::testing::as_fast_as_possible});
  if (!yesterday) return give_up(yesterday.error());
  auto again = zenws::Client::connect(yesterday->url(), {.reconnect_on_error = false});
  if (!again) return give_up(again.error());
  while (auto message = again->receive()) print("server", message->text());  // until it has played all, and closes
  return 0;
}
