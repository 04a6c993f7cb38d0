// One test a rule of docs/matching.md: self-trade prevention.
#include <gtest/gtest.h>

#include "engine/test/book/matching/book_rig.h"

namespace hopscope::matching {
namespace {

class SelfTradePrevention : public testing::Test, public BookRig {
 protected:
  // Owner 7 sells 20, then owner 8 sells 10; owner 7 buys `quantity`.
  void meet(SelfTrade mode, Quantity quantity, std::uint16_t traits = 0) {
    book.enter(owned(order(1, Side::Sell, 100, 20), 7));
    book.enter(owned(order(2, Side::Sell, 100, 10), 8));
    book.enter(owned(order(3, Side::Buy, 100, quantity, traits), 7, mode));
  }
};

TEST_F(SelfTradePrevention, AllowTradesWithItself) {
  meet(SelfTrade::Allow, 30);
  EXPECT_EQ(done(), (Told{trade(1, 3, 100, 20, 0, 10), trade(2, 3, 100, 10, 0, 0)}));
}

TEST_F(SelfTradePrevention, CancelNewestEndsTheIncomingOrder) {
  meet(SelfTrade::CancelNewest, 30);
  EXPECT_EQ(done(), (Told{gone(3, 30, CancelReason::SelfTrade)}));
}

TEST_F(SelfTradePrevention, CancelOldestEndsTheRestingOrderAndGoesOn) {
  meet(SelfTrade::CancelOldest, 30);
  EXPECT_EQ(done(), (Told{gone(1, 20, CancelReason::SelfTrade), trade(2, 3, 100, 10, 0, 20)}));
}

TEST_F(SelfTradePrevention, CancelBothEndsBoth) {
  meet(SelfTrade::CancelBoth, 30);
  EXPECT_EQ(done(), (Told{gone(1, 20, CancelReason::SelfTrade), gone(3, 30, CancelReason::SelfTrade)}));
  EXPECT_EQ(book.orders(), 1u);
}

TEST_F(SelfTradePrevention, DecrementTakesTheSmallerOffBoth) {
  meet(SelfTrade::Decrement, 30);
  EXPECT_EQ(done(), (Told{gone(1, 20, CancelReason::SelfTrade), gone(3, 20, CancelReason::SelfTrade, 10), trade(2, 3, 100, 10, 0, 0)}));
}

TEST_F(SelfTradePrevention, OrdersOfNobodyAreNeverSelfTrades) {
  sell(1, 100, 10);
  book.enter(owned(order(2, Side::Buy, 100, 10), 0, SelfTrade::CancelBoth));
  EXPECT_EQ(done(), (Told{trade(1, 2, 100, 10, 0, 0)}));
}

TEST_F(SelfTradePrevention, FillOrKillDoesNotCountOwnOrders) {
  meet(SelfTrade::CancelOldest, 30, trait::kFillOrKill);
  EXPECT_EQ(done(), (Told{gone(3, 30, CancelReason::FillOrKill)}));
}

TEST_F(SelfTradePrevention, TheModeStaysWithAReplacedOrder) {
  book.enter(owned(order(1, Side::Sell, 100, 20), 7));
  book.enter(owned(order(2, Side::Buy, 99, 10), 7, SelfTrade::CancelNewest));
  done();
  book.replace(2, 3, 10'000, 10);
  EXPECT_EQ(done(), (Told{event_of(EventKind::Replaced, 2, 3, 10'000, 10), gone(3, 10, CancelReason::SelfTrade)}));
}

}  // namespace
}  // namespace hopscope::matching
