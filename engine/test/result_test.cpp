#include "engine/result.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace hopscope {
namespace {

TEST(Result, IsWrittenWholeAndSaysWhyADigestIsMissing) {
  Result result;
  result.orders_digest = "00ff";
  result.injected = 5;
  result.unlocked_because = "no limit";
  result.conditions = "generic copy";
  result.null_because = "pacing is open";
  result.message_types = {{"A", 3}};
  result.venues = {{.name = "A", .totals = {.take_fees_micros = -7}, .outside = 2}};
  result.ports = {{"feed-oms.a", {.rx = 1, .tx = 2, .rx_malformed = 0, .drops = 4}}};
  result.capture = {"/tmp/x.pcap", 7, 1, "disk full"};
  const std::vector<control::Commanded> commands = {{99, "order cancel x", "it is over"}};
  result.commands = commands;
  const std::string path = testing::TempDir() + "result_test.json";
  ASSERT_EQ(write_result(path, result), "");
  const auto json = nlohmann::json::parse(std::ifstream(path));
  std::remove(path.c_str());
  EXPECT_EQ(json["digest"]["orders"], "00ff");
  EXPECT_TRUE(json["digest"]["journal"].is_null());
  EXPECT_EQ(json["digest"]["null_because"], "pacing is open");
  EXPECT_EQ(json["injected"], 5);
  EXPECT_EQ(json["conditions"], "generic copy");
  EXPECT_EQ(json["unlocked_because"], "no limit");
  EXPECT_EQ(json["feed"]["types"]["A"], 3);
  EXPECT_EQ(json["venues"][0]["name"], "A");
  EXPECT_EQ(json["venues"][0]["take_fees_micros"], -7);
  EXPECT_EQ(json["venues"][0]["outside"], 2);
  EXPECT_EQ(json["ports"][0]["drops"], 4);
  EXPECT_EQ(json["commands"], nlohmann::json::parse(R"([{"market_ns": 99, "what": "order cancel x", "refused": "it is over"}])"));
  EXPECT_EQ(json["capture"], nlohmann::json({{"path", "/tmp/x.pcap"}, {"packets", 7}, {"lost", 1}, {"error", "disk full"}}));
}

TEST(Result, FolderThatDoesNotExistIsOneLine) {
  const std::string error = write_result("/nonexistent/result.json", Result{});
  EXPECT_NE(error.find("/nonexistent/result.json"), std::string::npos);
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace hopscope
