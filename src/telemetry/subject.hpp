// Whom an event is about: a client, by its id and by what its user calls it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <zenws/options.hpp>

#include "telemetry/telemetry.hpp"

namespace zenws::telemetry {

class Subject {
 public:
  Subject() = default;
  // `name` may be empty, and so may `labels`: nearly all that it costs then is the id. Requires: both are valid.
  Subject(std::uint64_t client, const std::string& name, const std::vector<Label>& labels);

  // As emit(), with "client", "name" and "label_KEY" in front of `texts`, of which there are at most `most_texts`.
  void tell(Name event, std::initializer_list<Measurement> measurements,
            std::initializer_list<Metadata> texts = {}) const noexcept;

  // "name" and "label_KEY", as far as they were given.
  struct Text {
    std::string name;
    std::string value;
  };
  [[nodiscard]] std::span<const Text> called() const noexcept;

  static constexpr std::size_t most_texts = 4;

 private:
  std::string client_;
  std::shared_ptr<const std::vector<Text>> called_;  // null: nothing was given
};

}  // namespace zenws::telemetry
