// A real Prometheus server scrapes us and is asked what it knows; promtool has nothing to say.
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <unistd.h>

#include <gtest/gtest.h>

#include "metrics/documents.hpp"
#include "metrics/exposed.hpp"
#include "support/child_process.hpp"

namespace zenws::metrics {
namespace {

using nlohmann::json;
using support::ChildProcess;
using support::find_program;

// Bounds every wait; nothing that works takes anywhere near as long.
constexpr auto patience = 60s;

// A Prometheus server that scrapes these jobs. Throws std::runtime_error when it does not come up.
class Prometheus {
 public:
  explicit Prometheus(const std::map<std::string, std::uint16_t>& jobs) : process_{command(jobs)} {
    const auto port = process_.wait_for_line("port", patience);
    if (!port) throw std::runtime_error{"Prometheus did not come up"};
    port_ = static_cast<std::uint16_t>(std::stoi(*port));
  }

  // The answer's data; null when the query was refused.
  [[nodiscard]] json ask(const std::string& query) const {
    const json answer =
        json::parse(testing::http_get(port_, "/api/v1/query?query=" + testing::percent_encoded(query)), nullptr, false);
    return answer.is_object() && answer.at("status") == "success" ? answer.at("data") : json{};
  }
  // The value of the one series that it is.
  [[nodiscard]] std::optional<double> value(const std::string& query) const {
    const json data = ask(query);
    if (data.is_null() || data.at("result").size() != 1) return std::nullopt;
    return std::stod(data.at("result").at(0).at("value").at(1).get<std::string>());
  }
  // Asks until the answer is that value.
  [[nodiscard]] bool comes_to_know(const std::string& query, double wanted) const {
    return eventually([&] { return value(query) == wanted; });
  }

 private:
  static std::vector<std::string> command(const std::map<std::string, std::uint16_t>& jobs) {
    std::vector<std::string> command{"/usr/bin/python3",
                                     std::string{ZENWS_SOURCE_DIR} + "/tests/metrics/server_prometheus.py"};
    for (const auto& [job, port] : jobs) command.push_back(job + "=" + std::to_string(port));
    return command;
  }

  ChildProcess process_;
  std::uint16_t port_ = 0;
};

class ScrapedByPrometheus : public ::testing::Test {
 protected:
  void SetUp() override {
    if (find_program("prometheus").empty()) GTEST_SKIP() << "prometheus is not installed";
  }
};

TEST_F(ScrapedByPrometheus, gives_it_a_live_clients_numbers) {
  Exposed exposed;
  const Prometheus prometheus{{{"zenws", exposed.port()}}};
  ASSERT_TRUE(prometheus.comes_to_know("up", 1));
  const std::string its = "{client=\"" + std::to_string(exposed.client().id()) + "\"";
  EXPECT_TRUE(prometheus.comes_to_know("zenws_client_state" + its + ",state=\"connected\"}", 1));
  EXPECT_TRUE(prometheus.comes_to_know("zenws_client_confirmed_subscriptions" + its + "}", 1));
  EXPECT_TRUE(prometheus.comes_to_know("zenws_request_duration_seconds_count" + its + "}", 1));
  ASSERT_TRUE(exposed.client().request("public/test"));
  EXPECT_TRUE(prometheus.comes_to_know("zenws_request_duration_seconds_count" + its + "}", 2));
  EXPECT_GT(prometheus.value("histogram_quantile(0.5, zenws_request_duration_seconds_bucket" + its + "})"), 0);
  EXPECT_GT(prometheus.value("zenws_client_heartbeat_rtt_seconds" + its + "}"), 0);

  ASSERT_TRUE(exposed.client().close());
  EXPECT_TRUE(prometheus.comes_to_know("zenws_client_state" + its + ",state=\"connected\"}", 0));
  EXPECT_TRUE(prometheus.comes_to_know("zenws_client_state" + its + ",state=\"disconnected\"}", 1));
}

TEST_F(ScrapedByPrometheus, answers_every_query_of_the_dashboard) {
  const Exposed each;
  const Exposed together{{.per_client = false}};
  const Prometheus prometheus{{{"each", each.port()}, {"together", together.port()}}};
  for (const std::string job : {"each", "together"}) {
    // Rates need a second scrape.
    ASSERT_TRUE(prometheus.comes_to_know("count_over_time(up{job=\"" + job + "\"}[5m]) > bool 1", 1));
    for (const std::string& query : queries_of(json::parse(dashboard()), job)) {
      const json data = prometheus.ask(query);
      ASSERT_FALSE(data.is_null()) << "refused: " << query;
      EXPECT_FALSE(data.at("result").empty()) << "no data: " << query;
    }
  }
}

// ---- promtool

class Promtool : public ::testing::Test {
 protected:
  void SetUp() override {
    if (find_program("promtool").empty()) GTEST_SKIP() << "promtool is not installed";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  struct Said {
    std::optional<int> exit_code;
    std::string text;
  };
  // `promtool ARGUMENTS FILE`, or FILE as its input when the arguments end in `<`.
  Said run(const std::string& arguments, const std::string& content) const {
    const std::string file = folder_ + "/input";
    std::ofstream{file} << content;
    ChildProcess promtool{{"/bin/sh", "-c", "exec promtool " + arguments + " " + file + " 2>&1"}};
    const auto exit_code = promtool.finish(patience);
    return {exit_code, promtool.unread()};
  }

 private:
  std::string folder_ = ::testing::TempDir() + "zenws_promtool_XXXXXX";
};

TEST_F(Promtool, has_nothing_to_say_about_a_scrape) {
  for (const CollectorOptions options : {CollectorOptions{.per_client = true}, CollectorOptions{.per_client = false}}) {
    const std::string text = Exposed{options}.text();
    ASSERT_NE(text.find("zenws_client_state"), std::string::npos) << text;
    const Said said = run("check metrics <", text);
    EXPECT_EQ(said.exit_code, 0) << text;
    EXPECT_EQ(said.text, "") << text;
  }
}

TEST_F(Promtool, would_have_something_to_say) {
  const Said said = run("check metrics <", "# TYPE zenws_client_wrong counter\nzenws_client_wrong 1\n");
  EXPECT_NE(said.exit_code, 0);
  EXPECT_NE(said.text, "");
}

TEST_F(Promtool, accepts_the_alerts_of_the_guide) {
  const std::string rules = block(guide(), "yaml");
  ASSERT_NE(rules.find("alert:"), std::string::npos);
  const Said said = run("check rules", rules);
  EXPECT_EQ(said.exit_code, 0) << said.text;
}

}  // namespace
}  // namespace zenws::metrics
