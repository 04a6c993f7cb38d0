// The checks that look at more than the order itself: what the firm holds, what it has open, what it did a moment ago, and whose limit it
// is.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "engine/risk/gate.h"

namespace hopscope::risk {
namespace {

using book::Side;
using book::Touch;

constexpr Touch kTouch{1'000'000, 1'000'200, 500, 500};  // 100.00 bid, 100.02 asked
constexpr std::uint64_t kNoon = 43'200'000'000'000, kSecond = 1'000'000'000;
constexpr std::uint16_t kHops = 3, kScope = 4;

class GateLimits : public testing::Test {
 protected:
  // Nothing but what the test sets.
  GateLimits() {
    plan_.max_quantity = 1'000'000;
    plan_.max_notional = 1ull << 60;
    plan_.collar_bps = 1'000'000;
  }
  Gate& open() {
    gate_.emplace(plan_, KillSwitch(words_), Gate::Size{8, 2, 16});
    gate_->listed(kHops, wire::itch::symbol("HOPS"));
    gate_->listed(kScope, wire::itch::symbol("SCOPE"));
    return *gate_;
  }
  static Request buy(std::uint32_t quantity, std::uint16_t locate = kHops) { return {Side::Buy, 1'000'000, quantity, locate, 0, 0}; }
  static Request sell(std::uint32_t quantity, std::uint16_t locate = kHops) { return {Side::Sell, 1'000'000, quantity, locate, 0, 0}; }

  Reason ask(const Request& request, std::uint64_t market_ns = kNoon) { return gate_->check(request, kTouch, market_ns); }
  // Its UserRefNum.
  std::uint32_t send(const Request& request, bool rests = true, std::uint64_t market_ns = kNoon) {
    EXPECT_EQ(ask(request, market_ns), Reason::Pass);
    gate_->sent({request.venue, ++last_ref_}, rests);
    return last_ref_;
  }
  void fill(std::uint32_t user_ref, const Request& request, std::uint32_t shares, book::Price price = 1'000'000) {
    gate_->filled({request.venue, user_ref}, request.locate, request.side, shares, price);
  }

  core::RiskPlan plan_;
  hs_kill_switch words_{};
  std::optional<Gate> gate_;
  std::uint32_t last_ref_ = 0;
};

TEST_F(GateLimits, APositionCountsWithAllThatIsOpen) {
  plan_.max_position = 1'000;
  open();
  const std::uint32_t first = send(buy(600));
  EXPECT_EQ(ask(buy(401)), Reason::Position) << "600 are open";
  EXPECT_EQ(gate_->evidence().value, 1'001u);
  EXPECT_EQ(gate_->evidence().bound, 1'000u);
  fill(first, buy(600), 200);
  EXPECT_EQ(ask(buy(401)), Reason::Position) << "200 held and 400 open";
  gate_->ended({0, first});
  EXPECT_EQ(ask(buy(801)), Reason::Position);
  EXPECT_EQ(ask(buy(800)), Reason::Pass);
  EXPECT_EQ(ask(sell(1'200)), Reason::Pass) << "to 1,000 short";
  EXPECT_EQ(ask(sell(1'201)), Reason::Position);
  EXPECT_EQ(ask(buy(1'000, kScope)), Reason::Pass) << "another symbol";
}

TEST_F(GateLimits, WhatHasNoAnswerCountsAsOpen) {
  plan_.max_position = 100;
  open();
  const std::uint32_t lost = send(buy(100));
  EXPECT_EQ(ask(buy(1)), Reason::Position);
  gate_->ended({0, lost + 1});
  EXPECT_EQ(ask(buy(1)), Reason::Position) << "another order's end";
  gate_->ended({0, lost});
  gate_->ended({0, lost});
  EXPECT_EQ(ask(buy(100)), Reason::Pass) << "given back once";
  EXPECT_EQ(ask(buy(101)), Reason::Position);
}

TEST_F(GateLimits, AFillThatComesBehindTheEndStillCounts) {
  plan_.max_position = 100;
  open();
  const std::uint32_t order = send(buy(100));
  gate_->ended({0, order});
  fill(order, buy(100), 60);
  EXPECT_EQ(gate_->exposure().position(kHops), 60);
  EXPECT_EQ(ask(buy(41)), Reason::Position);
  EXPECT_EQ(ask(buy(40)), Reason::Pass);
}

TEST_F(GateLimits, GrossAddsUpTheSymbolsAtTheirMarks) {
  plan_.max_gross = 1'000'100ull * 300;  // the mid
  open();
  fill(send(buy(100)), buy(100), 100);
  send(sell(100, kScope));
  EXPECT_EQ(ask(buy(101)), Reason::Gross);
  EXPECT_EQ(gate_->evidence().value, 1'000'100ull * 301);
  EXPECT_EQ(ask(buy(100)), Reason::Pass);
  EXPECT_EQ(ask(sell(200)), Reason::Pass) << "from 100 long to 100 short adds nothing";
  EXPECT_EQ(ask(sell(301)), Reason::Gross) << "to 201 short adds 101";
}

TEST_F(GateLimits, NetIsLongMinusShort) {
  plan_.max_net = 1'000'000ull * 100;
  open();
  fill(send(sell(100, kScope)), sell(100, kScope), 100);
  EXPECT_EQ(ask(sell(1)), Reason::Net);
  EXPECT_EQ(ask(buy(200)), Reason::Pass);
  send(buy(200));
  EXPECT_EQ(ask(buy(1)), Reason::Net) << "with all open buys filled";
}

TEST_F(GateLimits, CreditIsWhatWouldBePaidOut) {
  plan_.max_credit = 1'000'000ull * 100;
  open();
  send(buy(60));
  EXPECT_EQ(ask(buy(41)), Reason::Credit);
  const std::uint32_t sale = send(sell(50));
  EXPECT_EQ(ask(buy(41)), Reason::Credit) << "an open sell brings nothing yet";
  fill(sale, sell(50), 50);
  EXPECT_EQ(ask(buy(90)), Reason::Pass);
  EXPECT_EQ(ask(buy(91)), Reason::Credit);
}

TEST_F(GateLimits, TheTightestLevelNamesItself) {
  plan_.strategy.max_quantity = 500;
  plan_.parent.max_quantity = 400;
  plan_.symbol.max_quantity = 450;
  plan_.symbols.push_back({"SCOPE", false, {}});
  plan_.symbols.back().limits.max_quantity = 90;
  open();
  const auto level_of = [&](Request request, std::uint32_t shares, std::uint16_t strategy) {
    request.quantity = shares;
    request.strategy = strategy;
    EXPECT_EQ(ask(request), Reason::Quantity);
    EXPECT_EQ(gate_->evidence().bound + 1, shares);
    return std::string(name(gate_->evidence().level));
  };
  EXPECT_EQ(level_of(buy(1), 451, 0), "symbol");
  EXPECT_EQ(level_of(buy(1), 401, 7), "parent");
  EXPECT_EQ(level_of(buy(1, kScope), 91, 7), "symbol");
  plan_.symbol.max_quantity = 0;
  gate_->set(plan_, {});
  EXPECT_EQ(level_of(buy(1), 501, 0), "strategy");
  plan_.max_quantity = 300;
  gate_->set(plan_, {});
  EXPECT_EQ(level_of(buy(1), 301, 0), "firm");
  EXPECT_EQ(gate_->count(Reason::Quantity, Level::Symbol), 2u);
  EXPECT_EQ(gate_->count(Reason::Quantity), 5u);
}

TEST_F(GateLimits, EachParentHasAPositionAndARateOfItsOwn) {
  plan_.parent.max_position = 100;
  plan_.parent.max_orders_per_second = 2;
  open();
  Request of_first = buy(100), of_second = buy(100, kScope);
  of_first.strategy = 1;
  of_second.strategy = 2;
  send(of_first);
  of_first.quantity = 1;
  EXPECT_EQ(ask(of_first), Reason::Position);
  EXPECT_EQ(gate_->evidence().level, Level::Parent);
  send(of_second);
  of_first.side = Side::Sell;
  send(of_first);
  EXPECT_EQ(ask(of_first), Reason::Rate);
  EXPECT_EQ(gate_->evidence().level, Level::Parent);
  EXPECT_EQ(ask(of_first, kNoon + kSecond / 2), Reason::Pass);
  EXPECT_EQ(ask(buy(1)), Reason::Pass) << "the reactive strategy's is another";
}

TEST_F(GateLimits, ARateThatBlocksTakesNoTokenOfTheOthers) {
  plan_.max_orders_per_second = 2;
  plan_.symbols.push_back({"HOPS", false, {}});
  plan_.symbols.back().limits.max_orders_per_second = 1;
  open();
  EXPECT_EQ(ask(buy(1)), Reason::Pass);
  EXPECT_EQ(ask(buy(1)), Reason::Rate);
  EXPECT_EQ(gate_->evidence().level, Level::Symbol);
  EXPECT_EQ(ask(buy(1, kScope)), Reason::Pass);
  EXPECT_EQ(ask(buy(1, kScope)), Reason::Rate);
  EXPECT_EQ(gate_->evidence().level, Level::Firm);
}

TEST_F(GateLimits, RestrictedSymbolsAreNotTraded) {
  plan_.symbols.push_back({"HOPS", true, {}});
  open();
  EXPECT_EQ(ask(buy(1)), Reason::Restricted);
  EXPECT_EQ(ask(buy(1, kScope)), Reason::Pass);
  plan_.symbols.clear();
  gate_->set(plan_, {});
  EXPECT_EQ(ask(buy(1)), Reason::Pass);
}

TEST_F(GateLimits, TheSameOrderAgainTooSoonIsADuplicate) {
  plan_.duplicate_within_ns = kSecond;
  open();
  send(buy(100));
  EXPECT_EQ(ask(buy(100), kNoon + 300), Reason::Duplicate);
  EXPECT_EQ(gate_->evidence().value, 300u);
  for (const auto& other : {buy(101), sell(100), buy(100, kScope), Request{Side::Buy, 999'900, 100, kHops, 0, 0},
                            Request{Side::Buy, 1'000'000, 100, kHops, 1, 0}})
    EXPECT_EQ(ask(other), Reason::Pass);
  EXPECT_EQ(ask(buy(100), kNoon + kSecond), Reason::Pass);
}

TEST_F(GateLimits, AnOrderThatCouldTradeWithAnOwnOneIsBlocked) {
  plan_.self_cross = true;
  open();
  const auto at = [](Side side, book::Price price, std::uint8_t venue) { return Request{side, price, 100, kHops, venue, 0}; };
  const std::uint32_t far = send(at(Side::Sell, 1'000'300, 0)), near = send(at(Side::Sell, 1'000'200, 0));
  EXPECT_EQ(ask(at(Side::Buy, 1'000'200, 0)), Reason::SelfCross);
  EXPECT_EQ(gate_->evidence().bound, 1'000'200u);
  EXPECT_EQ(ask(at(Side::Buy, 0, 0)), Reason::SelfCross) << "a market order meets any";
  EXPECT_EQ(ask(at(Side::Buy, 1'000'199, 0)), Reason::Pass);
  EXPECT_EQ(ask(at(Side::Buy, 1'000'300, 1)), Reason::Pass) << "at another venue they do not meet";
  gate_->ended({0, near});
  EXPECT_EQ(ask(at(Side::Buy, 1'000'299, 0)), Reason::Pass);
  EXPECT_EQ(ask(at(Side::Buy, 1'000'300, 0)), Reason::SelfCross);
  fill(far, at(Side::Sell, 1'000'300, 0), 99);
  EXPECT_EQ(ask(at(Side::Buy, 1'000'300, 0)), Reason::SelfCross);
  fill(far, at(Side::Sell, 1'000'300, 0), 1);
  EXPECT_EQ(ask(at(Side::Buy, 1'000'300, 0)), Reason::Pass);
  send(at(Side::Sell, 1'000'300, 0), false);
  EXPECT_EQ(ask(at(Side::Buy, 1'000'300, 0)), Reason::Pass) << "one that does not rest";
}

TEST_F(GateLimits, APriceIsHeldToTheLastTradeToo) {
  plan_.last_trade_bps = 100;
  open();
  EXPECT_EQ(gate_->check(buy(1), {kTouch, 0}, kNoon), Reason::Pass) << "nothing has traded yet";
  EXPECT_EQ(gate_->check(buy(1), {kTouch, 1'010'000}, kNoon), Reason::Pass) << "1 %";
  EXPECT_EQ(gate_->check(buy(1), {kTouch, 1'010'102}, kNoon), Reason::LastTrade);
  EXPECT_EQ(gate_->evidence().value, 10'102u);
  EXPECT_EQ(gate_->evidence().bound, 10'101u);
}

TEST_F(GateLimits, APriceOfLongAgoIsNone) {
  plan_.stale_after_ns = kSecond;
  open();
  EXPECT_EQ(gate_->check(buy(1), {kTouch, 0, kSecond}, kNoon), Reason::Pass);
  EXPECT_EQ(gate_->check(buy(1), {kTouch, 0, kSecond + 1}, kNoon), Reason::StalePrice);
  ASSERT_TRUE(gate_->watching());
  gate_->observe({kNoon, kHops, kTouch, book::Trades{}, 0});
  EXPECT_EQ(gate_->quiet_ns(kHops, kNoon + 70), 70u);
  gate_->observe({kNoon + 80, kHops, kTouch, book::Trades{}, 0, false});
  EXPECT_EQ(gate_->quiet_ns(kHops, kNoon + 80), 80u) << "a message that leaves the book as it is";
}

TEST_F(GateLimits, CancelsHaveARateOfTheirOwn) {
  plan_.max_cancels_per_second = 2;
  open();
  EXPECT_TRUE(gate_->take_cancel(kNoon));
  EXPECT_TRUE(gate_->take_cancel(kNoon));
  EXPECT_FALSE(gate_->take_cancel(kNoon));
  EXPECT_EQ(ask(buy(1)), Reason::Pass);
  EXPECT_TRUE(gate_->take_cancel(kNoon + kSecond / 2));
}

TEST_F(GateLimits, OtherLimitsHoldFromTheNextOrderOn) {
  plan_.max_position = 100;
  plan_.max_orders_per_second = 3;
  open();
  send(buy(100));
  EXPECT_EQ(ask(buy(1)), Reason::Position);
  plan_.max_position = 150;
  gate_->set(plan_, {});
  EXPECT_EQ(ask(buy(51)), Reason::Position) << "what is open stays known";
  EXPECT_EQ(ask(buy(50)), Reason::Pass);
  EXPECT_EQ(ask(sell(1)), Reason::Pass);
  EXPECT_EQ(ask(sell(1)), Reason::Rate) << "and so do the tokens that were taken";
}

TEST_F(GateLimits, WithoutALimitNothingIsBlocked) {
  plan_ = {};
  open();
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    const Request request{i % 2 ? Side::Buy : Side::Sell,    1'000'000, 100 + i % 3,
                          static_cast<std::uint16_t>(i % 8), 1,         static_cast<std::uint16_t>(i % 1'200)};
    ASSERT_EQ(ask(request), Reason::Pass);
    gate_->sent({1, i + 1}, true);
    gate_->ended({1, i + 1});
  }
  EXPECT_FALSE(gate_->watching());
}

TEST_F(GateLimits, WhatIsWatchedFromNowOnBeginsNow) {
  open();
  EXPECT_EQ(gate_->quiet_ns(kHops, kNoon), 0u);
  plan_.stale_after_ns = kSecond;
  plan_.breakers.gap_pause_ns = kSecond;
  gate_->set(plan_, {kNoon, 7});
  EXPECT_EQ(gate_->quiet_ns(kHops, kNoon + 5), 5u) << "not since midnight";
  gate_->observe({kNoon + 6, kHops, kTouch, {}, 7});
  EXPECT_EQ(gate_->breakers().trips(Breaker::FeedGap), 0u) << "those were given up before";
  gate_->observe({kNoon + 7, kHops, kTouch, {}, 8});
  EXPECT_EQ(gate_->breakers().trips(Breaker::FeedGap), 1u);
}

TEST_F(GateLimits, APauseThatStandsIsWatchedToItsEnd) {
  plan_.breakers.gap_pause_ns = kSecond;
  open();
  gate_->observe({kNoon, kHops, kTouch, {}, 1});
  ASSERT_EQ(gate_->breakers().all_trips(), 1u);
  plan_.breakers.gap_pause_ns = 0;
  gate_->set(plan_, {kNoon + 1, 1});
  EXPECT_TRUE(gate_->watching());
  gate_->observe({kNoon + 2 * kSecond, kHops, kTouch, {}, 1});
  EXPECT_EQ(gate_->breakers().resets(), 1u);
}

}  // namespace
}  // namespace hopscope::risk
