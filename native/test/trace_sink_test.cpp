#include "native/trace_sink.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace hopscope::native {
namespace {

constexpr std::uint64_t kMillihertz = 2'000'000'000'000;  // 2 GHz: a tick is half a nanosecond

hs_capsule capsule() {
  hs_capsule c{};
  c.kind = HS_KIND_CAPSULE;
  c.trace_id = 0x100000002;
  c.base_tsc = 5'000;
  c.feed_sequence = 77;
  c.side = 'S';
  c.order_type = 'I';
  c.outcome = HS_OUTCOME_ACCEPTED;
  c.hops = 0x1fff;
  for (unsigned hop = 0; hop <= HS_HOP_OMS_ACK; ++hop) c.delta[hop] = hop * 100;
  return c;
}

class TraceSinkTest : public ::testing::Test {
 protected:
  TraceSinkTest() { sink_.set_clock(WallClock(kMillihertz, 1'000, 1'700'000'000'000'000'000)); }
  TraceRow row(std::size_t index) {
    constexpr std::size_t kPrefix = 3;  // length byte and "r1"
    TraceRow row;
    std::memcpy(&row, sink_.traces().bytes().data() + index * (kPrefix + sizeof row) + kPrefix, sizeof row);
    return row;
  }
  TraceSink sink_{"r1"};
};

TEST_F(TraceSinkTest, TicksBecomeWallTimeAndNanoseconds) {
  ASSERT_TRUE(sink_.add(capsule(), kKeptSampled));
  ASSERT_EQ(sink_.traces().rows(), 1u);
  ASSERT_EQ(sink_.traces().bytes().size(), 3 + sizeof(TraceRow));
  EXPECT_EQ(row(0).ts, 1'700'000'000'000'002'000);  // 4,000 ticks after the reference
  EXPECT_EQ(row(0).trace_id, 0x100000002u);
  EXPECT_EQ(row(0).side, 'S');
  EXPECT_EQ(row(0).hop_ns[HS_HOP_OMS_ACK], 600u);
}

TEST_F(TraceSinkTest, InstantsBeforeTheReferenceAreEarlier) {
  hs_capsule early = capsule();
  early.base_tsc = 0;
  ASSERT_TRUE(sink_.add(early, kKeptSampled));
  EXPECT_EQ(row(0).ts, 1'699'999'999'999'999'500);
}

TEST_F(TraceSinkTest, HopsWithoutTheirBitAreZero) {
  hs_capsule half = capsule();
  half.hops = 0x00ff;  // never reached the venue
  ASSERT_TRUE(sink_.add(half, kKeptSampled));
  EXPECT_EQ(row(0).hop_ns[HS_HOP_OMS_TX], 350u);
  EXPECT_EQ(row(0).hop_ns[HS_HOP_VENUE_RX], 0u);
}

TEST_F(TraceSinkTest, SaturatedDeltasStaySaturated) {
  hs_capsule late = capsule();
  late.delta[HS_HOP_OMS_ACK] = HS_DELTA_MAX;
  ASSERT_TRUE(sink_.add(late, kKeptSampled));
  EXPECT_EQ(row(0).hop_ns[HS_HOP_OMS_ACK], 0xffffffffu);
}

TEST_F(TraceSinkTest, SlowCountersDoNotWrap) {
  sink_.set_clock(WallClock(500'000'000'000, 0, 0));  // 0.5 GHz: the greatest delta is more nanoseconds than 32 bits hold
  hs_capsule late = capsule();
  late.delta[HS_HOP_OMS_ACK] = HS_DELTA_MAX - 1;
  ASSERT_TRUE(sink_.add(late, kKeptSampled));
  EXPECT_EQ(row(0).hop_ns[HS_HOP_OMS_ACK], 0xffffffffu);
}

TEST_F(TraceSinkTest, ValuesOutsideTheStoresEnumerationsAreRefused) {
  for (const auto spoil : {+[](hs_capsule& c) { c.side = 0; }, +[](hs_capsule& c) { c.order_type = 'X'; },
                           +[](hs_capsule& c) { c.outcome = 6; }, +[](hs_capsule& c) { c.injected_hop = HS_HOP_COUNT; }}) {
    hs_capsule bad = capsule();
    spoil(bad);
    EXPECT_FALSE(sink_.add(bad, kKeptSampled));
  }
  EXPECT_EQ(sink_.traces().rows(), 0u);
  EXPECT_EQ(sink_.stored_capsules(), 0u);
}

TEST_F(TraceSinkTest, SaysWhyItWasKeptAndWhatWasInjected) {
  hs_capsule delayed = capsule();
  delayed.injected_hop = HS_HOP_RISK_PASS;
  delayed.injected_ticks = 40'000;
  ASSERT_TRUE(sink_.add(delayed, kKeptTail));
  ASSERT_TRUE(sink_.add(capsule(), kKeptSampled));
  EXPECT_EQ(row(0).kept, 2);
  EXPECT_EQ(row(0).injected_hop, 6);
  EXPECT_EQ(row(0).injected_ns, 20'000u);
  EXPECT_EQ(row(1).kept, 1);
  EXPECT_EQ(row(1).injected_hop, 0);
}

TEST_F(TraceSinkTest, JournalDurationsCountFromAppendAndFromWrite) {
  hs_journal_trace trace{};
  trace.append_tsc = 1'000;
  trace.write_delta = 200;
  trace.durable_delta = 1'000;
  trace.block = 9;
  sink_.add(trace);
  JournalRow row;
  ASSERT_EQ(sink_.journal().bytes().size(), 3 + sizeof row);
  std::memcpy(&row, sink_.journal().bytes().data() + 3, sizeof row);
  EXPECT_EQ(row.ts, 1'700'000'000'000'000'000);
  EXPECT_EQ(row.block, 9u);
  EXPECT_EQ(row.write_ns, 100u);
  EXPECT_EQ(row.durable_ns, 500u);
}

TEST(RowSlab, LongRunIdsCarryALongLength) {
  RowSlab slab(std::string(300, 'x'));
  slab.append(JournalRow{});
  EXPECT_EQ(slab.bytes()[0], std::byte{0xac});  // 300 = 0b10'0101100
  EXPECT_EQ(slab.bytes()[1], std::byte{0x02});
  EXPECT_EQ(slab.bytes()[2], std::byte{'x'});
  EXPECT_EQ(slab.bytes().size(), 302 + sizeof(JournalRow));
}

TEST(RowSlab, AStringMayStandBetweenPackedColumns) {
  RowSlab slab("r1");
  slab.append(BucketSecond{7}, "oms.rx", BucketCount{.low_ns = 1, .high_ns = 2, .count = 3});
  ASSERT_EQ(slab.bytes().size(), 3 + sizeof(BucketSecond) + 7 + sizeof(BucketCount));
  EXPECT_EQ(slab.bytes()[7], std::byte{6});
  EXPECT_EQ(slab.bytes()[8], std::byte{'o'});
  EXPECT_EQ(slab.bytes()[14], std::byte{1});
  EXPECT_EQ(slab.rows(), 1u);
}

}  // namespace
}  // namespace hopscope::native
