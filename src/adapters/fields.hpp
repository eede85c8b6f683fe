// Reads the fields of one JSON object; what is missing or of another type reads as nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zenws/error.hpp>
#include <zenws/json.hpp>

#include "adapters/errors.hpp"

namespace zenws::adapters {

class Fields {
 public:
  explicit Fields(const simdjson::dom::element& object) : object_{object} {}

  [[nodiscard]] std::string text(std::string_view name) const {
    std::string_view found;
    return object_[name].get(found) == simdjson::SUCCESS ? std::string{found} : std::string{};
  }
  [[nodiscard]] std::optional<double> number(std::string_view name) const {
    double found = 0;
    return object_[name].get(found) == simdjson::SUCCESS ? std::optional{found} : std::nullopt;
  }
  [[nodiscard]] double number_or_zero(std::string_view name) const { return number(name).value_or(0); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    std::int64_t found = 0;
    return object_[name].get(found) == simdjson::SUCCESS ? found : 0;
  }
  [[nodiscard]] bool flag(std::string_view name) const {
    bool found = false;
    return object_[name].get(found) == simdjson::SUCCESS && found;
  }
  // nullopt: it is not there.
  [[nodiscard]] std::optional<simdjson::dom::element> field(std::string_view name) const {
    simdjson::dom::element found;
    return object_[name].get(found) == simdjson::SUCCESS ? std::optional{found} : std::nullopt;
  }

 private:
  const simdjson::dom::element& object_;
};

// Reads each member of a list by `read`; an error of one is the error of all.
template <class T>
Result<std::vector<T>> read_list(const simdjson::dom::element& list, Result<T> (*read)(const simdjson::dom::element&)) {
  simdjson::dom::array members;
  if (list.get(members) != simdjson::SUCCESS) return not_the_answer("a list");
  std::vector<T> all;
  for (const simdjson::dom::element& member : members) {
    Result<T> one = read(member);
    if (!one) return std::unexpected{std::move(one).error()};
    all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace zenws::adapters
