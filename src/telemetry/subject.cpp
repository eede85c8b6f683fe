#include "telemetry/subject.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

#include "base/labels.hpp"

namespace zenws::telemetry {

Subject::Subject(std::uint64_t client, const std::string& name, const std::vector<Label>& labels)
    : client_{std::to_string(client)} {
  if (name.empty() && labels.empty()) return;
  std::vector<Text> texts;
  texts.reserve(labels.size() + 1);
  if (!name.empty()) texts.push_back({"name", name});
  for (const Label& label : labels) texts.push_back({std::string{label_prefix} + label.key, label.value});
  called_ = std::make_shared<const std::vector<Text>>(std::move(texts));
}

std::span<const Subject::Text> Subject::called() const noexcept {
  return called_ ? std::span<const Text>{*called_} : std::span<const Text>{};
}

void Subject::tell(Name event, std::initializer_list<Measurement> measurements,
                   std::initializer_list<Metadata> texts) const noexcept {
  if (!is_attached(event)) return;
  std::array<Metadata, 2 + most_labels + most_texts> all{{{"client", client_}}};
  std::size_t size = 1;
  assert(size + called().size() + texts.size() <= all.size());
  for (const auto& [name, value] : called()) all[size++] = {name, value};
  std::ranges::copy(texts, all.begin() + static_cast<std::ptrdiff_t>(size));
  const std::span measured{measurements.begin(), measurements.size()};
  emit(event, measured, std::span{all}.first(size + texts.size()));
}

}  // namespace zenws::telemetry
