#include "engine/oms/unfilled_orders.h"

#include <gtest/gtest.h>

namespace hopscope::oms {
namespace {

constexpr ChildRequest kTakes{book::Side::Buy, OrderType::Market, 0, 500};

TEST(UnfilledOrders, WhatComesBackIsDueWhenTheLastLegIsOver) {
  UnfilledOrders unfilled(1);
  const RestIndex rest = unfilled.open(kTakes, 3, true, 2);
  unfilled.ended(rest, 100);
  EXPECT_FALSE(unfilled.due());
  unfilled.ended(rest, 50);
  ASSERT_TRUE(unfilled.due());
  const UnfilledOrders::Rest back = unfilled.next();
  EXPECT_EQ(back.request.quantity, 150u);
  EXPECT_EQ(back.request.type, OrderType::Market);
  EXPECT_EQ(back.locate, 3);
  EXPECT_TRUE(back.measured);
  EXPECT_FALSE(unfilled.due());
}

TEST(UnfilledOrders, NothingIsDueOfWhatWasFilled) {
  UnfilledOrders unfilled(1);
  unfilled.ended(unfilled.open(kTakes, 1, true, 1), 0);
  EXPECT_FALSE(unfilled.due());
}

TEST(UnfilledOrders, ARequestIsSentAgainAsOftenAsThePlanSays) {
  UnfilledOrders unfilled(2);
  unfilled.ended(unfilled.open(kTakes, 1, true, 1), 500);
  for (int sent_again = 0; sent_again < 2; ++sent_again) {
    ASSERT_TRUE(unfilled.due());
    const UnfilledOrders::Rest back = unfilled.next();
    EXPECT_EQ(back.request.last_try, sent_again == 1);
    unfilled.ended(unfilled.open(back.request, back.locate, back.measured, 1), 400);
  }
  EXPECT_FALSE(unfilled.due());
}

TEST(UnfilledOrders, TheOrderOfAnswersDoesNotMatter) {
  UnfilledOrders unfilled(1);
  const RestIndex first = unfilled.open(kTakes, 1, true, 1), second = unfilled.open(kTakes, 2, true, 1);
  unfilled.ended(second, 10);
  unfilled.ended(first, 10);
  EXPECT_EQ(unfilled.next().locate, 1);
  EXPECT_EQ(unfilled.next().locate, 2);
}

TEST(UnfilledOrders, KeepsNothingOfOrdersThatRestOrOfParents) {
  UnfilledOrders unfilled(1);
  ChildRequest rests = kTakes;
  rests.type = OrderType::Limit;
  EXPECT_EQ(unfilled.open(rests, 1, true, 1), kNoRest);
  ChildRequest of_parent = kTakes;
  of_parent.parent = 0;
  EXPECT_EQ(unfilled.open(of_parent, 1, true, 1), kNoRest);
  UnfilledOrders off(0);
  EXPECT_EQ(off.open(kTakes, 1, true, 1), kNoRest);
  off.ended(kNoRest, 100);
  EXPECT_FALSE(off.due());
}

TEST(UnfilledOrders, RoomIsGivenBack) {
  UnfilledOrders unfilled(1);
  for (int request = 0; request < 5'000; ++request) {
    const RestIndex rest = unfilled.open(kTakes, 1, true, 1);
    ASSERT_NE(rest, kNoRest) << request;
    unfilled.ended(rest, request % 2 == 0 ? 0 : 100);
    if (unfilled.due()) unfilled.give_up(unfilled.next().request.rest);
  }
}

}  // namespace
}  // namespace hopscope::oms
