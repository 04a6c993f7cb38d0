#include "engine/oms/positions.h"

#include <gtest/gtest.h>

namespace hopscope::oms {
namespace {

core::VenuePlan profile(std::int64_t make_micros, std::int64_t take_micros) {
  core::VenuePlan profile;
  profile.make_micros = make_micros;
  profile.take_micros = take_micros;
  return profile;
}

class PositionsTest : public testing::Test {
 protected:
  void fill(std::uint8_t venue, std::uint16_t locate, book::Side side, book::Quantity shares, book::Price price, bool added = false) {
    ChildOrder order;
    order.venue = venue;
    order.locate = locate;
    order.side = side;
    positions_.take({ChildEventKind::Filled, order, shares, price, added});
  }

  Positions positions_{2, 3, {profile(-20, 30), profile(5, 6)}};
};

TEST_F(PositionsTest, AddsUpBySymbolAndVenue) {
  fill(0, 1, book::Side::Buy, 100, 1'000'000);
  fill(0, 1, book::Side::Buy, 50, 1'000'200);
  fill(0, 1, book::Side::Sell, 30, 1'000'100);
  fill(1, 1, book::Side::Sell, 500, 1'000'000);
  fill(0, 3, book::Side::Buy, 1, 1);
  EXPECT_EQ(positions_.at(0, 1).bought, 150u);
  EXPECT_EQ(positions_.at(0, 1).bought_value, 100u * 1'000'000 + 50u * 1'000'200);
  EXPECT_EQ(positions_.at(0, 1).sold, 30u);
  EXPECT_EQ(positions_.at(1, 1).sold_value, 500'000'000u);
  EXPECT_EQ(positions_.of(1).net(), 150 - 530);
  EXPECT_EQ(positions_.at(0, 3).bought, 1u);
  EXPECT_FALSE(positions_.at(1, 3).any());
}

TEST_F(PositionsTest, PaysForWhatItTakesAndForWhatItMakes) {
  fill(0, 1, book::Side::Buy, 100, 1'000'000);
  EXPECT_EQ(positions_.at(0, 1).fees_micros, 3'000);
  fill(0, 1, book::Side::Sell, 200, 1'000'000, true);
  EXPECT_EQ(positions_.at(0, 1).fees_micros, -1'000);
  fill(1, 1, book::Side::Sell, 10, 1'000'000, true);
  EXPECT_EQ(positions_.of(1).fees_micros, -950);
}

TEST_F(PositionsTest, OtherEventsAreNothingToIt) {
  const ChildOrder order;
  for (const ChildEventKind kind : {ChildEventKind::Sent, ChildEventKind::Accepted, ChildEventKind::Cancelled, ChildEventKind::GivenUp})
    positions_.take({kind, order, 100, 10});
  EXPECT_FALSE(positions_.at(0, 0).any());
}

}  // namespace
}  // namespace hopscope::oms
