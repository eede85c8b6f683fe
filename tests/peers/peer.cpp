#include "peers/peer.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "support/npm.hpp"

namespace zenws::peers {
namespace {

using support::ChildProcess;
using support::find_program;

// Debian's own: another one may come first in PATH and know nothing of Debian's packages.
constexpr auto python = "/usr/bin/python3";
constexpr auto python_websockets = "/usr/lib/python3/dist-packages/websockets";

std::filesystem::path script(std::string_view name) {
  return std::filesystem::path{ZENWS_SOURCE_DIR} / "tests" / "peers" / name;
}

std::unique_ptr<ChildProcess> start_server(Kind kind) {
  if (kind != Kind::node) {
    return std::make_unique<ChildProcess>(std::vector<std::string>{python, script("server_websockets.py")});
  }
  return std::make_unique<ChildProcess>(std::vector<std::string>{"node", script("server_ws.mjs")});
}

std::string wait_for(ChildProcess& program, std::string_view first_word) {
  auto rest = program.wait_for_line(first_word, patience);
  if (!rest) throw std::runtime_error{"the server did not come up; it said: " + program.unread()};
  return *rest;
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return std::move(text).str();
}

}  // namespace

std::string name_of(Kind kind) {
  switch (kind) {
    case Kind::python:
      return "python_websockets";
    case Kind::node:
      return "node_ws";
    case Kind::nginx:
      return "nginx_tls";
  }
  return "unknown";
}

std::optional<std::string> why_unavailable(Kind kind) {
  if (kind == Kind::node) {
    for (const auto* program : {"node", "npm"}) {
      if (find_program(program).empty()) return std::string{program} + " is not installed";
    }
    return support::why_no_node_modules(script(""));
  }
  if (!std::filesystem::exists(python_websockets)) return "Debian's python3-websockets is not installed";
  if (kind == Kind::nginx) {
    for (const auto* program : {"nginx", "openssl"}) {
      if (find_program(program).empty()) return std::string{program} + " is not installed";
    }
  }
  return std::nullopt;
}

Peer::Peer(Kind kind) : server_{start_server(kind)} {
  auto port = wait_for(*server_, "port");
  if (kind == Kind::nginx) {
    proxy_ = std::make_unique<ChildProcess>(std::vector<std::string>{python, script("server_nginx.py"), port});
    ca_pem_ = read_file(wait_for(*proxy_, "ca"));
    port = wait_for(*proxy_, "port");
  }
  authority_ = "127.0.0.1:" + port;
}

std::string Peer::url(std::string_view path) const {
  return (proxy_ ? "wss://" : "ws://") + authority_ + std::string{path};
}

Options Peer::options() const {
  Options options;
  options.timeout = patience;
  options.close_timeout = patience;
  options.retry_count = 0;
  options.tls.ca_pem = ca_pem_;
  return options;
}

std::optional<std::string> Peer::says(std::string_view first_word) {
  return server_->wait_for_line(first_word, patience);
}

void PeerTest::SetUp() {
  if (const auto why = why_unavailable(GetParam())) GTEST_SKIP() << *why;
  peer_ = std::make_unique<Peer>(GetParam());
}

}  // namespace zenws::peers
