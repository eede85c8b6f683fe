// Names and types by Prometheus's conventions.
#include "metrics/columns.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace zenws::metrics {
namespace {

TEST(Columns, end_in_total_when_they_are_counters_and_only_then) {
  for (const Column& column : columns()) {
    const bool is_counter = column.type == prometheus::MetricType::Counter;
    EXPECT_EQ(std::string_view{column.name}.ends_with("_total"), is_counter) << column.name;
    EXPECT_TRUE(std::string_view{column.name}.starts_with("zenws_client_")) << column.name;
    EXPECT_TRUE(std::string_view{column.help}.ends_with('.')) << column.name;
  }
}

TEST(Columns, of_one_name_stand_together_and_differ_in_their_label) {
  std::set<std::string> names;
  std::set<std::string> values;
  const Column* before = nullptr;
  for (const Column& column : columns()) {
    const Column* const last = std::exchange(before, &column);
    if (last == nullptr || std::string_view{last->name} != column.name) {
      EXPECT_TRUE(names.insert(column.name).second) << column.name;
      values.clear();
    } else {
      EXPECT_STREQ(last->label, column.label);
      EXPECT_STREQ(last->help, column.help);
    }
    if (column.label == nullptr) continue;
    EXPECT_TRUE(values.insert(column.label_value).second) << column.label_value;
  }
}

TEST(Columns, of_counters_are_always_known) {
  for (const Column& column : columns()) {
    if (column.type != prometheus::MetricType::Counter) continue;
    EXPECT_EQ(column.read({}), 0) << column.name;
  }
}

}  // namespace
}  // namespace zenws::metrics
