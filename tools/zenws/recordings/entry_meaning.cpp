#include "recordings/entry_meaning.hpp"

#include <utility>

#include <zenws/json.hpp>

namespace zenws::program {
namespace {

std::optional<RequestIdView> id_of(const simdjson::dom::object& object) {
  simdjson::dom::element id;
  if (object["id"].get(id) != simdjson::SUCCESS) return std::nullopt;
  std::int64_t number = 0;
  if (id.get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (id.get(text) == simdjson::SUCCESS) return text;
  return std::nullopt;
}

std::string text_of(const simdjson::dom::object& object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

// The members "label_KEY", as many as there may be.
std::vector<Label> labels_of(const simdjson::dom::object& object) {
  constexpr std::string_view prefix = "label_";
  constexpr std::size_t most = 16;
  std::vector<Label> labels;
  for (const auto& [key, value] : object) {
    std::string_view text;
    if (!key.starts_with(prefix) || labels.size() == most || value.get(text) != simdjson::SUCCESS) continue;
    labels.push_back({std::string{key.substr(prefix.size())}, std::string{text}});
  }
  return labels;
}

}  // namespace

struct EntryReader::Parser {
  struct Object {
    simdjson::dom::element element;
    simdjson::dom::object members;
  };
  // nullopt: no JSON object.
  std::optional<Object> read(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || text[first] != '{') return std::nullopt;
    Object object;
    if (json.parse(text.data(), text.size()).get(object.element) != simdjson::SUCCESS) return std::nullopt;
    if (object.element.get(object.members) != simdjson::SUCCESS) return std::nullopt;
    return object;
  }
  simdjson::dom::parser json;
};

EntryReader::EntryReader(std::shared_ptr<const Dialect> dialect)
    : parser_{std::make_unique<Parser>()}, dialect_{std::move(dialect)} {
  if (dialect_) return;
  dialect_ = Dialect::deribit();
  second_ = Dialect::binance();
}

EntryReader::~EntryReader() = default;

Meaning EntryReader::read_message(const RecordedEntry& entry) {
  const auto object = parser_->read(entry.data);
  if (!object) return {};
  if (entry.dir == RecordedEntry::Direction::out) return {.asks = id_of(object->members)};
  Reading reading = dialect_->read(object->element);
  if (reading.kind == Reading::Kind::other && second_) reading = second_->read(object->element);
  if (reading.kind == Reading::Kind::reply) return {.answers = reading.id};
  return {.channel = reading.kind == Reading::Kind::update ? reading.channel : std::string_view{}};
}

RecordedEvent EntryReader::read_event(const RecordedEntry& entry) {
  const auto object = parser_->read(entry.data);
  if (!object) return {};
  RecordedEvent event{.kind = text_of(object->members, "event"), .text = "", .count = 0};
  for (const std::string_view key : {"url", "reason", "detail"}) {
    if (event.text.empty()) event.text = text_of(object->members, key);
  }
  if (object->members["count"].get(event.count) != simdjson::SUCCESS) event.count = 0;
  if (event.kind == "connect") {
    event.name = text_of(object->members, "name");
    event.labels = labels_of(object->members);
  }
  return event;
}

}  // namespace zenws::program
