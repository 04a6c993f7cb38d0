// What answers, their loss, their repetition and their lateness do to child orders and counters.
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

// One order is out: UserRefNum 1 at venue 0.
class OmsAnswersTest : public testing::Test {
 protected:
  OmsAnswersTest() : rig_(rig_plan()) {
    rig_.open_market();
    rig_.oms->poll();
    EXPECT_EQ(rig_.count(HS_COUNTER_ORDERS), 1u);
    EXPECT_EQ(rig_.oms->open_orders(), 1u);
  }

  void answer(const std::vector<OmsRig::Encode>& messages) {
    rig_.answer(messages);
    rig_.oms->poll();
  }
  hs_capsule capsule(std::uint32_t user_ref) {
    const hs_capsule* found = rig_.capsules.find(0, user_ref);
    EXPECT_NE(found, nullptr);
    return found ? *found : hs_capsule{};
  }
  // Enough market time for everything sent so far to be late. Sends another order.
  void let_time_pass() {
    rig_.market_ns += kSecondNs;
    rig_.tick();
    rig_.oms->poll();
  }

  OmsRig rig_;
};

TEST_F(OmsAnswersTest, AcceptedEndsTheWait) {
  answer({rig_.accepted(1)});
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 1u);
  EXPECT_EQ(rig_.oms->open_orders(), 0u);
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(rig_.traced(), 1u);
}

TEST_F(OmsAnswersTest, RejectedEndsTheWaitAndIsNoAck) {
  answer({rig_.rejected(1)});
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_REJECTS), 1u);
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_REJECTED);
  EXPECT_EQ(rig_.oms->open_orders(), 0u);
}

TEST_F(OmsAnswersTest, ExecutionsInTheSamePacketBelongToTheCapsule) {
  answer({rig_.accepted(1), rig_.executed(1, 60), rig_.executed(1, 40)});
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 1u);
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLS), 2u);
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLED_SHARES), 100u);
  EXPECT_EQ(capsule(1).filled, 100u);
  EXPECT_EQ(rig_.traced(), 1u);
}

TEST_F(OmsAnswersTest, LaterExecutionsCountButTheCapsuleHasLeft) {
  answer({rig_.accepted(1)});
  answer({rig_.executed(1, 100)});
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLS), 1u);
  EXPECT_EQ(capsule(1).filled, 0u);
  EXPECT_EQ(rig_.traced(), 1u);
}

TEST_F(OmsAnswersTest, OnePacketMayAnswerSeveralOrders) {
  rig_.tick();
  answer({rig_.accepted(1), rig_.executed(1, 10), rig_.rejected(2)});
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(capsule(1).filled, 10u);
  EXPECT_EQ(capsule(2).outcome, HS_OUTCOME_REJECTED);
  EXPECT_EQ(capsule(2).filled, 0u);
  EXPECT_EQ(rig_.traced(), 2u);
}

TEST_F(OmsAnswersTest, RepeatedPacketIsIgnored) {
  answer({rig_.accepted(1), rig_.executed(1, 100)});
  rig_.answer_packet(1, {rig_.accepted(1), rig_.executed(1, 100)});
  rig_.oms->poll();
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 1u);
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLED_SHARES), 100u);
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_SESSION_GAPS), 0u);
  EXPECT_EQ(rig_.traced(), 1u);
}

TEST_F(OmsAnswersTest, OverlappingPacketIsTakenFromItsFirstNewMessageOn) {
  answer({rig_.accepted(1)});
  rig_.answer_packet(1, {rig_.accepted(1), rig_.executed(1, 30)});
  rig_.oms->poll();
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLED_SHARES), 30u);
}

TEST_F(OmsAnswersTest, SecondAnswerIsCountedAndEmitsNothing) {
  answer({rig_.accepted(1)});
  answer({rig_.accepted(1)});
  answer({rig_.rejected(1)});
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 1u);
  EXPECT_EQ(rig_.count(HS_COUNTER_REJECTS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ANSWERS_DUPLICATE), 1u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ANSWERS_IMPOSSIBLE), 1u) << "what was accepted cannot be rejected";
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 0u);
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(rig_.traced(), 1u);
}

TEST_F(OmsAnswersTest, AnswerToAnUnknownOrderIsLate) {
  answer({rig_.accepted(99), rig_.executed(99, 1), rig_.cancelled(0)});
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 3u);
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLS), 0u);
  EXPECT_EQ(rig_.oms->open_orders(), 1u);
}

TEST_F(OmsAnswersTest, WithoutAnAnswerItTimesOutOnMarketTime) {
  rig_.market_ns += kSecondNs - 1;
  rig_.tick();
  rig_.oms->poll();
  EXPECT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 0u);
  rig_.market_ns += 1;
  rig_.tick();
  rig_.oms->poll();
  EXPECT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 1u);
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_TIMED_OUT);
  EXPECT_EQ(capsule(1).hops & 1u << HS_HOP_OMS_ACK, 0u);
  EXPECT_EQ(rig_.traced(), 1u);
  EXPECT_EQ(rig_.oms->open_orders(), 2u);
}

TEST_F(OmsAnswersTest, MarketTimeThatLeapsDoesNotOutrunAnAnswerThatHasArrived) {
  rig_.market_ns += 3'600 * kSecondNs;
  rig_.publish(rig_.trade());
  answer({rig_.accepted(1)});  // tick and answer are found in the same round
  rig_.oms->poll();
  EXPECT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 1u);
}

TEST_F(OmsAnswersTest, AnOrderIsNotLateInTheRoundThatSentIt) {
  rig_.publish(rig_.trade());
  rig_.market_ns += 3'600 * kSecondNs;
  rig_.publish(rig_.trade());
  rig_.oms->poll();  // orders 2 and 3, an hour of market time apart
  answer({rig_.accepted(1), rig_.accepted(2), rig_.accepted(3)});
  rig_.oms->poll();
  EXPECT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 3u);
}

TEST_F(OmsAnswersTest, LateAnswerIsCountedAndEmitsNothing) {
  let_time_pass();
  ASSERT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 1u);
  answer({rig_.accepted(1), rig_.executed(1, 100)});
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 1u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLED_SHARES), 100u) << "late or not, the shares are ours";
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_TIMED_OUT);
  EXPECT_EQ(rig_.traced(), 1u);
  EXPECT_EQ(rig_.oms->tick_to_ack().count, 0u);
}

TEST_F(OmsAnswersTest, LostAnswerShowsAsAGapAndNothingHangs) {
  rig_.lose_answers(2);
  rig_.tick();
  answer({rig_.accepted(2)});
  EXPECT_EQ(rig_.count(HS_COUNTER_SESSION_GAPS), 2u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 1u);
  EXPECT_EQ(rig_.oms->open_orders(), 1u);
  let_time_pass();
  EXPECT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 1u);
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_TIMED_OUT);
}

TEST_F(OmsAnswersTest, ExecutionOrCancelStandsForALostAcceptance) {
  rig_.tick();
  rig_.lose_answers(1);
  answer({rig_.executed(1, 100), rig_.cancelled(2)});
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 2u);
  EXPECT_EQ(rig_.count(HS_COUNTER_SESSION_GAPS), 1u);
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(capsule(1).filled, 100u);
  EXPECT_EQ(capsule(2).outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(rig_.oms->open_orders(), 0u);
}

TEST_F(OmsAnswersTest, EndOfRunClosesWhatIsStillOpenOnce) {
  rig_.tick();
  answer({rig_.accepted(1)});
  rig_.end_run();
  rig_.end_run();
  EXPECT_EQ(rig_.traced(), 2u);
  EXPECT_EQ(capsule(1).outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(capsule(2).outcome, HS_OUTCOME_RUN_ENDED);
  EXPECT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 0u);
  EXPECT_EQ(rig_.oms->open_orders(), 0u);
}

TEST_F(OmsAnswersTest, AnOrderThatIsNotOverKeepsItsSlot) {
  for (std::uint32_t i = 0; i < kSlots; ++i) {
    rig_.tick();  // market time stands still: none is late
    rig_.sent();
  }
  EXPECT_EQ(rig_.count(HS_COUNTER_ORDERS), kSlots);
  EXPECT_EQ(rig_.count(HS_COUNTER_ORDERS_REFUSED), 1u) << "the first one has its slot still";
  EXPECT_EQ(rig_.count(HS_COUNTER_TIMEOUTS), 0u);
  EXPECT_EQ(rig_.oms->open_orders(), kSlots);
  answer({rig_.accepted(1), rig_.executed(1, 100), rig_.accepted(2)});
  rig_.tick();
  EXPECT_EQ(rig_.count(HS_COUNTER_ORDERS_REFUSED), 2u) << "the second one rests";
  answer({rig_.rejected(3)});
  rig_.tick();
  EXPECT_EQ(rig_.count(HS_COUNTER_ORDERS), kSlots + 1);
  EXPECT_EQ(rig_.count(HS_COUNTER_SLOT_MISSES), 0u);
  rig_.end_run();
  EXPECT_EQ(rig_.traced(), kSlots + 1u);
}

TEST_F(OmsAnswersTest, ACancelThatIsRefusedIsNoAnswerToTheOrder) {
  rig_.oms->end_run(0);  // given up
  const auto refused = [this](std::span<std::byte> out) { return wire::ouch::encode_cancel_rejected(out, rig_.market_ns, 1); };
  answer({refused});
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 0u);
  answer({rig_.rejected(1)});
  EXPECT_EQ(rig_.count(HS_COUNTER_ANSWERS_IMPOSSIBLE), 0u) << "it may still be rejected";
}

TEST_F(OmsAnswersTest, ARefusedCancelIsSentAgainWhileTheOrderIsOpen) {
  const auto refused = [this](std::span<std::byte> out) { return wire::ouch::encode_cancel_rejected(out, rig_.market_ns, 1); };
  const auto cancels = [this] {
    std::size_t count = 0;
    for (const SentMessage& message : rig_.sent()) count += message.cancel() != nullptr && message.cancel()->user_ref == 1;
    return count;
  };
  const core::Digest before = rig_.oms->order_digest();
  answer({rig_.accepted(1), refused});
  EXPECT_EQ(rig_.oms->order_digest().hex(), before.hex()) << "an answer sends nothing";
  rig_.tick();
  EXPECT_EQ(cancels(), 1u);
  rig_.tick();
  EXPECT_EQ(cancels(), 0u) << "once";
  answer({refused, rig_.cancelled(1)});
  rig_.tick();
  EXPECT_EQ(cancels(), 0u) << "it was over by then";
  answer({refused});
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 0u);
}

TEST_F(OmsAnswersTest, AnExecutionCountsOnce) {
  answer({rig_.accepted(1), rig_.executed(1, 30, 5), rig_.executed(1, 30, 5), rig_.executed(1, 10, 6)});
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLED_SHARES), 40u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ANSWERS_DUPLICATE), 1u);
}

TEST_F(OmsAnswersTest, SharesBeyondTheOrderAreTheFirmsAllTheSame) {
  answer({rig_.accepted(1), rig_.executed(1, 90), rig_.executed(1, 30)});
  EXPECT_EQ(rig_.count(HS_COUNTER_FILLED_SHARES), 120u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ANSWERS_IMPOSSIBLE), 1u);
}

TEST_F(OmsAnswersTest, MalformedAnswersAreCountedAndSkipped) {
  const auto truncated = [this](std::span<std::byte> out) { return rig_.accepted(1)(out) - 1; };
  const auto unknown = [](std::span<std::byte> out) {
    out[0] = std::byte{'z'};
    return std::size_t{5};
  };
  answer({truncated, unknown, rig_.accepted(1)});
  EXPECT_EQ(rig_.count(HS_COUNTER_PORT_MALFORMED), 2u);
  EXPECT_EQ(rig_.count(HS_COUNTER_ACKS), 1u);
}

TEST_F(OmsAnswersTest, SystemEventsAreNeitherAnswersNorFaults) {
  answer({[](std::span<std::byte> out) { return wire::ouch::encode_system_event(out, 1, 'S'); }});
  EXPECT_EQ(rig_.count(HS_COUNTER_PORT_MALFORMED), 0u);
  EXPECT_EQ(rig_.count(HS_COUNTER_LATE_ACKS), 0u);
}

}  // namespace
}  // namespace hopscope::oms
