#include "native/hop_assembler.h"

#include <gtest/gtest.h>

#include "engine/probe/stamp.h"

namespace hopscope::native {
namespace {

constexpr hs_u64 kVenue = 1;

class HopAssemblerTest : public ::testing::Test {
 protected:
  void hit(hs_hop hop, hs_u64 id, hs_u64 tsc, hs_u64 aux = 0, hs_u32 tid = 100) {
    hs_hop_hit h{};
    h.kind = HS_KIND_HOP;
    h.hop = static_cast<hs_u8>(hop);
    h.id = id;
    h.tsc = tsc;
    h.aux = aux;
    h.tid = tid;
    assembler_.add(h);
  }
  void packet(hs_u64 sequence, hs_u64 due) {
    for (const hs_hop hop : {HS_HOP_FEED_DUE, HS_HOP_FEED_TX, HS_HOP_OMS_RX, HS_HOP_OMS_BOOK}) hit(hop, sequence, due + 10u * hop);
  }
  void order(hs_u64 trace_id, hs_u64 sequence, hs_u64 due, hs_u64 measuring = HS_AUX_MEASURING) {
    hit(HS_HOP_OMS_DECIDE, trace_id, due + 40, measuring | sequence);
    hit(HS_HOP_ROUTER_PICK, trace_id, due + 50, kVenue | hs_u64{'B'} << 8 | hs_u64{'L'} << 16 | hs_u64{0xffff} << 24);
    hit(HS_HOP_RISK_PASS, trace_id, due + 60, hs_u64{0x7fffffff} << 31 | 0x7fffffff);
    hit(HS_HOP_OMS_TX, trace_id, due + 70);
  }
  void venue(hs_u64 trace_id, hs_u64 due) {
    for (const hs_hop hop : {HS_HOP_VENUE_RX, HS_HOP_VENUE_MATCH, HS_HOP_VENUE_TX}) hit(hop, trace_id, due + 10u * hop, 0, 200);
  }
  void ack(hs_u64 trace_id, hs_u64 due, hs_outcome outcome = HS_OUTCOME_ACCEPTED) {
    hit(HS_HOP_OMS_ACK, trace_id, due + 120, HS_AUX_MEASURING | static_cast<hs_u64>(outcome) | hs_u64{0xffffffff} << 8);
  }
  HopAssembler assembler_;
};

TEST_F(HopAssemblerTest, OneOrderBecomesOneCapsule) {
  packet(5, 1'000);
  order(1ull << 32 | 9, 5, 1'000);
  venue(1ull << 32 | 9, 1'000);
  hit(HS_HOP_JOURNAL_APPEND, 1ull << 32 | 9, 1'100, HS_AUX_MEASURING | kVenue << 48 | 3);
  ack(1ull << 32 | 9, 1'000);
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  const hs_capsule& c = assembler_.output().capsules[0];
  EXPECT_EQ(c.hops, 0x1fff);
  EXPECT_EQ(c.base_tsc, 1'000u);
  for (unsigned hop = 0; hop <= HS_HOP_OMS_ACK; ++hop) EXPECT_EQ(c.delta[hop], hop * 10) << hop;
  EXPECT_EQ(c.feed_sequence, 5u);
  EXPECT_EQ(c.venue, 1);
  EXPECT_EQ(c.side, 'B');
  EXPECT_EQ(c.order_type, 'L');
  EXPECT_EQ(c.locate, 0xffff);
  EXPECT_EQ(c.price, 0x7fffffffu);
  EXPECT_EQ(c.quantity, 0x7fffffffu);
  EXPECT_EQ(c.filled, 0xffffffffu);
  EXPECT_EQ(c.outcome, HS_OUTCOME_ACCEPTED);
}

TEST_F(HopAssemblerTest, OnePacketMayCauseSeveralOrders) {
  packet(5, 1'000);
  for (const hs_u64 trace_id : {1, 2}) {
    order(trace_id, 5, 1'000);
    venue(trace_id, 1'000);
  }
  ack(2, 1'000);
  ack(1, 1'000);
  ASSERT_EQ(assembler_.output().capsules.size(), 2u);
  EXPECT_EQ(assembler_.output().capsules[0].trace_id, 2u);
  for (const hs_capsule& c : assembler_.output().capsules) EXPECT_EQ(c.hops & 0xf, 0xf);
}

TEST_F(HopAssemblerTest, FeedSitesSeenAfterTheDecisionStillCount) {
  order(1, 5, 1'000);
  packet(5, 1'000);
  venue(1, 1'000);
  ack(1, 1'000);
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  EXPECT_EQ(assembler_.output().capsules[0].base_tsc, 1'000u);
  EXPECT_EQ(assembler_.output().capsules[0].delta[HS_HOP_OMS_TX], 70u);
}

TEST_F(HopAssemblerTest, APacketOverwrittenSinceTheDecisionIsNotForgotten) {
  packet(5, 1'000);
  order(1, 5, 1'000);
  packet(5 + (1u << 16), 9'000);  // the same slot
  venue(1, 1'000);
  ack(1, 1'000);
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  EXPECT_EQ(assembler_.output().capsules[0].base_tsc, 1'000u);
}

TEST_F(HopAssemblerTest, AnAcknowledgementMayOvertakeTheSitesBehindTheHandOvers) {
  packet(5, 1'000);
  hit(HS_HOP_OMS_DECIDE, 1, 1'040, HS_AUX_MEASURING | 5);
  for (const hs_hop hop : {HS_HOP_VENUE_RX, HS_HOP_VENUE_MATCH}) hit(hop, 1, 1'000 + 10u * hop, 0, 200);
  ack(1, 1'000);
  hit(HS_HOP_VENUE_TX, 1, 1'110, 0, 200);
  EXPECT_TRUE(assembler_.output().capsules.empty());
  hit(HS_HOP_OMS_TX, 1, 1'070);
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  EXPECT_EQ(assembler_.output().capsules[0].delta[HS_HOP_OMS_TX], 70u);
  EXPECT_EQ(assembler_.output().capsules[0].delta[HS_HOP_VENUE_TX], 110u);
  EXPECT_EQ(assembler_.output().capsules[0].outcome, HS_OUTCOME_ACCEPTED);
}

TEST_F(HopAssemblerTest, WhatAnAnswerWaitedForStandsInItsHandOver) {
  packet(5, 1'000);
  for (const hs_u64 trace_id : {1, 2}) {
    order(trace_id, 5, 1'000);
    for (const hs_hop hop : {HS_HOP_VENUE_RX, HS_HOP_VENUE_MATCH}) hit(hop, trace_id, 1'000 + 10u * hop, 0, 200);
  }
  hit(HS_HOP_VENUE_TX, 1, 1'110, probe::waited_aux(1'110, 1'102, 0), 200);
  hit(HS_HOP_VENUE_TX, 2, 1'110, probe::waited_aux(1'110, 1'102, 1'110), 200);
  ack(1, 1'000);
  ack(2, 1'000);
  ASSERT_EQ(assembler_.output().capsules.size(), 2u);
  const hs_capsule& written = assembler_.output().capsules[0];
  EXPECT_EQ(written.hops >> HS_HOP_JOURNAL_WRITE, 1);
  EXPECT_EQ(written.delta[HS_HOP_JOURNAL_WRITE], 102u);
  const hs_capsule& durable = assembler_.output().capsules[1];
  EXPECT_EQ(durable.hops >> HS_HOP_JOURNAL_WRITE, 3);
  EXPECT_EQ(durable.delta[HS_HOP_JOURNAL_WRITE], 102u);
  EXPECT_EQ(durable.delta[HS_HOP_JOURNAL_DURABLE], 110u);
}

TEST_F(HopAssemblerTest, AnAnswerWhoseHandOverWasLostKeepsItsOutcome) {
  packet(5, 1'000);
  order(1, 5, 1'000);
  ack(1, 1'000, HS_OUTCOME_REJECTED);
  assembler_.finish();
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  EXPECT_EQ(assembler_.output().capsules[0].outcome, HS_OUTCOME_REJECTED);
}

TEST_F(HopAssemblerTest, WithoutFeedDueTimeCountsFromTheDecision) {
  order(1, 5, 1'000);
  venue(1, 1'000);
  ack(1, 1'000);
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  const hs_capsule& c = assembler_.output().capsules[0];
  EXPECT_EQ(c.hops & 0xf, 0);
  EXPECT_EQ(c.base_tsc, 1'040u);
  EXPECT_EQ(c.delta[HS_HOP_OMS_ACK], 80u);
}

TEST_F(HopAssemblerTest, AnOrderThatTimedOutHasNoAcknowledgement) {
  packet(5, 1'000);
  order(1, 5, 1'000);
  ack(1, 1'000, HS_OUTCOME_TIMED_OUT);
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  EXPECT_EQ(assembler_.output().capsules[0].outcome, HS_OUTCOME_TIMED_OUT);
  EXPECT_FALSE(assembler_.output().capsules[0].hops >> HS_HOP_OMS_ACK & 1);
}

TEST_F(HopAssemblerTest, OrdersOfWarmupAreCountedOnly) {
  packet(5, 1'000);
  order(1, 5, 1'000, 0);
  venue(1, 1'000);
  ack(1, 1'000);
  EXPECT_TRUE(assembler_.output().capsules.empty());
  EXPECT_EQ(assembler_.output().warmup, 1u);
}

TEST_F(HopAssemblerTest, OrdersDecidedBeforeAttachingAreIgnored) {
  venue(1, 1'000);
  ack(1, 1'000);
  EXPECT_TRUE(assembler_.output().capsules.empty());
  assembler_.finish();
  EXPECT_TRUE(assembler_.output().capsules.empty());
}

TEST_F(HopAssemblerTest, WhatNeverEndedComesOutAtTheEnd) {
  packet(5, 1'000);
  order(1, 5, 1'000);
  order(2, 5, 1'000, 0);
  assembler_.finish();
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  EXPECT_EQ(assembler_.output().capsules[0].outcome, HS_OUTCOME_RUN_ENDED);
  EXPECT_EQ(assembler_.output().warmup, 1u);
}

TEST_F(HopAssemblerTest, AnOrderThatNeverPassedTheRiskChecksWasBlockedThere) {
  packet(5, 1'000);
  hit(HS_HOP_OMS_DECIDE, 1, 1'040, HS_AUX_MEASURING | 5);
  hit(HS_HOP_ROUTER_PICK, 1, 1'050, kVenue | hs_u64{'B'} << 8 | hs_u64{'L'} << 16);
  assembler_.finish();
  ASSERT_EQ(assembler_.output().capsules.size(), 1u);
  EXPECT_EQ(assembler_.output().capsules[0].outcome, HS_OUTCOME_RISK_BLOCKED);
}

TEST_F(HopAssemblerTest, OneBlockMadeDurableEndsAllItsOrders) {
  for (const hs_u64 trace : {1, 2}) hit(HS_HOP_JOURNAL_APPEND, trace, 1'000 + trace, HS_AUX_MEASURING | kVenue << 48 | 3);
  hit(HS_HOP_JOURNAL_APPEND, 3, 1'003, HS_AUX_MEASURING | kVenue << 48 | 4);     // another block
  hit(HS_HOP_JOURNAL_APPEND, 4, 1'004, HS_AUX_MEASURING | hs_u64{0} << 48 | 3);  // another venue
  hit(HS_HOP_JOURNAL_APPEND, 5, 1'005, kVenue << 48 | 3);                        // warm-up
  hit(HS_HOP_JOURNAL_WRITE, kVenue << 48 | 3, 1'100);
  hit(HS_HOP_JOURNAL_DURABLE, kVenue << 48 | 3, 1'500);
  ASSERT_EQ(assembler_.output().traces.size(), 2u);
  EXPECT_EQ(assembler_.output().warmup, 1u);
  for (const hs_u64 trace : {1, 2}) {
    const hs_journal_trace& t = assembler_.output().traces[trace - 1];
    EXPECT_EQ(t.trace_id, trace);
    EXPECT_EQ(t.block, 3u);
    EXPECT_EQ(t.venue, 1);
    EXPECT_EQ(t.write_delta, 100 - trace);
    EXPECT_EQ(t.durable_delta, 500 - trace);
  }
}

}  // namespace
}  // namespace hopscope::native
