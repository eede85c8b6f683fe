// Reads a request's parameters; what is missing or of another type is not there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace zenws::simulators::deribit {

class Params {
 public:
  explicit Params(const nlohmann::json& params) : params_{params} {}

  [[nodiscard]] std::optional<std::string> text(const char* name) const {
    const nlohmann::json* const found = find(name);
    return found != nullptr && found->is_string() ? std::optional{found->get<std::string>()} : std::nullopt;
  }
  [[nodiscard]] std::string text_or(const char* name, std::string otherwise) const {
    return text(name).value_or(std::move(otherwise));
  }
  [[nodiscard]] std::optional<double> number(const char* name) const {
    const nlohmann::json* const found = find(name);
    return found != nullptr && found->is_number() ? std::optional{found->get<double>()} : std::nullopt;
  }
  [[nodiscard]] bool flag(const char* name) const {
    const nlohmann::json* const found = find(name);
    return found != nullptr && found->is_boolean() && found->get<bool>();
  }
  // nullopt: no list, or not of texts only.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(const char* name) const {
    const nlohmann::json* const found = find(name);
    if (found == nullptr || !found->is_array()) return std::nullopt;
    std::vector<std::string> all;
    for (const nlohmann::json& each : *found) {
      if (!each.is_string()) return std::nullopt;
      all.push_back(each.get<std::string>());
    }
    return all;
  }

 private:
  [[nodiscard]] const nlohmann::json* find(const char* name) const {
    if (!params_.is_object()) return nullptr;
    const auto found = params_.find(name);
    return found == params_.end() ? nullptr : &*found;
  }

  const nlohmann::json& params_;
};

}  // namespace zenws::simulators::deribit
