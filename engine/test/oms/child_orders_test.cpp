#include "engine/oms/child_orders.h"

#include <gtest/gtest.h>

#include <vector>

namespace hopscope::oms {
namespace {

constexpr std::uint32_t kSlots = 64;

ChildOrder& send(ChildOrders& orders, std::uint32_t user_ref, std::uint64_t market_ns) {
  ChildOrder& order = orders.open(user_ref);
  order.state = ChildState::PendingNew;
  order.waits = true;
  order.market_ns = market_ns;
  return order;
}

std::vector<std::uint32_t> give_up(ChildOrders& orders, std::uint64_t until_ns) {
  std::vector<std::uint32_t> given_up;
  orders.give_up_until(until_ns, [&](ChildOrder& order) {
    order.waits = false;
    given_up.push_back(order.user_ref);
  });
  return given_up;
}

TEST(ChildOrders, FindsOnlyTheOrderThatHasTheSlot) {
  ChildOrders orders(kSlots);
  EXPECT_EQ(orders.find(0), nullptr);
  EXPECT_EQ(orders.find(1), nullptr);
  ChildOrder& first = send(orders, 1, 10);
  EXPECT_EQ(orders.find(1), &first);
  EXPECT_EQ(orders.find(1 + kSlots), nullptr);
}

TEST(ChildOrders, GivesUpOnceAndInOrder) {
  ChildOrders orders(kSlots);
  for (std::uint32_t ref = 1; ref <= 5; ++ref) send(orders, ref, std::uint64_t{ref} * 10);
  EXPECT_TRUE(give_up(orders, 9).empty());
  EXPECT_EQ(give_up(orders, 30), (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_TRUE(give_up(orders, 30).empty());
  EXPECT_EQ(give_up(orders, ~std::uint64_t{0}), (std::vector<std::uint32_t>{4, 5}));
}

TEST(ChildOrders, AnsweredOrdersAreNotGivenUp) {
  ChildOrders orders(kSlots);
  for (std::uint32_t ref = 1; ref <= 4; ++ref) send(orders, ref, 10);
  orders.find(1)->waits = false;
  orders.find(3)->waits = false;
  EXPECT_EQ(give_up(orders, 10), (std::vector<std::uint32_t>{2, 4}));
}

TEST(ChildOrders, ASlotIsHadOnlyWhenItsLastUserIsOver) {
  ChildOrders orders(kSlots);
  EXPECT_TRUE(orders.has_room(1));
  for (const auto& [state, over] :
       {std::pair(ChildState::PendingNew, false), std::pair(ChildState::Live, false), std::pair(ChildState::PendingCancel, false),
        std::pair(ChildState::PendingReplace, false), std::pair(ChildState::Unknown, false), std::pair(ChildState::Filled, true),
        std::pair(ChildState::Cancelled, true), std::pair(ChildState::Rejected, true), std::pair(ChildState::Blocked, true),
        std::pair(ChildState::Replaced, true)}) {
    send(orders, 1, 1).state = state;
    EXPECT_EQ(orders.has_room(1 + kSlots), over) << name(state);
  }
}

TEST(ChildOrders, VisitsWhatHasBeenSentAndIsNotOver) {
  ChildOrders orders(kSlots);
  for (std::uint32_t ref = 1; ref <= 5; ++ref) send(orders, ref, 10).quantity = 100;
  orders.find(1)->state = ChildState::Live;
  orders.find(2)->state = ChildState::Filled;
  orders.find(3)->state = ChildState::Unknown;
  orders.find(4)->state = ChildState::Blocked;
  orders.find(1)->filled = 40;
  std::vector<std::uint32_t> leaves;
  orders.each_open([&](const ChildOrder& order) { leaves.push_back(order.leaves()); });
  EXPECT_EQ(leaves, (std::vector<std::uint32_t>{60, 100, 100}));
  EXPECT_EQ(orders.find(2)->leaves(), 0u);
}

}  // namespace
}  // namespace hopscope::oms
