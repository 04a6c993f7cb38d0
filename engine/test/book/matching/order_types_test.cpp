// One test a rule of docs/matching.md: orders and their terms.
#include <gtest/gtest.h>

#include "engine/test/book/matching/book_rig.h"

namespace hopscope::matching {
namespace {

class OrderTypes : public testing::Test, public BookRig {};

TEST_F(OrderTypes, LimitTradesBestPriceFirstThenOldestFirstAtTheMakersPrice) {
  sell(1, 102, 10);
  sell(2, 101, 10);
  sell(3, 101, 20);
  buy(4, 102, 50);
  EXPECT_EQ(done(), (Told{trade(2, 4, 101, 10, 0, 40), trade(3, 4, 101, 20, 0, 20), trade(1, 4, 102, 10, 0, 10)}));
  EXPECT_EQ(book.best(Side::Buy), 10'200u);  // the rest rests at its limit
  sell(5, 102, 10);
  EXPECT_EQ(done(), (Told{trade(4, 5, 102, 10, 0, 0)}));
}

TEST_F(OrderTypes, LimitDoesNotTradeThroughItsPrice) {
  sell(1, 102, 10);
  buy(2, 101, 10);
  EXPECT_EQ(done(), Told{});
}

TEST_F(OrderTypes, MarketTakesAnyPriceAndNeverRests) {
  buy(1, 5, 10);
  sell(2, 0, 30, trait::kMarket);
  EXPECT_EQ(done(), (Told{trade(1, 2, 5, 10, 0, 20), gone(2, 20, CancelReason::Immediate)}));
}

TEST_F(OrderTypes, ImmediateOrCancelDropsItsRest) {
  sell(1, 100, 10);
  buy(2, 100, 30, trait::kImmediate);
  EXPECT_EQ(done(), (Told{trade(1, 2, 100, 10, 0, 20), gone(2, 20, CancelReason::Immediate)}));
  EXPECT_EQ(book.orders(), 0u);
}

TEST_F(OrderTypes, FillOrKillTradesAllOrNothing) {
  sell(1, 100, 10);
  sell(2, 101, 10);
  buy(3, 100, 20, trait::kFillOrKill);
  EXPECT_EQ(done(), (Told{gone(3, 20, CancelReason::FillOrKill)}));
  buy(4, 101, 20, trait::kFillOrKill);
  EXPECT_EQ(done(), (Told{trade(1, 4, 100, 10, 0, 10), trade(2, 4, 101, 10, 0, 0)}));
}

TEST_F(OrderTypes, FillOrKillCountsHiddenShares) {
  NewOrder iceberg = order(1, Side::Sell, 100, 30, trait::kIceberg);
  iceberg.display = 10;
  book.enter(iceberg);
  buy(2, 100, 30, trait::kFillOrKill);
  EXPECT_EQ(done().back(), trade(1, 2, 100, 10, 0, 0));
}

TEST_F(OrderTypes, PostOnlyIsRefusedWhereItWouldTrade) {
  sell(1, 100, 10);
  buy(2, 100, 10, trait::kPostOnly);
  EXPECT_EQ(done(), (Told{refused(2, RejectReason::WouldTrade)}));
  buy(3, 99, 10, trait::kPostOnly);
  EXPECT_EQ(book.best(Side::Buy), 9'900u);
}

TEST_F(OrderTypes, PostOnlyIsKeptByAReplacement) {
  sell(1, 100, 10);
  buy(2, 99, 10, trait::kPostOnly);
  done();
  book.replace(2, 3, 10'000, 10);
  EXPECT_EQ(done(), (Told{refused(2, RejectReason::WouldTrade)}));
  EXPECT_EQ(book.best(Side::Buy), 9'900u);
}

TEST_F(OrderTypes, MinimumQuantityTradesAtOnceOrNothingDoes) {
  sell(1, 100, 20);
  NewOrder order = BookRig::order(2, Side::Buy, 100, 50, trait::kMinimum);
  order.minimum = 30;
  book.enter(order);
  EXPECT_EQ(done(), (Told{gone(2, 50, CancelReason::Minimum)}));
  order.minimum = 20;
  book.enter(order);
  EXPECT_EQ(done(), (Told{trade(1, 2, 100, 20, 0, 30)}));
  EXPECT_EQ(book.best(Side::Buy), 10'000u);  // the rest rests like any other
}

TEST_F(OrderTypes, IcebergShowsItsDisplayQuantityAndComesBackAtTheTail) {
  NewOrder iceberg = order(1, Side::Sell, 100, 50, trait::kIceberg);
  iceberg.display = 20;
  book.enter(iceberg);
  sell(2, 100, 10);
  book.each_level(Side::Sell, [](Price price, std::uint64_t shown, std::uint64_t hidden) {
    EXPECT_EQ(price, 10'000u);
    EXPECT_EQ(shown, 30u);
    EXPECT_EQ(hidden, 30u);
    return true;
  });
  buy(3, 100, 40);
  EXPECT_EQ(done(), (Told{trade(1, 3, 100, 20, 30, 20), refreshed(1, 20), trade(2, 3, 100, 10, 0, 10), trade(1, 3, 100, 10, 20, 0)}));
  book.cancel(1);
  EXPECT_EQ(done(), (Told{gone(1, 20, CancelReason::User)}));
}

TEST_F(OrderTypes, GoodTillTimeEndsByMarketTimeTheEarliestFirst) {
  NewOrder late = order(1, Side::Buy, 99, 10, trait::kExpires), early = order(2, Side::Buy, 98, 10, trait::kExpires);
  late.expires_ns = 2'000;
  early.expires_ns = 1'000;
  book.enter(late);
  book.enter(early);
  book.advance(999);
  EXPECT_EQ(done(), Told{});
  book.advance(5'000);
  EXPECT_EQ(done(), (Told{gone(2, 10, CancelReason::Expired), gone(1, 10, CancelReason::Expired)}));
  book.enter(late);
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::Expired)}));
}

TEST_F(OrderTypes, CancelTakesAllAndReduceKeepsThePlace) {
  sell(1, 100, 30);
  sell(2, 100, 10);
  book.reduce(1, 10);
  book.cancel(3);
  EXPECT_EQ(done(), (Told{gone(1, 20, CancelReason::User, 10), refused(3, RejectReason::UnknownId)}));
  buy(4, 100, 20);
  EXPECT_EQ(done(), (Told{trade(1, 4, 100, 10, 0, 10), trade(2, 4, 100, 10, 0, 0)}));
}

TEST_F(OrderTypes, ReplaceKeepsPriorityWhenOnlyTheQuantityFalls) {
  sell(1, 100, 30);
  sell(2, 100, 10);
  book.replace(1, 5, 10'000, 20);
  EXPECT_EQ(done(), (Told{event_of(EventKind::Replaced, 1, 5, 10'000, 20, true)}));
  buy(4, 100, 10);
  EXPECT_EQ(done(), (Told{trade(5, 4, 100, 10, 10, 0)}));
}

TEST_F(OrderTypes, ReplaceLosesPriorityWhenTheQuantityRisesOrThePriceMoves) {
  sell(1, 100, 10);
  sell(2, 100, 10);
  sell(3, 100, 10);
  book.replace(1, 1, 10'000, 20);
  book.replace(2, 2, 10'100, 10);
  book.replace(2, 2, 10'000, 10);
  done();
  buy(4, 100, 40);
  EXPECT_EQ(done(), (Told{trade(3, 4, 100, 10, 0, 30), trade(1, 4, 100, 20, 0, 10), trade(2, 4, 100, 10, 0, 0)}));
}

TEST_F(OrderTypes, ReplaceMayTradeAtOnceUnderItsNewId) {
  sell(1, 100, 10);
  buy(2, 99, 10);
  done();
  book.replace(2, 3, 10'000, 30);
  EXPECT_EQ(done(), (Told{event_of(EventKind::Replaced, 2, 3, 10'000, 30, false), trade(1, 3, 100, 10, 0, 20)}));
}

TEST_F(OrderTypes, ARefusedReplacementLeavesTheOrderAsItWas) {
  buy(1, 99, 10);
  buy(2, 98, 10);
  done();
  book.replace(1, 2, 9'900, 10);
  book.replace(1, 3, 9'950, 10);
  book.replace(1, 3, 9'900, 5);
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::DuplicateId), refused(1, RejectReason::Tick), refused(1, RejectReason::Lot)}));
  book.cancel(1);
  EXPECT_EQ(done(), (Told{gone(1, 10, CancelReason::User)}));
}

TEST_F(OrderTypes, MassCancelEndsAnOwnersOrdersAndNobodyElses) {
  book.enter(owned(order(1, Side::Buy, 98, 10), 7));
  book.enter(owned(order(2, Side::Buy, 99, 10), 7));
  book.enter(owned(order(3, Side::Buy, 99, 10), 8));
  book.enter(owned(order(4, Side::Sell, 101, 10), 7));
  NewOrder stop = owned(order(5, Side::Buy, 103, 10, trait::kStop), 7);
  stop.stop = 10'300;
  book.enter(stop);
  done();
  book.mass_cancel(7);
  EXPECT_EQ(done(), (Told{gone(2, 10, CancelReason::MassCancel), gone(1, 10, CancelReason::MassCancel),
                          gone(4, 10, CancelReason::MassCancel), gone(5, 10, CancelReason::MassCancel)}));
  EXPECT_EQ(book.orders(), 1u);
}

TEST_F(OrderTypes, TickRule) {
  book.enter([] {
    NewOrder o = order(1, Side::Buy, 99, 10);
    o.price += 50;
    return o;
  }());
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::Tick)}));
}

TEST_F(OrderTypes, LotRule) {
  buy(1, 99, 15);
  buy(2, 99, 0);
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::Lot), refused(2, RejectReason::Lot)}));
}

TEST_F(OrderTypes, CollarRule) {
  buy(1, 1'000, 10);
  buy(2, 1'001, 10);
  buy(3, 0, 10);
  EXPECT_EQ(done(), (Told{refused(2, RejectReason::Collar), refused(3, RejectReason::Collar)}));
}

TEST_F(OrderTypes, AnIdThatRestsIsRefused) {
  buy(1, 99, 10);
  buy(1, 98, 10);
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::DuplicateId)}));
}

TEST_F(OrderTypes, AFullBookRefusesAndGoesOn) {
  for (OrderId id = 1; id <= kRules.max_orders; ++id) buy(id, 99, 10);
  done();
  buy(100, 99, 10);
  EXPECT_EQ(done(), (Told{refused(100, RejectReason::Full)}));
  book.cancel(1);
  buy(100, 99, 10);
  EXPECT_EQ(done(), (Told{gone(1, 10, CancelReason::User)}));
}

TEST_F(OrderTypes, TraitsThatExcludeEachOtherAreRefused) {
  buy(1, 99, 10, trait::kPostOnly | trait::kImmediate);
  buy(2, 99, 10, trait::kIceberg | trait::kFillOrKill);
  buy(3, 99, 10, trait::kExpires | trait::kMarket);
  EXPECT_EQ(done(), (Told{refused(1, RejectReason::Terms), refused(2, RejectReason::Terms), refused(3, RejectReason::Terms)}));
}

TEST(MatchingRules, ThatContradictEachOtherAreRefused) {
  RecordedEvents events;
  EXPECT_THROW(MatchingBook<RecordedEvents>({0, 100, 10, 1, 10}, events), std::invalid_argument);
  EXPECT_THROW(MatchingBook<RecordedEvents>({100, 150, 10, 1, 10}, events), std::invalid_argument);
  EXPECT_THROW(MatchingBook<RecordedEvents>({100, 100, kMaxPriceLevels + 1, 1, 10}, events), std::invalid_argument);
  EXPECT_THROW(MatchingBook<RecordedEvents>({100, 100, 10, 0, 10}, events), std::invalid_argument);
}

}  // namespace
}  // namespace hopscope::matching
