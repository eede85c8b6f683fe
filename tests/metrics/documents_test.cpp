// The guide and the dashboard name what there is, and the guide all of it.
#include "metrics/documents.hpp"

#include <gmock/gmock.h>

#include "metrics/exposed.hpp"

namespace zenws::metrics {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::Not;

// The names as a query may spell them: a histogram by its parts.
std::set<std::string> names_shown() {
  const Exposed exposed;
  std::set<std::string> names;
  for (const auto& family : exposed.collector().Collect()) {
    names.insert(family.name);
    if (family.type != prometheus::MetricType::Histogram) continue;
    for (const char* const part : {"_bucket", "_sum", "_count"}) names.insert(family.name + part);
  }
  return names;
}

TEST(Documents, name_only_metrics_that_there_are) {
  const auto shown = names_shown();
  EXPECT_THAT(shown, IsSupersetOf(names_in(guide())));
  EXPECT_THAT(shown, IsSupersetOf(names_in(dashboard())));
}

TEST(Documents, tell_of_every_metric_that_there_is) {
  const Exposed exposed;
  const auto told = names_in(guide());
  for (const auto& family : exposed.collector().Collect()) EXPECT_THAT(told, Contains(family.name));
}

TEST(Documents, tell_a_metrics_type_as_it_is) {
  const Exposed exposed;
  const std::string text = guide();
  for (const auto& family : exposed.collector().Collect()) {
    const char* const type = family.type == prometheus::MetricType::Counter ? "counter"
                             : family.type == prometheus::MetricType::Gauge ? "gauge"
                                                                            : "histogram";
    const std::string row = "| `" + family.name + "` | " + type + " |";
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
}

TEST(Dashboard, asks_for_something_in_every_panel) {
  const auto json = nlohmann::json::parse(dashboard(), nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_FALSE(json.at("panels").empty());
  for (const auto& panel : json.at("panels")) {
    if (panel.at("type") == "row") continue;
    EXPECT_FALSE(panel.at("title").get<std::string>().empty());
    EXPECT_FALSE(panel.at("targets").empty()) << panel.at("title");
  }
  for (const auto& query : queries_of(json, "zenws")) EXPECT_THAT(query, Not(::testing::HasSubstr("$"))) << query;
}

}  // namespace
}  // namespace zenws::metrics
