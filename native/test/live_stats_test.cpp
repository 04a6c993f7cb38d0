#include "native/live_stats.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

namespace hopscope::native {
namespace {

// Hop h is h * 100 ticks after feed.due.
hs_capsule capsule() {
  hs_capsule c{};
  c.hops = 0x1fff;
  for (unsigned hop = 0; hop <= HS_HOP_OMS_ACK; ++hop) c.delta[hop] = hop * 100;
  return c;
}

class LiveStatsTest : public ::testing::Test {
 protected:
  const hs_histogram& series(unsigned index) const { return stats_->series()[index]; }
  void limit(unsigned index, hs_u32 ticks) {
    hs_thresholds thresholds = no_thresholds();
    thresholds.ticks[index] = ticks;
    stats_->set_thresholds(thresholds);
  }
  std::unique_ptr<LiveStats> stats_ = std::make_unique<LiveStats>();
};

TEST_F(LiveStatsTest, HopsAndSpansInTicks) {
  EXPECT_FALSE(stats_->add(capsule()));
  EXPECT_EQ(series(HS_HOP_OMS_BOOK).max, 100u);
  EXPECT_EQ(series(HS_SERIES_TICK_TO_ORDER).max, 500u);
  EXPECT_EQ(series(HS_SERIES_TICK_TO_ACK).max, 1'100u);
  EXPECT_EQ(series(HS_SERIES_TICK_TO_ACK_RESPONSE).max, 1'200u);
  EXPECT_EQ(series(HS_HOP_FEED_DUE).count, 0u);
  EXPECT_EQ(series(HS_SERIES_JOURNAL_COMMIT).count, 0u);
}

TEST_F(LiveStatsTest, OnlyBetweenHopsThatWereStamped) {
  hs_capsule half = capsule();
  half.hops = 0x00ff;  // never reached the venue
  stats_->add(half);
  EXPECT_EQ(series(HS_HOP_OMS_TX).count, 1u);
  EXPECT_EQ(series(HS_HOP_VENUE_RX).count, 0u);
  EXPECT_EQ(series(HS_SERIES_TICK_TO_ORDER).count, 1u);
  EXPECT_EQ(series(HS_SERIES_TICK_TO_ACK).count, 0u);
}

TEST_F(LiveStatsTest, AnAnswerThatWaitedForTheJournalCountsFromWhatItWaitedFor) {
  hs_capsule waited = capsule();
  waited.delta[HS_HOP_VENUE_TX] = 5'000;
  waited.hops |= 1 << HS_HOP_JOURNAL_WRITE;
  waited.delta[HS_HOP_JOURNAL_WRITE] = 1'500;
  stats_->add(waited);
  EXPECT_EQ(series(HS_HOP_VENUE_TX).max, 3'500u);
  waited.delta[HS_HOP_VENUE_TX] = 9'000;
  waited.hops |= 1 << HS_HOP_JOURNAL_DURABLE;
  waited.delta[HS_HOP_JOURNAL_DURABLE] = 4'000;
  stats_->add(waited);
  EXPECT_EQ(series(HS_HOP_VENUE_TX).max, 5'000u);
  EXPECT_EQ(series(HS_HOP_JOURNAL_WRITE).count, 0u) << "the branch's own record brings these";
}

TEST_F(LiveStatsTest, StampsOutOfOrderCountAsNoTime) {
  hs_capsule crossed = capsule();
  crossed.delta[HS_HOP_VENUE_RX] = 690;  // oms.tx: 700
  stats_->add(crossed);
  EXPECT_EQ(series(HS_HOP_VENUE_RX).count, 1u);
  EXPECT_EQ(series(HS_HOP_VENUE_RX).max, 0u);
}

TEST_F(LiveStatsTest, JournalDurationsCountFromAppendAndFromWrite) {
  hs_journal_trace trace{};
  trace.write_delta = 200;
  trace.durable_delta = 1'000;
  EXPECT_FALSE(stats_->add(trace));
  EXPECT_EQ(series(HS_HOP_JOURNAL_WRITE).max, 200u);
  EXPECT_EQ(series(HS_HOP_JOURNAL_DURABLE).max, 800u);
  EXPECT_EQ(series(HS_SERIES_JOURNAL_COMMIT).max, 1'000u);
  EXPECT_EQ(series(HS_SERIES_JOURNAL_WRITE).max, 800u);
  limit(HS_SERIES_JOURNAL_COMMIT, 999);
  EXPECT_TRUE(stats_->add(trace));
}

TEST_F(LiveStatsTest, OverMeansLongerThanTheThreshold) {
  limit(HS_SERIES_TICK_TO_ACK, 1'100);
  EXPECT_FALSE(stats_->add(capsule()));
  limit(HS_SERIES_TICK_TO_ACK, 1'099);
  EXPECT_TRUE(stats_->add(capsule()));
  limit(HS_HOP_OMS_ACK, 99);
  EXPECT_TRUE(stats_->add(capsule()));
  stats_->set_thresholds(no_thresholds());
  hs_capsule late = capsule();
  late.delta[HS_HOP_OMS_ACK] = HS_DELTA_MAX;
  EXPECT_FALSE(stats_->add(late));
}

TEST(SeriesNames, HopsThenSpans) {
  EXPECT_EQ(kSeriesNames[HS_HOP_OMS_RX], std::string_view("oms.rx"));
  EXPECT_EQ(kSeriesNames[HS_SERIES_TICK_TO_ACK], std::string_view("tick_to_ack"));
  EXPECT_EQ(kSeriesNames[HS_SERIES_COUNT - 1], std::string_view("journal_write"));
}

}  // namespace
}  // namespace hopscope::native
