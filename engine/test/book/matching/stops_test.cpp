// One test a rule of docs/matching.md: stops.
#include <gtest/gtest.h>

#include "engine/test/book/matching/book_rig.h"

namespace hopscope::matching {
namespace {

class Stops : public testing::Test, public BookRig {
 protected:
  void stop(OrderId id, Side side, Price stop_cents, Price cents, Quantity quantity, std::uint16_t traits = 0) {
    NewOrder made = order(id, side, cents, quantity, static_cast<std::uint16_t>(traits | trait::kStop));
    made.stop = stop_cents * 100;
    book.enter(made);
  }
  void trade_at(Price cents) {
    sell(900, cents, 10);
    buy(901, cents, 10);
  }
};

TEST_F(Stops, AStopLimitWaitsForATradeAtItsPrice) {
  stop(1, Side::Buy, 103, 104, 20);
  EXPECT_EQ(book.best(Side::Buy), 0u);
  sell(2, 103, 20);
  EXPECT_EQ(done(), Told{});  // an offer is no trade
  buy(3, 103, 10);
  EXPECT_EQ(done(), (Told{trade(2, 3, 103, 10, 10, 0), triggered(1), trade(2, 1, 103, 10, 0, 10)}));
  EXPECT_EQ(book.best(Side::Buy), 10'400u);
}

TEST_F(Stops, AStopMarketEntersAsAMarketOrder) {
  stop(1, Side::Sell, 98, 0, 20, trait::kMarket);
  buy(2, 97, 10);
  trade_at(98);
  EXPECT_EQ(done(), (Told{trade(900, 901, 98, 10, 0, 0), triggered(1), trade(2, 1, 97, 10, 0, 10), gone(1, 10, CancelReason::Immediate)}));
}

TEST_F(Stops, ReachedStopsEnterByPriceThenAge) {
  stop(1, Side::Buy, 105, 90, 10);
  stop(2, Side::Buy, 104, 90, 10);
  stop(3, Side::Buy, 104, 90, 10);
  trade_at(105);
  EXPECT_EQ(done(), (Told{trade(900, 901, 105, 10, 0, 0), triggered(2), triggered(3), triggered(1)}));
}

TEST_F(Stops, WhatAStopTradesReachesFurtherStops) {
  sell(10, 106, 10);
  stop(1, Side::Buy, 104, 106, 10);
  stop(2, Side::Buy, 106, 90, 10);
  trade_at(104);
  EXPECT_EQ(done(), (Told{trade(900, 901, 104, 10, 0, 0), triggered(1), trade(10, 1, 106, 10, 0, 0), triggered(2)}));
}

TEST_F(Stops, EveryPriceThatASweepTradedCounts) {
  sell(10, 100, 10);
  sell(11, 105, 10);
  stop(1, Side::Sell, 101, 110, 10);
  buy(12, 105, 20);  // the last trade is above the sell stop, the first is not
  EXPECT_EQ(done(), (Told{trade(10, 12, 100, 10, 0, 10), trade(11, 12, 105, 10, 0, 0), triggered(1)}));
}

TEST_F(Stops, AStopThatComesTooLateEntersAtOnce) {
  trade_at(105);
  done();
  stop(1, Side::Buy, 104, 90, 10);
  EXPECT_EQ(done(), (Told{triggered(1)}));
}

TEST_F(Stops, AWaitingStopMayBeCancelledOrReducedNotReplaced) {
  stop(1, Side::Buy, 104, 104, 30);
  book.replace(1, 2, 10'000, 10);
  book.reduce(1, 20);
  book.cancel(1);
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::WaitingStop), gone(1, 10, CancelReason::User, 20), gone(1, 20, CancelReason::User)}));
  trade_at(104);
  EXPECT_EQ(done().size(), 1u);
}

TEST_F(Stops, AReducedStopNeedsNoMoreThanItsQuantityAsMinimum) {
  NewOrder made = order(1, Side::Buy, 104, 30, trait::kStop | trait::kMinimum);
  made.stop = 10'400;
  made.minimum = 30;
  book.enter(made);
  book.reduce(1, 10);
  sell(2, 104, 20);
  done();
  buy(3, 104, 10);
  EXPECT_EQ(done(), (Told{trade(2, 3, 104, 10, 10, 0), triggered(1), trade(2, 1, 104, 10, 0, 0)}));
}

TEST_F(Stops, AWaitingStopExpires) {
  NewOrder made = order(1, Side::Buy, 104, 10, trait::kStop | trait::kExpires);
  made.stop = 10'400;
  made.expires_ns = 10;
  book.enter(made);
  book.advance(10);
  EXPECT_EQ(done(), (Told{gone(1, 10, CancelReason::Expired)}));
}

}  // namespace
}  // namespace hopscope::matching
