#include "engine/core/gap_detector.h"

#include <gtest/gtest.h>

#include <memory>

namespace hopscope::core {
namespace {

constexpr Ticks kFloor = 1'000;

class GapDetectorTest : public testing::Test {
 protected:
  std::unique_ptr<hs_gap_ring> ring_ = std::make_unique<hs_gap_ring>();
  GapDetector gaps_{*ring_, kFloor};
};

TEST_F(GapDetectorTest, RecordsWhatIsMissingBetweenTwoIdleRounds) {
  gaps_.idle(10'000);
  gaps_.idle(10'100);
  gaps_.idle(11'100);  // exactly the floor
  gaps_.idle(12'099);
  gaps_.idle(20'000);
  EXPECT_EQ(ring_->produced, 2u);
  EXPECT_EQ(ring_->gap[0].from_tsc, 10'100u);
  EXPECT_EQ(ring_->gap[0].ticks, 1'000u);
  EXPECT_EQ(ring_->gap[1].from_tsc, 12'099u);
  EXPECT_EQ(ring_->gap[1].ticks, 7'901u);
  EXPECT_EQ(ring_->idle_ticks, 10'000u);
}

TEST_F(GapDetectorTest, BusyRoundsAreNotWatched) {
  gaps_.idle(10'000);
  gaps_.busy();
  gaps_.idle(50'000);  // when the busy round ended is not known
  gaps_.idle(50'100);
  EXPECT_EQ(ring_->produced, 0u);
  EXPECT_EQ(ring_->idle_ticks, 100u);
}

TEST_F(GapDetectorTest, WhatTheThreadDoesBetweenRoundsIsNoGap) {
  gaps_.idle(10'000);
  gaps_.resume(90'000);
  gaps_.idle(90'100);
  gaps_.busy();
  gaps_.resume(91'000);
  gaps_.idle(99'000);
  EXPECT_EQ(ring_->produced, 0u);
  EXPECT_EQ(ring_->idle_ticks, 100u);
}

TEST_F(GapDetectorTest, OverwritesTheOldestAndCountsOn) {
  for (Ticks i = 1; i <= HS_GAPS + 2; ++i) gaps_.idle(i * kFloor);
  EXPECT_EQ(ring_->produced, HS_GAPS + 1u);
  EXPECT_EQ(ring_->gap[0].from_tsc, (HS_GAPS + 1) * kFloor);
  EXPECT_EQ(ring_->gap[1].from_tsc, 2 * kFloor);
}

}  // namespace
}  // namespace hopscope::core
