// One book: reads a notification whole before anything is changed.
#include <zenws/adapters/deribit_book.hpp>
#include <zenws/json.hpp>

namespace zenws::adapters {

// One notification, as read.
struct DeribitBook::Update {
  bool is_snapshot = false;
  std::uint64_t id = 0;
  std::optional<std::uint64_t> previous;
  std::int64_t timestamp = 0;
  std::vector<Level> bids;  // amount 0: deleted
  std::vector<Level> asks;

  [[nodiscard]] static std::optional<Update> read(const simdjson::dom::element& data);
};

namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;

// [action, price, amount]
std::optional<Level> read_step(const element& step) {
  simdjson::dom::array parts;
  std::string_view action;
  Level level;
  if (step.get(parts) != SUCCESS || parts.size() != 3) return std::nullopt;
  if (parts.at(0).get(action) != SUCCESS || parts.at(1).get(level.price) != SUCCESS) return std::nullopt;
  if (parts.at(2).get(level.amount) != SUCCESS) return std::nullopt;
  if (action == "delete") level.amount = 0;
  return level;
}

bool read_side(const element& data, std::string_view side, std::vector<Level>& out) {
  simdjson::dom::array steps;
  if (data[side].get(steps) != SUCCESS) return false;
  for (const element& step : steps) {
    const std::optional<Level> level = read_step(step);
    if (!level) return false;
    out.push_back(*level);
  }
  return true;
}

}  // namespace

std::optional<DeribitBook::Update> DeribitBook::Update::read(const element& data) {
  Update update;
  std::string_view type;
  if (!data.is_object() || data["type"].get(type) != SUCCESS) return std::nullopt;
  if (type != "snapshot" && type != "change") return std::nullopt;
  update.is_snapshot = type == "snapshot";
  if (data["change_id"].get(update.id) != SUCCESS) return std::nullopt;
  std::uint64_t previous = 0;
  if (data["prev_change_id"].get(previous) == SUCCESS) update.previous = previous;
  if (!update.is_snapshot && !update.previous) return std::nullopt;
  if (data["timestamp"].get(update.timestamp) != SUCCESS) return std::nullopt;
  if (!read_side(data, "bids", update.bids) || !read_side(data, "asks", update.asks)) return std::nullopt;
  return update;
}

DeribitBook::Applied DeribitBook::apply(const element& data) {
  if (const auto update = Update::read(data)) return apply_update(*update);
  in_sync_ = false;
  return Applied::malformed;
}

DeribitBook::Applied DeribitBook::apply_update(const Update& update) {
  if (update.is_snapshot) {
    ladders_.clear();
    guard_.restart(update.id);
    in_sync_ = true;
  } else if (!in_sync_) {
    return Applied::ignored;
  } else {
    const Sequence sequence = guard_.see(update.id, update.previous);
    if (sequence == Sequence::duplicate) return Applied::duplicate;
    if (sequence == Sequence::gap) {
      in_sync_ = false;
      return Applied::gap;
    }
  }
  for (const Level& level : update.bids) ladders_.set_bid(level);
  for (const Level& level : update.asks) ladders_.set_ask(level);
  timestamp_ = update.timestamp;
  if (ladders_.depth() > most_levels_) {
    ladders_.clear();
    in_sync_ = false;
    return Applied::too_deep;
  }
  return update.is_snapshot ? Applied::snapshot : Applied::change;
}

}  // namespace zenws::adapters
