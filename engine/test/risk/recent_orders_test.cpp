#include "engine/risk/recent_orders.h"

#include <gtest/gtest.h>

namespace hopscope::risk {
namespace {

using book::Side;

constexpr std::uint64_t kNever = ~std::uint64_t{0};

TEST(RecentOrders, KnowHowLongAgoTheSameOrderWas) {
  RecentOrders orders;
  const RecentOrders::Key key{3, 1, Side::Buy, 1'000'000, 100};
  EXPECT_EQ(orders.since(key, 50), kNever);
  orders.note(key, 50);
  EXPECT_EQ(orders.since(key, 80), 30u);
  EXPECT_EQ(orders.since(key, 40), 0u) << "time that runs backwards";
  orders.note(key, 70);
  EXPECT_EQ(orders.since(key, 80), 10u);
}

// Many of these share the one's place in the table.
TEST(RecentOrders, TakeNoOtherOrderForIt) {
  RecentOrders orders;
  orders.note({3, 1, Side::Buy, 1'000'000, 100}, 50);
  unsigned found = 0;
  for (std::uint16_t locate = 0; locate < 2'000; ++locate)
    for (const std::uint8_t venue : {std::uint8_t{0}, std::uint8_t{1}})
      for (const Side side : {Side::Buy, Side::Sell})
        for (const book::Quantity quantity : {100u, 200u}) found += orders.since({locate, venue, side, 1'000'000, quantity}, 60) != kNever;
  EXPECT_EQ(found, 1u);
}

}  // namespace
}  // namespace hopscope::risk
