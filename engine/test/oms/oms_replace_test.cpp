// Resting orders that are replaced: what leaves, what is open meanwhile, and what becomes of the order where its replacement does not come
// about.
#include <thread>

#include "engine/test/oms/oms_journal.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

constexpr std::uint16_t kNotAllowed = static_cast<std::uint16_t>(wire::ouch::RejectReason::ReplaceNotAllowed);
constexpr std::uint64_t kNearBid = 1'000'000, kNearAsk = 1'000'200;

// A resting order for each message, a tick behind the near touch. One is replaced when the next one has been sent.
core::Plan replacing_plan() {
  core::Plan plan = rig_plan();
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 100;
  plan.oms.replace_after = 1;
  return plan;
}

// Order 1 rests, order 2 has been sent: with the next message, 3 takes the place of 1.
class OmsReplaceTest : public testing::Test {
 protected:
  void start(const core::Plan& plan) {
    plan_ = plan;
    rig_ = std::make_unique<OmsRig>(plan_, 1'024, net::RecoveryLimits{256, 0, 1}, &kept_.journal);
    rig_->oms->audit().begin(plan_, 1);
    rig_->open_market();
    rig_->poll();
    rig_->answer({rig_->accepted(1)});
    rig_->poll();
    rig_->tick();
    rig_->answer({rig_->accepted(2)});
    rig_->poll();
    rig_->sent();
  }
  void answer(const OmsRig::Encode& message) {
    rig_->answer({message});
    rig_->poll();
  }
  // Of the one message of this kind that leaves with the next tick: "O4", "U1>3", "X2"; those of several, one behind the other.
  std::string tick() {
    rig_->tick();
    std::string text;
    for (const SentMessage& message : rig_->sent()) {
      if (const auto* order = message.order()) text += "O" + std::to_string(order->user_ref);
      if (const auto* cancel = message.cancel()) text += "X" + std::to_string(cancel->user_ref);
      if (message.mass_cancel() != nullptr) text += "C";
      if (const auto* replace = message.replace()) {
        replaced_ = *replace;
        text += "U" + std::to_string(replace->original_user_ref) + ">" + std::to_string(replace->user_ref);
      }
    }
    return text;
  }
  // State, and shares that may yet be filled.
  std::string state(std::uint32_t user_ref) {
    std::string text = "over";
    rig_->oms->each_open_order([&](const ChildOrder& order) {
      if (order.user_ref == user_ref) text = std::string(name(order.state)) + " " + std::to_string(order.leaves());
    });
    return text;
  }
  // Shares of both sides that the gate counts as open.
  std::uint64_t open_shares() {
    const auto& exposure = rig_->oms->gate().exposure();
    return exposure.position_with(kLocate, book::Side::Buy, 0) + exposure.position_with(kLocate, book::Side::Sell, 0);
  }
  std::string types() {
    rig_->oms->audit().settle();
    std::string letters;
    for (const journal::Record& record : kept_.records()) letters += static_cast<char>(record.type);
    return letters;
  }

  core::Plan plan_;
  OmsJournal kept_;
  std::unique_ptr<OmsRig> rig_;
  wire::ouch::ReplaceOrder replaced_{};
};

TEST_F(OmsReplaceTest, ARestingOrderGoesToTheNearTouchAndTheStrategyGoesOnWithTheNextMessage) {
  start(replacing_plan());
  EXPECT_EQ(tick(), "U1>3");
  EXPECT_EQ(replaced_.quantity, 100u);
  EXPECT_TRUE(replaced_.price == kNearBid || replaced_.price == kNearAsk);
  EXPECT_EQ(replaced_.time_in_force, wire::ouch::kTimeInForceDay);
  EXPECT_EQ(state(1), "PendingReplace 100");
  EXPECT_EQ(state(3), "PendingNew 100");
  EXPECT_EQ(tick(), "O4");
  EXPECT_EQ(rig_->count(HS_COUNTER_ORDERS), 4u);
  EXPECT_EQ(rig_->count(HS_COUNTER_REPLACES), 1u);
  answer(rig_->replaced(1, 3, 100));
  EXPECT_EQ(state(1), "over");
  EXPECT_EQ(state(3), "Live 100");
  EXPECT_EQ(rig_->count(HS_COUNTER_ACKS), 3u);
  EXPECT_EQ(rig_->capsules.find(0, 3)->outcome, HS_OUTCOME_ACCEPTED);
  EXPECT_EQ(tick(), "U2>5") << "order 4 was sent behind it";
}

TEST_F(OmsReplaceTest, OneThatStandsAtTheNearTouchStays) {
  start(replacing_plan());
  EXPECT_EQ(tick(), "U1>3");
  answer(rig_->replaced(1, 3, 100, replaced_.price));
  EXPECT_EQ(tick(), "O4");
  EXPECT_EQ(tick(), "U2>5");
  answer(rig_->replaced(2, 5, 100, replaced_.price));
  EXPECT_EQ(tick(), "O6") << "3 and 5 stand there; 4 has had no turn";
  EXPECT_EQ(tick(), "U4>7");
}

TEST_F(OmsReplaceTest, WhatWasExecutedCountsAndBothAreOpenUntilTheVenueHasAnswered) {
  start(replacing_plan());
  answer(rig_->executed(1, 40));
  const std::uint64_t before = open_shares();
  EXPECT_EQ(tick(), "U1>3");
  EXPECT_EQ(replaced_.quantity, 100u) << "the intended size, what was executed included";
  EXPECT_EQ(state(3), "PendingNew 60");
  EXPECT_EQ(open_shares(), before + 60);
  answer(rig_->executed(1, 10));  // it crosses with the replacement
  answer(rig_->replaced(1, 3, 50));
  EXPECT_EQ(state(1), "over");
  EXPECT_EQ(state(3), "Live 50");
  answer(rig_->cancelled(2));
  answer(rig_->executed(3, 50));
  EXPECT_EQ(state(3), "over");
  const risk::Exposure& exposure = rig_->oms->gate().exposure();
  EXPECT_EQ(std::abs(exposure.position(kLocate)), 100);
  EXPECT_EQ(static_cast<std::int64_t>(exposure.open(book::Side::Buy) + exposure.open(book::Side::Sell)), 0);
}

TEST_F(OmsReplaceTest, AReplacementIsReplacedAndCancelledInTheEnd) {
  core::Plan plan = replacing_plan();
  plan.oms.cancel_after = 3;
  start(plan);
  EXPECT_EQ(tick(), "U1>3");
  const bool buys = replaced_.price == kNearBid;
  answer(rig_->replaced(1, 3, 100, replaced_.price));
  answer(rig_->executed(3, 30));
  // The near touch moves one tick in.
  rig_->publish(rig_->add(10, 'B', kNearBid + 50));
  rig_->publish(rig_->add(11, 'S', kNearAsk - 50));
  rig_->poll();
  std::string text;
  for (const SentMessage& message : rig_->sent())
    if (const auto* replace = message.replace()) replaced_ = *replace, text += std::to_string(replace->original_user_ref) + " ";
  for (int i = 0; i < 3 && text.find("3 ") == std::string::npos; ++i) {
    tick();
    text += std::to_string(replaced_.original_user_ref) + " ";
  }
  ASSERT_EQ(replaced_.original_user_ref, 3u) << text;
  EXPECT_EQ(replaced_.quantity, 100u);
  EXPECT_EQ(replaced_.price, buys ? kNearBid + 50 : kNearAsk - 50);
  EXPECT_EQ(state(replaced_.user_ref), "PendingNew 70");
  const std::uint32_t last = replaced_.user_ref;
  answer(rig_->replaced(3, last, 70, replaced_.price));
  std::string sent;
  for (int i = 0; i < 8 && sent.find("X") == std::string::npos; ++i) sent = tick();
  EXPECT_NE(sent.find("X" + std::to_string(last)), std::string::npos) << sent;
}

TEST_F(OmsReplaceTest, OneThatIsOverOrAskedAboutIsLeftAlone) {
  start(replacing_plan());
  answer(rig_->executed(1, 100));
  EXPECT_EQ(tick(), "O3") << "there is nothing to replace";
  EXPECT_EQ(tick(), "U2>4");
  EXPECT_EQ(tick(), "O5") << "2 is asked about, and 4";
}

// It finds its order filled: nobody has done anything wrong.
TEST_F(OmsReplaceTest, ARejectedReplacementOfAFilledOrderEndsThere) {
  core::Plan plan = replacing_plan();
  plan.risk.breakers.max_reject_ppm = 100'000;
  plan.risk.breakers.min_answers = 1;
  start(plan);
  EXPECT_EQ(tick(), "U1>3");
  answer(rig_->executed(1, 100));
  answer(rig_->rejected(3, kNotAllowed));
  EXPECT_EQ(state(1) + ", " + state(3), "over, over");
  EXPECT_EQ(rig_->count(HS_COUNTER_REJECTS), 1u);
  EXPECT_EQ(rig_->count(HS_COUNTER_LATE_ACKS), 0u);
  rig_->market_ns += 1'000;
  EXPECT_EQ(tick(), "O4") << "no breaker holds it back";
}

TEST_F(OmsReplaceTest, ARefusedReplacementLeavesItsOrderToBeCancelledWhenItIsDue) {
  core::Plan plan = replacing_plan();
  plan.oms.cancel_after = 2;
  start(plan);
  EXPECT_EQ(tick(), "U1>3");
  answer(rig_->rejected(3));
  EXPECT_EQ(state(1), "Live 100");
  EXPECT_EQ(state(3), "over");
  EXPECT_EQ(tick(), "O4X1");
}

TEST_F(OmsReplaceTest, AnOrderWhoseReplacementIsRefusedBehindItsCancelIsAskedBack) {
  core::Plan plan = replacing_plan();
  plan.oms.cancel_after = 2;
  start(plan);
  EXPECT_EQ(tick(), "U1>3");
  EXPECT_EQ(tick(), "O4X3");
  answer(rig_->rejected(3));
  EXPECT_EQ(state(1), "Live 100");
  EXPECT_EQ(tick(), "U2>5X1");
}

TEST_F(OmsReplaceTest, WhereNobodyKnowsTheOrderIsAskedBackAndTheReplacementLater) {
  core::Plan plan = replacing_plan();
  plan.oms.cancel_after = 3;
  plan.oms.every = 2;
  plan.oms.ack_timeout_ns = 1'000;
  plan_ = plan;
  OmsRig rig(plan_);
  rig.open_market();
  rig.poll();
  for (std::uint32_t user_ref = 1; user_ref <= 2; ++user_ref) {
    rig.answer({rig.accepted(user_ref)});
    rig.poll();
    if (user_ref == 1) rig.tick(), rig.tick();
  }
  rig.tick();  // 3 shall take the place of 1
  ASSERT_EQ(rig.count(HS_COUNTER_REPLACES), 1u);
  rig.sent();
  rig.market_ns += 5'000;
  rig.tick();
  rig.market_ns += 5'000;
  rig.tick();
  EXPECT_EQ(rig.count(HS_COUNTER_TIMEOUTS), 1u);
  std::string cancels;
  for (int i = 0; i < 8; ++i) {
    for (const SentMessage& message : rig.sent()) {
      if (message.cancel() != nullptr) cancels += std::to_string(message.cancel()->user_ref) + " ";
      if (const auto* order = message.order()) rig.answer({rig.accepted(order->user_ref)});
    }
    rig.tick();
  }
  EXPECT_EQ(cancels.substr(0, 4), "1 3 ") << cancels;
}

TEST_F(OmsReplaceTest, ABlockedReplacementLeavesItsOrderAndCountsAsNoTurn) {
  core::Plan plan = replacing_plan();
  plan.risk.max_position = 200;  // both orders may be of one side
  start(plan);
  while (rig_->count(HS_COUNTER_RISK_POSITION) == 0) tick();
  EXPECT_EQ(state(1).find("Unknown"), std::string::npos);
  EXPECT_EQ(rig_->oms->gate().count(risk::Reason::Position), rig_->count(HS_COUNTER_RISK_POSITION));
  EXPECT_EQ(rig_->count(HS_COUNTER_RISK_REJECTS), rig_->count(HS_COUNTER_RISK_POSITION));
}

TEST_F(OmsReplaceTest, NoneLeavesOnceTheKillSwitchIsPulled) {
  start(replacing_plan());
  risk::KillSwitch(rig_->kill).pull(HS_KILL_COMMAND);
  EXPECT_EQ(tick(), "C");
  EXPECT_EQ(tick(), "");
  EXPECT_EQ(rig_->count(HS_COUNTER_REPLACES), 0u);
  EXPECT_EQ(rig_->count(HS_COUNTER_RISK_KILLED), 2u) << "the strategy's own";
  EXPECT_EQ(types().find('d'), std::string::npos) << "nobody asks for one";
}

// The switch is pulled behind the gate, while the replacement waits in front of the port.
TEST_F(OmsReplaceTest, OneThatHadPassedTheGateIsWithdrawn) {
  core::Plan plan = replacing_plan();
  plan.inject.busy = {HS_HOP_OMS_TX, 500'000'000, 3, 0, 0};  // the third order
  start(plan);
  std::thread operator_([&] {
    const hs_capsule* capsule = nullptr;
    while (capsule == nullptr || (__atomic_load_n(&capsule->hops, __ATOMIC_ACQUIRE) >> HS_HOP_RISK_PASS & 1) == 0)
      capsule = rig_->capsules.find(0, 3);
    risk::KillSwitch(rig_->kill).pull(HS_KILL_COMMAND);
  });
  EXPECT_EQ(tick(), "C");
  operator_.join();
  EXPECT_EQ(state(1), "Live 100");
  EXPECT_EQ(rig_->count(HS_COUNTER_REPLACES), 0u);
  EXPECT_EQ(rig_->oms->gate().count(risk::Reason::Killed), 1u);
  EXPECT_EQ(types().substr(11), "Akdbw");
}

TEST_F(OmsReplaceTest, IsJournaledFromTheDecisionToTheAnswer) {
  start(replacing_plan());
  tick();
  answer(rig_->replaced(1, 3, 100, replaced_.price));
  EXPECT_EQ(types(), "cityrpsArpsAdpoU");
  const auto found = kept_.records();
  const std::uint64_t old = journal::client_order(0, 1), now = journal::client_order(0, 3);
  for (const std::size_t at : {12u, 14u, 15u}) {
    EXPECT_EQ(found[at].order, now);
    EXPECT_EQ(found[at].maker, old);
    EXPECT_EQ(found[at].price, replaced_.price);
    EXPECT_EQ(found[at].quantity, 100u);
    EXPECT_EQ(found[at].side, found[6].side);
    EXPECT_EQ(found[at].locate, kLocate);
  }
}

TEST_F(OmsReplaceTest, IsPartOfTheDigestOfOrders) {
  core::Plan plan = replacing_plan();
  start(plan);
  const std::uint64_t before = rig_->oms->order_digest().value();
  EXPECT_EQ(tick(), "U1>3");
  EXPECT_NE(rig_->oms->order_digest().value(), before);
}

TEST(Replacement, IsWhatIsLeftAtTheNearTouch) {
  RestingOrder resting{7, kLocate, 0, book::Side::Sell, 100};
  ChildOrder order;
  order.user_ref = 7;
  order.state = ChildState::Live;
  order.side = book::Side::Sell;
  order.quantity = 100;
  order.filled = 30;
  order.price = 1'000'300;
  order.arrival_mid2 = 5;
  book::Touch touch;
  touch.bid = kNearBid;
  touch.ask = kNearAsk;
  const auto request = replacement_of(resting, &order, touch);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->price, kNearAsk);
  EXPECT_EQ(request->quantity, 70u);
  EXPECT_EQ(request->arrival_mid2, 5u) << "of the first decision";
  EXPECT_EQ(request->replaces, &resting);
  EXPECT_FALSE(replacement_of(resting, nullptr, touch));
  for (const ChildState state : {ChildState::PendingCancel, ChildState::PendingReplace, ChildState::Unknown, ChildState::Filled,
                                 ChildState::Cancelled, ChildState::Rejected, ChildState::Blocked, ChildState::Replaced}) {
    order.state = state;
    EXPECT_FALSE(replacement_of(resting, &order, touch)) << name(state);
  }
  order.state = ChildState::PendingNew;
  EXPECT_TRUE(replacement_of(resting, &order, touch));
  touch.bid = 0;
  EXPECT_FALSE(replacement_of(resting, &order, touch)) << "no reference";
}

}  // namespace
}  // namespace hopscope::oms
