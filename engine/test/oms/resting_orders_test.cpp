#include "engine/oms/resting_orders.h"

#include <gtest/gtest.h>

#include <vector>

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

// One order a number; what is to be replaced with it, the youngest first.
std::vector<std::uint32_t> replaced_with(RestingOrders& resting, std::uint32_t user_ref) {
  resting.rotate({user_ref, 5, 2, book::Side::Sell});
  std::vector<std::uint32_t> turns;
  while (resting.any_to_replace()) turns.push_back(resting.next_to_replace().user_ref);
  return turns;
}

TEST(RestingOrders, EachIsReplacedEveryReplaceAfterOrdersUntilItIsCancelled) {
  RestingOrders resting(7, 3);
  EXPECT_FALSE(resting.any_to_replace());
  for (std::uint32_t sent = 1; sent <= 6; ++sent) replaced_with(resting, sent);
  EXPECT_EQ(replaced_with(resting, 7), (std::vector<std::uint32_t>{4, 1}));
  for (std::uint32_t sent = 8; sent <= 30; ++sent)
    EXPECT_EQ(replaced_with(resting, sent), (std::vector<std::uint32_t>{sent - 3, sent - 6})) << sent;
}

TEST(RestingOrders, NoneIsReplacedUnlessThatIsAskedFor) {
  RestingOrders resting(3);
  for (std::uint32_t sent = 1; sent <= 9; ++sent) EXPECT_TRUE(replaced_with(resting, sent).empty());
}

TEST(RestingOrders, AReplacementIsCancelledInThePlaceOfItsOrder) {
  RestingOrders resting(2, 1);
  resting.rotate({1, 5, 2, book::Side::Sell});
  resting.rotate({2, 5, 2, book::Side::Sell});
  ASSERT_TRUE(resting.any_to_replace());
  resting.next_to_replace().user_ref = 3;
  EXPECT_FALSE(resting.put_back(1, 3, 1)) << "another venue";
  EXPECT_TRUE(resting.put_back(2, 3, 1));
  EXPECT_FALSE(resting.put_back(2, 3, 1));
  EXPECT_EQ(resting.rotate({}).user_ref, 1u);
}

}  // namespace
}  // namespace hopscope::oms
