#include "engine/oms/resting_orders.h"

#include <gtest/gtest.h>

namespace hopscope::oms {
namespace {

TEST(RestingOrders, ReturnsWhatWasSentCancelAfterChildOrdersAgo) {
  RestingOrders resting(3);
  for (std::uint32_t sent = 1; sent <= 20; ++sent) {
    RestingOrder order;
    order.user_ref = sent % 2 == 0 ? sent : 0;  // every second child order rests
    const RestingOrder due = resting.rotate(order);
    const std::uint32_t expected = sent > 3 && (sent - 3) % 2 == 0 ? sent - 3 : 0;
    EXPECT_EQ(due.user_ref, expected) << sent;
  }
}

TEST(RestingOrders, CancelAfterOneIsTheNextChildOrder) {
  RestingOrders resting(1);
  EXPECT_EQ(resting.rotate({1, 5, 2, book::Side::Sell}).user_ref, 0u);
  const RestingOrder due = resting.rotate({});
  EXPECT_EQ(due.user_ref, 1u);
  EXPECT_EQ(due.venue, 2);
  EXPECT_EQ(due.locate, 5);
}

}  // namespace
}  // namespace hopscope::oms
