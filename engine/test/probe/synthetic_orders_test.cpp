#include "engine/probe/synthetic_orders.h"

#include <gtest/gtest.h>

namespace hopscope::probe {
namespace {

constexpr double kRate = 1e6;                           // one each 1,000 ticks
const core::Calibration kTickIsNs(1'000'000'000'000u);  // 1 GHz

class SyntheticOrdersTest : public testing::Test {
 protected:
  SyntheticOrdersTest() { EXPECT_EQ(emitter_.open(core::Lane::Capsule, 0, 0), ""); }
  std::uint64_t traced() { return emitter_.counters().get(HS_COUNTER_TRACED); }
  std::uint64_t pushed() { return emitter_.counters().get(HS_COUNTER_PUSHED); }

  Emitter emitter_;
  SyntheticOrders orders_{emitter_, kRate, 7, kTickIsNs};
};

TEST_F(SyntheticOrdersTest, AreCountedLikeAnyOther) {
  EXPECT_FALSE(orders_.poll()) << "not started";
  orders_.start(1'000'000);
  EXPECT_TRUE(orders_.emit_due(1'000'000)) << "the first is due at once";
  EXPECT_FALSE(orders_.emit_due(1'000'999));
  EXPECT_TRUE(orders_.emit_due(1'001'000));
  EXPECT_EQ(traced(), 2u);
  EXPECT_EQ(pushed(), 2u);
}

TEST_F(SyntheticOrdersTest, KeepTheirScheduleBehindADelay) {
  orders_.start(1'000'000);
  orders_.emit_due(1'000'000);
  unsigned polls = 0;
  while (orders_.emit_due(1'100'000)) ++polls;  // away for 100 of them
  EXPECT_EQ(traced(), 101u);
  EXPECT_EQ(polls, 4u) << "a burst at a time";
  EXPECT_FALSE(orders_.emit_due(1'100'999));
}

TEST_F(SyntheticOrdersTest, StopAtOnce) {
  orders_.start(core::now_ticks());
  EXPECT_TRUE(orders_.poll());
  orders_.stop();
  EXPECT_FALSE(orders_.poll());
}

}  // namespace
}  // namespace hopscope::probe
