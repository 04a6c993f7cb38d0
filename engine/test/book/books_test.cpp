#include "engine/book/books.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

namespace hopscope::book {
namespace {

constexpr std::uint16_t kStock = 7;

class BooksTest : public testing::Test {
 protected:
  std::vector<OrderId> makers(Side taker, Price limit, Quantity quantity) {
    std::vector<OrderId> ids;
    left_ = books_.match(kStock, taker, limit, quantity, [&](OrderId maker, Price, Quantity, bool) { ids.push_back(maker); });
    return ids;
  }

  Books books_{10, 100};
  Quantity left_ = 0;
};

TEST_F(BooksTest, EmptyBookHasNoTouch) {
  const Touch touch = books_.touch(kStock);
  EXPECT_EQ(touch.bid, 0u);
  EXPECT_EQ(touch.ask, 0u);
  EXPECT_EQ(touch.bid_size, 0u);
  EXPECT_EQ(touch.ask_size, 0u);
}

TEST_F(BooksTest, TouchIsTheBestLevelOfEachSideWithAllItsShares) {
  books_.add(1, kStock, Side::Buy, 999'900, 100);
  books_.add(2, kStock, Side::Buy, 999'900, 50);
  books_.add(3, kStock, Side::Buy, 999'800, 500);
  books_.add(4, kStock, Side::Sell, 1'000'100, 70);
  books_.add(5, kStock, Side::Sell, 1'000'000, 30);
  const Touch touch = books_.touch(kStock);
  EXPECT_EQ(touch.bid, 999'900u);
  EXPECT_EQ(touch.bid_size, 150u);
  EXPECT_EQ(touch.ask, 1'000'000u);
  EXPECT_EQ(touch.ask_size, 30u);
}

TEST_F(BooksTest, SymbolsDoNotSeeEachOther) {
  books_.add(1, kStock, Side::Sell, 100, 10);
  EXPECT_EQ(books_.touch(kStock + 1).ask, 0u);
  EXPECT_EQ(books_.match(kStock + 1, Side::Buy, 0, 10, [](OrderId, Price, Quantity, bool) { FAIL(); }), 10u);
}

TEST_F(BooksTest, BestPriceTradesFirstThenTheOldest) {
  books_.add(1, kStock, Side::Sell, 200, 10);
  books_.add(2, kStock, Side::Sell, 100, 10);
  books_.add(3, kStock, Side::Sell, 100, 10);
  EXPECT_EQ(makers(Side::Buy, 200, 25), (std::vector<OrderId>{2, 3, 1}));
  EXPECT_EQ(left_, 0u);
  EXPECT_EQ(books_.find(1)->quantity, 5u);
}

TEST_F(BooksTest, LimitStopsTheMatch) {
  books_.add(1, kStock, Side::Buy, 300, 10);
  books_.add(2, kStock, Side::Buy, 200, 10);
  EXPECT_EQ(makers(Side::Sell, 201, 30), (std::vector<OrderId>{1}));
  EXPECT_EQ(left_, 20u);
  EXPECT_EQ(books_.touch(kStock).bid, 200u);
}

TEST_F(BooksTest, LimitZeroTakesAnyPrice) {
  books_.add(1, kStock, Side::Buy, kMaxPrice, 10);
  books_.add(2, kStock, Side::Buy, 1, 10);
  EXPECT_EQ(makers(Side::Sell, 0, 30), (std::vector<OrderId>{1, 2}));
  EXPECT_EQ(left_, 10u);
  books_.add(3, kStock, Side::Sell, kMaxPrice, 10);
  EXPECT_EQ(makers(Side::Buy, 0, 10), (std::vector<OrderId>{3}));
}

TEST_F(BooksTest, ASellLimitAboveEveryPriceTradesNothing) {
  books_.add(1, kStock, Side::Buy, kMaxPrice, 10);
  EXPECT_TRUE(makers(Side::Sell, std::numeric_limits<Price>::max(), 10).empty());
}

TEST_F(BooksTest, ReduceKeepsThePlaceInTheQueue) {
  books_.add(1, kStock, Side::Sell, 100, 10);
  books_.add(2, kStock, Side::Sell, 100, 10);
  EXPECT_EQ(books_.reduce(1, 4), 4u);
  EXPECT_EQ(books_.touch(kStock).ask_size, 16u);
  EXPECT_EQ(makers(Side::Buy, 0, 1), (std::vector<OrderId>{1}));
}

TEST_F(BooksTest, ReduceByMoreThanThereIsEndsTheOrder) {
  books_.add(1, kStock, Side::Sell, 100, 10);
  EXPECT_EQ(books_.reduce(1, 11), 10u);
  EXPECT_EQ(books_.find(1), nullptr);
  EXPECT_EQ(books_.reduce(1, 1), 0u);
}

TEST_F(BooksTest, ReplaceGoesToTheEndOfTheQueueEvenAtTheSamePrice) {
  books_.add(1, kStock, Side::Sell, 100, 10);
  books_.add(2, kStock, Side::Sell, 100, 10);
  EXPECT_TRUE(books_.replace(1, 3, 100, 10));
  EXPECT_EQ(makers(Side::Buy, 0, 20), (std::vector<OrderId>{2, 3}));
}

TEST_F(BooksTest, ReplaceKeepsSideAndSymbol) {
  books_.add(1, kStock, Side::Buy, 100, 10);
  EXPECT_TRUE(books_.replace(1, 2, 300, 20));
  const Order* order = books_.find(2);
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(books_.side_of(*order), Side::Buy);
  EXPECT_EQ(books_.locate_of(*order), kStock);
  EXPECT_EQ(books_.touch(kStock).bid, 300u);
}

TEST_F(BooksTest, ARefusedReplaceChangesNothing) {
  books_.add(1, kStock, Side::Buy, 100, 10);
  books_.add(2, kStock, Side::Buy, 100, 10);
  EXPECT_FALSE(books_.replace(1, 2, 200, 10));
  EXPECT_FALSE(books_.replace(1, 3, 0, 10));
  EXPECT_FALSE(books_.replace(1, 3, 200, 0));
  EXPECT_FALSE(books_.replace(4, 5, 200, 10));
  EXPECT_EQ(books_.touch(kStock).bid_size, 20u);
  EXPECT_EQ(makers(Side::Sell, 0, 20), (std::vector<OrderId>{1, 2}));
}

TEST_F(BooksTest, WhatCannotRestIsRefused) {
  EXPECT_TRUE(books_.add(1, kStock, Side::Buy, 100, 10));
  EXPECT_FALSE(books_.add(1, kStock, Side::Sell, 200, 10));
  EXPECT_FALSE(books_.add(2, 11, Side::Buy, 100, 10));
  EXPECT_FALSE(books_.add(2, kStock, Side::Buy, 0, 10));
  EXPECT_FALSE(books_.add(2, kStock, Side::Buy, kMaxPrice + 1, 10));
  EXPECT_FALSE(books_.add(2, kStock, Side::Buy, 100, 0));
  EXPECT_EQ(books_.orders(), 1u);
  EXPECT_EQ(books_.touch(kStock).ask, 0u);
}

TEST_F(BooksTest, FullBooksCountWhatTheyRefuseAndTakeOrdersAgainOnceThereIsRoom) {
  for (OrderId id = 1; id <= 100; ++id) ASSERT_TRUE(books_.add(id, kStock, Side::Buy, static_cast<Price>(id), 1));
  EXPECT_FALSE(books_.add(101, kStock, Side::Buy, 1, 1));
  EXPECT_EQ(books_.refused_full(), 1u);
  EXPECT_TRUE(books_.remove(50));
  EXPECT_TRUE(books_.add(101, kStock, Side::Buy, 1, 1));
  EXPECT_EQ(books_.refused_full(), 1u);
}

TEST_F(BooksTest, MakerIsReportedAsItStoodBeforeTheTrade) {
  books_.add(1, kStock, Side::Sell, 100, 10);
  bool called = false;
  books_.match(kStock, Side::Buy, 100, 4, [&](OrderId maker, Price price, Quantity traded, bool done) {
    called = true;
    EXPECT_EQ(price, 100u);
    EXPECT_EQ(traded, 4u);
    EXPECT_FALSE(done);
    EXPECT_EQ(books_.find(maker)->quantity, 10u);
  });
  EXPECT_TRUE(called);
}

TEST_F(BooksTest, VisitorsStopWhenTold) {
  books_.add(1, kStock, Side::Sell, 100, 10);
  books_.add(2, kStock, Side::Sell, 100, 10);
  books_.add(3, kStock, Side::Sell, 200, 10);
  int orders = 0, levels = 0;
  books_.each_order(kStock, Side::Sell, [&](const Order&) { return ++orders < 2; });
  books_.each_level(kStock, Side::Sell, [&](Price, std::uint64_t, std::uint32_t) {
    ++levels;
    return false;
  });
  EXPECT_EQ(orders, 2);
  EXPECT_EQ(levels, 1);
}

// A level whose shares do not fit 32 bits: the touch says "at least that many".
TEST_F(BooksTest, TouchSizeSaturates) {
  const Quantity most = std::numeric_limits<Quantity>::max();
  books_.add(1, kStock, Side::Buy, 100, most);
  books_.add(2, kStock, Side::Buy, 100, most);
  EXPECT_EQ(books_.touch(kStock).bid_size, most);
  EXPECT_EQ(makers(Side::Sell, 0, most), (std::vector<OrderId>{1}));
  EXPECT_EQ(books_.find(2)->quantity, most);
}

}  // namespace
}  // namespace hopscope::book
