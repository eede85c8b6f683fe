// Whom events are about: texts that stand beside the id, and what a client without any pays.
#include "telemetry/subject.hpp"

#include <tuple>

#include <gtest/gtest.h>

namespace zenws::telemetry {
namespace {

struct TelemetrySubject : ::testing::Test {
  std::string told;

  void SetUp() override {
    ASSERT_TRUE(attach("subject", "zen_websocket.connection.stopped", [this](const Event& event) {
      for (const auto& [name, value] : event.measurements) told += std::string{name} + " ";
      for (const auto& [name, value] : event.metadata) told += std::string{name} + "=" + std::string{value} + " ";
    }));
  }
  void TearDown() override { std::ignore = detach("subject"); }
};

TEST_F(TelemetrySubject, is_told_in_front_of_the_events_own_texts) {
  Subject{7, "feed-a", {{"venue", "deribit"}, {"reason", "b"}}}.tell(Name::connection_stopped, {{"epoch", 1}},
                                                                     {{"reason", "why"}});
  EXPECT_EQ(told, "epoch client=7 name=feed-a label_venue=deribit label_reason=b reason=why ");
}

TEST_F(TelemetrySubject, without_name_and_labels_is_its_id) {
  const Subject subject{7, "", {}};
  subject.tell(Name::connection_stopped, {{"epoch", 1}}, {{"reason", "why"}});
  EXPECT_EQ(told, "epoch client=7 reason=why ");
  EXPECT_TRUE(subject.called().empty());
}

TEST_F(TelemetrySubject, may_have_a_name_or_labels_only) {
  Subject{7, "feed-a", {}}.tell(Name::connection_stopped, {});
  Subject{8, "", {{"venue", "deribit"}}}.tell(Name::connection_stopped, {});
  EXPECT_EQ(told, "client=7 name=feed-a client=8 label_venue=deribit ");
}

TEST_F(TelemetrySubject, may_have_as_many_labels_and_texts_as_there_can_be) {
  std::vector<Label> labels;
  for (int i = 0; i < 16; ++i) labels.push_back({"k" + std::to_string(i), "v"});
  Subject{7, "n", labels}.tell(Name::connection_stopped, {}, {{"a", ""}, {"b", ""}, {"c", ""}, {"d", "last"}});
  EXPECT_TRUE(told.contains("label_k15=v a="));
  EXPECT_TRUE(told.ends_with("d=last "));
}

}  // namespace
}  // namespace zenws::telemetry
