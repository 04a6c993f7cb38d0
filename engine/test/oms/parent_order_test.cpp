// What answers make of a parent order's sums.
#include "engine/oms/parent_order.h"

#include <gtest/gtest.h>

namespace hopscope::oms {
namespace {

class ParentOrderTest : public testing::Test {
 protected:
  ParentOrderTest() : parent_(plan()) {
    first_.user_ref = 1;
    first_.quantity = 100;
    first_.type = OrderType::Limit;
    second_ = first_;
    second_.user_ref = 2;
    second_.replaces = 1;
    parent_.count({ChildEventKind::Sent, first_, 100});
    parent_.count({ChildEventKind::Sent, second_, 100});
    parent_.resting[0].user_ref = 2;  // by whoever has sent it
  }
  static core::ParentPlan plan() {
    core::ParentPlan plan;
    plan.quantity = 1'000;
    plan.slices = 1;
    return plan;
  }

  ParentOrder parent_;
  ChildOrder first_, second_;
};

TEST_F(ParentOrderTest, AReplacementThatIsGivenUpLeavesTheOrderThatIsAskedBack) {
  ASSERT_EQ(parent_.working, 100u);
  parent_.count({ChildEventKind::GivenUp, second_, 100});
  EXPECT_EQ(parent_.resting[0].user_ref, 1u);
  parent_.count({ChildEventKind::Cancelled, first_, 100});
  EXPECT_FALSE(parent_.rests()) << "it would never send again";
  EXPECT_EQ(parent_.working, 0u);
}

TEST_F(ParentOrderTest, AReplacementThatIsHeardOfAfterAllIsTheOneThatRests) {
  parent_.count({ChildEventKind::GivenUp, second_, 100});
  parent_.count({ChildEventKind::Revived, second_, 100});
  EXPECT_EQ(parent_.resting[0].user_ref, 2u);
  parent_.count({ChildEventKind::Cancelled, second_, 100});
  EXPECT_FALSE(parent_.rests());
}

}  // namespace
}  // namespace hopscope::oms
