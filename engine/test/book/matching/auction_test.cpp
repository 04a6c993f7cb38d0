// One test a rule of docs/matching.md: phases and the cross.
#include <gtest/gtest.h>

#include "engine/test/book/matching/book_rig.h"

namespace hopscope::matching {
namespace {

class Auction : public testing::Test, public BookRig {
 protected:
  Auction() { start(100); }
  void start(Price reference_cents) {
    book.start_auction(reference_cents * 100);
    events.clear();
  }
  static Event crossed(Price cents, std::uint64_t volume, std::int64_t imbalance) {
    return event_of(EventKind::Crossed, cents * 100, volume, imbalance);
  }
  static Event phase(Phase phase) { return event_of(EventKind::Phase, phase); }
};

TEST_F(Auction, OrdersRestAcrossEachOtherAndTradeAtOnePrice) {
  buy(1, 102, 20);
  buy(2, 101, 10);
  sell(3, 100, 20);
  sell(4, 101, 10);
  EXPECT_EQ(done(), Told{});
  book.end_auction(Phase::Continuous);
  EXPECT_EQ(done(),
            (Told{crossed(101, 30, 0), cross_trade(1, 3, 101, 20, 0, 0), cross_trade(2, 4, 101, 10, 0, 0), phase(Phase::Continuous)}));
}

TEST_F(Auction, TheCrossPriceTradesMostShares) {
  buy(1, 105, 10);
  buy(2, 103, 30);
  sell(3, 103, 30);
  sell(4, 99, 10);
  const Indication now = book.indicate();
  EXPECT_EQ(now.price, 10'300u);
  EXPECT_EQ(now.volume, 40u);
}

TEST_F(Auction, ThenThePriceWithTheSmallestImbalance) {
  buy(1, 105, 20);
  buy(2, 102, 10);
  sell(3, 99, 20);
  const Indication now = book.indicate();  // up to 102 ten shares more want to buy
  EXPECT_EQ(now.price, 10'300u);
  EXPECT_EQ(now.imbalance, 0);
}

TEST_F(Auction, ThenThePriceNearestToTheReference) {
  start(100);
  book.halt();
  start(104);
  buy(1, 105, 10);
  sell(2, 99, 10);
  EXPECT_EQ(book.indicate().price, 10'400u);
}

TEST_F(Auction, WithoutACrossThereIsNoPrice) {
  buy(1, 99, 10);
  sell(2, 100, 10);
  EXPECT_EQ(book.indicate().price, 0u);
  book.end_auction(Phase::Continuous);
  EXPECT_EQ(done(), (Told{phase(Phase::Continuous)}));
}

TEST_F(Auction, MarketOrdersTradeFirstAndEndWithTheAuction) {
  buy(1, 105, 10);
  buy(2, 0, 20, trait::kMarket);
  sell(3, 100, 20);
  book.end_auction(Phase::Continuous);
  EXPECT_EQ(done(), (Told{crossed(106, 20, 0), cross_trade(2, 3, 106, 20, 0, 0), phase(Phase::Continuous)}));
}

TEST_F(Auction, AuctionOnlyOrdersEndWithItAndAreRefusedOutside) {
  buy(1, 100, 30, trait::kAuctionOnly);
  sell(2, 100, 10);
  book.end_auction(Phase::Continuous);
  EXPECT_EQ(done(), (Told{crossed(100, 10, 20), cross_trade(1, 2, 100, 10, 20, 0), gone(1, 20, CancelReason::AuctionEnd),
                          phase(Phase::Continuous)}));
  buy(3, 100, 10, trait::kAuctionOnly);
  EXPECT_EQ(done(), (Told{refused(3, RejectReason::OutsideAuction)}));
}

TEST_F(Auction, ImmediateFillOrKillAndMinimumAreRefusedInIt) {
  buy(1, 100, 10, trait::kImmediate);
  buy(2, 100, 10, trait::kFillOrKill);
  buy(3, 100, 10, trait::kMinimum);
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::InAuction), refused(2, RejectReason::InAuction), refused(3, RejectReason::InAuction)}));
}

TEST_F(Auction, IcebergsTradeTheirHiddenSharesToo) {
  NewOrder iceberg = order(1, Side::Buy, 100, 30, trait::kIceberg);
  iceberg.display = 20;
  book.enter(iceberg);
  sell(2, 100, 30);
  book.end_auction(Phase::Continuous);
  EXPECT_EQ(done(), (Told{crossed(100, 30, 0), cross_trade(1, 2, 100, 20, 10, 10), refreshed(1, 10), cross_trade(1, 2, 100, 10, 0, 0),
                          phase(Phase::Continuous)}));
}

TEST_F(Auction, TheCrossReachesStops) {
  NewOrder stop = order(1, Side::Buy, 90, 10, trait::kStop);
  stop.stop = 10'000;
  book.enter(stop);
  buy(2, 100, 10);
  sell(3, 100, 10);
  book.end_auction(Phase::Continuous);
  EXPECT_EQ(done().back(), triggered(1));
}

TEST_F(Auction, TheClosingAuctionEndsTheDay) {
  buy(1, 100, 20);
  sell(2, 100, 10);
  book.end_auction(Phase::Closed);
  EXPECT_EQ(done(),
            (Told{crossed(100, 10, 10), cross_trade(1, 2, 100, 10, 10, 0), gone(1, 10, CancelReason::Closed), phase(Phase::Closed)}));
  buy(3, 100, 10);
  EXPECT_EQ(done(), (Told{refused(3, RejectReason::Closed)}));
}

TEST_F(Auction, AHaltedBookTakesCancelsOnly) {
  book.end_auction(Phase::Continuous);
  buy(1, 100, 10);
  book.halt();
  done();
  buy(2, 100, 10);
  book.replace(1, 3, 10'000, 20);
  book.cancel(1);
  EXPECT_EQ(done(), (Told{refused(2, RejectReason::Halted), refused(1, RejectReason::Halted), gone(1, 10, CancelReason::User)}));
  EXPECT_TRUE(book.resume());
  buy(4, 100, 10);
  EXPECT_EQ(book.best(Side::Buy), 10'000u);
}

TEST_F(Auction, ABookHaltedWithOrdersForTheAuctionNeedsAnotherAuction) {
  buy(1, 0, 10, trait::kMarket);
  book.halt();
  EXPECT_FALSE(book.resume());
  book.cancel(1);
  EXPECT_TRUE(book.resume());
}

TEST_F(Auction, ABookHaltedWhileCrossedNeedsAnotherAuction) {
  buy(1, 101, 10);
  sell(2, 100, 10);
  book.halt();
  EXPECT_FALSE(book.resume());
  EXPECT_TRUE(book.start_auction(10'000));
  EXPECT_TRUE(book.end_auction(Phase::Continuous));
  EXPECT_EQ(book.orders(), 0u);
}

}  // namespace
}  // namespace hopscope::matching
