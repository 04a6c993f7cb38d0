#include "engine/oms/answer_clock.h"

#include <gtest/gtest.h>

namespace hopscope::oms {
namespace {

TEST(AnswerClock, TimesEachOrderOnce) {
  AnswerClock clock(2, 4);
  clock.calibrate(core::Calibration(2'000'000'000'000));  // two ticks a nanosecond
  clock.sent(0, 5, 1'000);
  clock.sent(1, 5, 2'000);
  EXPECT_EQ(clock.answered(0, 5, 1'600), 300u);
  EXPECT_EQ(clock.answered(0, 5, 9'000), 0u) << "it has been answered";
  EXPECT_EQ(clock.answered(1, 5, 2'200), 100u) << "the other venue's order of the same number";
  EXPECT_EQ(clock.answered(1, 6, 9'000), 0u) << "nobody saw it leave";
}

TEST(AnswerClock, ASlotIsTheNextOrdersToo) {
  AnswerClock clock(1, 4);
  clock.sent(0, 1, 1'000);
  clock.sent(0, 5, 3'000);
  EXPECT_EQ(clock.answered(0, 5, 3'010), 10u);
}

TEST(AnswerClock, ClocksThatDifferTimeNothing) {
  AnswerClock clock(1, 4);
  clock.sent(0, 1, 1'000);
  EXPECT_EQ(clock.answered(0, 1, 999), 0u);
}

TEST(AnswerClock, IsOffWithoutVenues) {
  EXPECT_FALSE(AnswerClock(0, 1'024).on());
  EXPECT_TRUE(AnswerClock(1, 1'024).on());
}

}  // namespace
}  // namespace hopscope::oms
