// A Server whose connections each have a Player.
#include <atomic>
#include <unordered_map>
#include <utility>

#include <zenws/testing/replay_server.hpp>

#include "base/logger.hpp"
#include "testing/player.hpp"
#include "testing/state.hpp"

namespace zenws::testing {

struct ReplayServer::State {
  State(std::string recording, ReplayServerOptions how) : path{std::move(recording)}, options{std::move(how)} {}

  const std::string path;
  const ReplayServerOptions options;
  std::atomic<std::uint64_t> played{0};
  std::optional<Server> server;
  std::unordered_map<std::uint64_t, std::unique_ptr<Player>> players;  // touched on the server's thread

  // The server's thread.
  void opened(std::uint64_t id, const std::shared_ptr<Connection>& connection) {
    Result<record::Reader> reader = record::Reader::open(path);
    if (!reader) {
      write_log(LogLevel::error, "replay server: " + to_string(reader.error()));
      return connection->disconnect(Disconnect::code(1011, "the recording cannot be read"));
    }
    auto player = std::make_unique<Player>(*server->state_->loop, connection, *std::move(reader), options,
                                           [this] { played.fetch_add(1); });
    if (!options.wait_for_message) player->start();
    players[id] = std::move(player);
  }
  std::vector<Reply> received(const ReceivedMessage& message) {
    if (const auto found = players.find(message.connection); found != players.end()) found->second->start();
    return options.script ? options.script(message) : std::vector<Reply>{};
  }
};

ReplayServer::ReplayServer(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
ReplayServer::ReplayServer(ReplayServer&&) noexcept = default;

ReplayServer& ReplayServer::operator=(ReplayServer&& other) noexcept {
  if (this == &other) return *this;
  if (state_) stop();
  state_ = std::move(other.state_);
  return *this;
}

ReplayServer::~ReplayServer() {
  if (state_) stop();
}

Result<ReplayServer> ReplayServer::start(const std::string& path, ReplayServerOptions options) {
  if (!(options.speed > 0)) {  // not a number neither
    return std::unexpected{Error{errc::invalid_config, Phase::config, "Replay speed must be positive"}};
  }
  if (auto readable = record::Reader::open(path); !readable) return std::unexpected{std::move(readable).error()};
  auto state = std::make_unique<State>(path, std::move(options));
  State* const self = state.get();  // outlives the server, which stop() ends first
  auto server = Server::start({.port = state->options.port,
                               .tls = state->options.tls,
                               .script = [self](const ReceivedMessage& message) { return self->received(message); }});
  if (!server) return std::unexpected{std::move(server).error()};
  state->server = *std::move(server);
  Server::State& below = *state->server->state_;
  below.run([&] {
    Common& common = *below.listener->common();
    common.on_open = [self, &below](std::uint64_t id) { self->opened(id, below.listener->find_open(id)); };
    common.on_end = [self](std::uint64_t id) { self->players.erase(id); };
  });
  return ReplayServer{std::move(state)};
}

std::string ReplayServer::url(std::string_view path) const { return state_->server->url(path); }
std::uint64_t ReplayServer::played() const noexcept { return state_->played; }
Server& ReplayServer::server() noexcept { return *state_->server; }

void ReplayServer::stop() {
  Server::State& below = *state_->server->state_;
  below.run([&] {
    Common& common = *below.listener->common();
    common.on_open = {};
    common.on_end = {};
    state_->players.clear();
  });
  state_->server->stop();
}

}  // namespace zenws::testing
