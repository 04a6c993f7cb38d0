#include "engine/oms/child_orders.h"

#include <gtest/gtest.h>

#include <vector>

namespace hopscope::oms {
namespace {

constexpr std::uint32_t kSlots = 64;

const auto kNobody = [](ChildOrder& order) { ADD_FAILURE() << "gave up " << order.user_ref; };

ChildOrder& send(ChildOrders& orders, std::uint32_t user_ref, std::uint64_t market_ns) {
  ChildOrder& order = orders.open(user_ref, kNobody);
  order.state = ChildState::Sent;
  order.market_ns = market_ns;
  return order;
}

std::vector<std::uint32_t> give_up(ChildOrders& orders, std::uint64_t until_ns) {
  std::vector<std::uint32_t> given_up;
  orders.give_up_until(until_ns, [&](ChildOrder& order) {
    order.state = ChildState::GivenUp;
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
  orders.find(1)->state = ChildState::Live;
  orders.find(3)->state = ChildState::Done;
  EXPECT_EQ(give_up(orders, 10), (std::vector<std::uint32_t>{2, 4}));
}

TEST(ChildOrders, AReusedSlotFirstGivesUpItsWaitingUser) {
  ChildOrders orders(kSlots);
  for (std::uint32_t ref = 1; ref <= kSlots; ++ref) send(orders, ref, ref).state = ref == 1 ? ChildState::Sent : ChildState::Done;
  std::vector<std::uint32_t> given_up;
  orders.open(kSlots + 1, [&](ChildOrder& order) { given_up.push_back(order.user_ref); }).state = ChildState::Sent;
  EXPECT_EQ(given_up, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(orders.find(1), nullptr);
  EXPECT_EQ(give_up(orders, ~std::uint64_t{0}), (std::vector<std::uint32_t>{kSlots + 1}));
}

}  // namespace
}  // namespace hopscope::oms
