#include "engine/router/answer_time.h"

#include <gtest/gtest.h>

namespace hopscope::router {
namespace {

TEST(AnswerTime, BeginsWithTheFirstAnswer) {
  AnswerTime time;
  EXPECT_EQ(time.mean_ns(), 0u);
  EXPECT_EQ(time.count(), 0u);
  time.add(8'000);
  EXPECT_EQ(time.mean_ns(), 8'000u);
  EXPECT_EQ(time.count(), 1u);
}

TEST(AnswerTime, AnAnswerCountsOnePartInEight) {
  AnswerTime time;
  time.add(8'000);
  time.add(16'000);
  EXPECT_EQ(time.mean_ns(), 9'000u);
  for (int n = 0; n < 16; ++n) time.add(1'000);
  EXPECT_NEAR(static_cast<double>(time.mean_ns()), 1'000 + 8'000 * 0.118, 10) << "(7/8)^16 of what was believed is left";
}

TEST(AnswerTime, AVenueThatNobodyAsksIsTriedAgain) {
  AnswerTime time;
  time.add(8'000);
  time.forget_half();
  EXPECT_EQ(time.mean_ns(), 8'000u) << "it has answered in this half-life";
  time.forget_half();
  EXPECT_EQ(time.mean_ns(), 4'000u);
  time.add(4'000);
  time.forget_half();
  EXPECT_EQ(time.mean_ns(), 4'000u);
}

TEST(AnswerTime, WhatTookLongerThanAMinuteTookAMinute) {
  AnswerTime time;
  time.add(~0ull);
  EXPECT_EQ(time.mean_ns(), 60'000'000'000u);
}

}  // namespace
}  // namespace hopscope::router
