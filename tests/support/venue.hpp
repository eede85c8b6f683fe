// A venue that understands Deribit's public/subscribe, and remembers what each connection subscribed to.
#pragma once

#include <map>
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
  // For Server::set_script; must not outlive this object.
  [[nodiscard]] Script script() {
    return [this](const ReceivedMessage& message) { return answer(message); };
  }
  // Channels that are refused from now on.
  void refuse(std::set<std::string> channels) {
    const std::lock_guard lock{mutex_};
    refused_ = std::move(channels);
  }
  // No answers any more, and again.
  void be_silent(bool silent) {
    const std::lock_guard lock{mutex_};
    silent_ = silent;
  }
  [[nodiscard]] std::set<std::string> subscribed(std::uint64_t connection) const {
    const std::lock_guard lock{mutex_};
    const auto found = subscribed_.find(connection);
    return found == subscribed_.end() ? std::set<std::string>{} : found->second;
  }
  // Requests met with silence.
  [[nodiscard]] int ignored() const {
    const std::lock_guard lock{mutex_};
    return ignored_;
  }
  [[nodiscard]] std::vector<std::size_t> batches() const {
    const std::lock_guard lock{mutex_};
    return batches_;
  }
  static std::string update(std::string_view channel, int value) {
    return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + std::string{channel} + R"(","data":)" +
           std::to_string(value) + "}}";
  }

 private:
  std::vector<Reply> answer(const ReceivedMessage& message) {
    simdjson::dom::parser parser;
    simdjson::dom::element request;
    std::int64_t id = 0;
    std::string_view method;
    if (parser.parse(message.payload).get(request) != simdjson::SUCCESS) return {};
    if (request["id"].get(id) != simdjson::SUCCESS) return {};
    if (request["method"].get(method) != simdjson::SUCCESS) return {};
    const std::lock_guard lock{mutex_};
    if (silent_) {
      ++ignored_;
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
    batches_.push_back(channels.size());
    for (const std::string_view channel : channels) {
      const std::string name{channel};
      if (refused_.contains(name)) continue;
      unsubscribe ? (void)subscribed_[connection].erase(name) : (void)subscribed_[connection].insert(name);
      result += (result.size() > 1 ? ",\"" : "\"") + name + "\"";
    }
    return result + "]";
  }

  mutable std::mutex mutex_;
  std::set<std::string> refused_;
  std::map<std::uint64_t, std::set<std::string>> subscribed_;
  std::vector<std::size_t> batches_;
  bool silent_ = false;
  int ignored_ = 0;
};

}  // namespace zenws::testing
