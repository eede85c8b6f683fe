// The clients that a command has opened so far, for whoever asks from another thread.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <zenws/pool.hpp>

namespace zenws::program {

// A copy is the same list.
class ClientList {
 public:
  void add(ClientRef client) const {
    const std::lock_guard lock{list_->mutex};
    list_->clients.push_back(std::move(client));
  }
  [[nodiscard]] ClientDiscovery discovery() const {
    return [list = list_] {
      const std::lock_guard lock{list->mutex};
      return list->clients;
    };
  }

 private:
  struct List {
    std::mutex mutex;
    std::vector<ClientRef> clients;
  };
  std::shared_ptr<List> list_ = std::make_shared<List>();
};

}  // namespace zenws::program
