// A venue that understands Deribit's public/subscribe, and remembers what each connection subscribed to.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <simdjson.h>

#include <zenws/testing/server.hpp>

#include "support/json_rpc.hpp"

namespace zenws::testing {

class Venue {
 public:
  // For Server::set_script. The script keeps what it needs: a server may outlive this object.
  [[nodiscard]] Script script() {
    return [desk = desk_](const ReceivedMessage& message) { return desk->answer(message); };
  }
  // Channels that are refused from now on.
  void refuse(std::set<std::string> channels) {
    const std::lock_guard lock{desk_->mutex};
    desk_->refused = std::move(channels);
  }
  // No answers any more, and again.
  void be_silent(bool silent) {
    const std::lock_guard lock{desk_->mutex};
    desk_->silent = silent;
  }
  [[nodiscard]] std::set<std::string> subscribed(std::uint64_t connection) const {
    const std::lock_guard lock{desk_->mutex};
    const auto found = desk_->subscribed.find(connection);
    return found == desk_->subscribed.end() ? std::set<std::string>{} : found->second;
  }
  // Requests met with silence.
  [[nodiscard]] int ignored() const {
    const std::lock_guard lock{desk_->mutex};
    return desk_->ignored;
  }
  [[nodiscard]] std::vector<std::size_t> batches() const {
    const std::lock_guard lock{desk_->mutex};
    return desk_->batches;
  }
  static std::string update(std::string_view channel, int value) {
    return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + std::string{channel} + R"(","data":)" +
           std::to_string(value) + "}}";
  }

 private:
  // What the server's thread works on.
  struct Desk {
    std::vector<Reply> answer(const ReceivedMessage& message) {
      simdjson::dom::parser parser;
      simdjson::dom::element request;
      std::int64_t id = 0;
      std::string_view method;
      if (parser.parse(message.payload).get(request) != simdjson::SUCCESS) return {};
      if (request["id"].get(id) != simdjson::SUCCESS) return {};
      if (request["method"].get(method) != simdjson::SUCCESS) return {};
      const std::lock_guard lock{mutex};
      if (silent) {
        ++ignored;
        return {};
      }
      std::string result = "true";
      if (method.ends_with("subscribe")) {
        result = take(message.connection, method.ends_with("/unsubscribe"), request["params"]["channels"]);
      }
      return {{false, testing::answer(id, result)}};
    }
    std::string take(std::uint64_t connection, bool unsubscribe, simdjson::dom::array channels) {
      std::string result = "[";
      batches.push_back(channels.size());
      for (const std::string_view channel : channels) {
        const std::string name{channel};
        if (refused.contains(name)) continue;
        unsubscribe ? (void)subscribed[connection].erase(name) : (void)subscribed[connection].insert(name);
        result += (result.size() > 1 ? ",\"" : "\"") + name + "\"";
      }
      return result + "]";
    }

    std::mutex mutex;
    std::set<std::string> refused;
    std::map<std::uint64_t, std::set<std::string>> subscribed;
    std::vector<std::size_t> batches;
    bool silent = false;
    int ignored = 0;
  };

  const std::shared_ptr<Desk> desk_ = std::make_shared<Desk>();
};

}  // namespace zenws::testing
