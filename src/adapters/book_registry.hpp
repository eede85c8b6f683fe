// The books of one keeper by their names, with what it counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zenws::adapters {

// An `Entry` has a `name`, which never changes, and a `book`.
//
// Threads: any. Books and counts change within change() and change_all(), on one thread at a time: that one may read
// its books without the lock, which is never held while a function of the user's runs; all others get copies.
template <class Entry, class Counts>
class BookRegistry {
 public:
  using EntryPtr = std::shared_ptr<Entry>;
  using Book = decltype(Entry::book);

  explicit BookRegistry(std::size_t most_books = SIZE_MAX) noexcept : most_books_{most_books} {}

  // A name that is there keeps its book. False: it is new, and there is no room.
  bool add(const EntryPtr& entry) {
    const std::lock_guard lock{mutex_};
    if (entries_.contains(entry->name)) return true;
    if (entries_.size() >= most_books_) return false;
    entries_.emplace(entry->name, entry);
    return true;
  }
  void erase(std::string_view name) {
    const std::lock_guard lock{mutex_};
    if (const auto found = entries_.find(name); found != entries_.end()) entries_.erase(found);
  }

  // Null: it is not there.
  [[nodiscard]] EntryPtr find(std::string_view name) const {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : found->second;
  }
  // False: it was erased, and another of its name may have come.
  [[nodiscard]] bool holds(const EntryPtr& entry) const { return find(entry->name) == entry; }

  // A copy. nullopt: it is not there.
  [[nodiscard]] std::optional<Book> book(std::string_view name) const {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(name);
    return found == entries_.end() ? std::nullopt : std::optional{found->second->book};
  }
  // Sorted.
  [[nodiscard]] std::vector<std::string> names() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> all;
    all.reserve(entries_.size());
    for (const auto& [name, entry] : entries_) all.push_back(name);
    return all;
  }
  [[nodiscard]] Counts counts() const {
    const std::lock_guard lock{mutex_};
    return counts_;
  }

  // What `f`, which may change any book, answers to the counts.
  template <class F>
  auto change(F f) {
    const std::lock_guard lock{mutex_};
    return f(counts_);
  }
  // Calls `f` with each entry.
  template <class F>
  void change_all(F f) {
    const std::lock_guard lock{mutex_};
    for (const auto& [name, entry] : entries_) f(*entry);
  }

 private:
  const std::size_t most_books_;
  mutable std::mutex mutex_;
  std::map<std::string, EntryPtr, std::less<>> entries_;  // guarded, as the counts
  Counts counts_ = {};
};

}  // namespace zenws::adapters
