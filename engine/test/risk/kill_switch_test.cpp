#include "engine/risk/kill_switch.h"

#include <gtest/gtest.h>

#include <string>

namespace hopscope::risk {
namespace {

TEST(KillSwitch, SaysWhenItWasPulledAndByWhom) {
  hs_kill_switch words{};
  const KillSwitch kill_switch(words);
  EXPECT_FALSE(kill_switch.pulled());
  const core::Ticks before = core::now_ticks();
  kill_switch.pull(HS_KILL_ALERT);
  const core::Ticks after = core::now_ticks();
  EXPECT_TRUE(kill_switch.pulled());
  EXPECT_EQ(cause_of(kill_switch.trip()), HS_KILL_ALERT);
  EXPECT_GE(tsc_of(kill_switch.trip()), before);
  EXPECT_LE(tsc_of(kill_switch.trip()), after);
}

TEST(KillSwitch, IsTakenBackWhenAskedOnly) {
  hs_kill_switch words{};
  const KillSwitch kill_switch(words);
  EXPECT_FALSE(kill_switch.take_back(0)) << "it is armed";
  kill_switch.pull(HS_KILL_COMMAND);
  const hs_u64 trip = kill_switch.trip();
  EXPECT_FALSE(kill_switch.take_back(trip));
  kill_switch.arm(trip);
  EXPECT_TRUE(kill_switch.pulled()) << "the OMS has not come by yet";
  EXPECT_TRUE(kill_switch.take_back(trip));
  EXPECT_FALSE(kill_switch.pulled());
  words.tripped = trip;
  EXPECT_FALSE(kill_switch.take_back(trip)) << "an order to arm is good for once";
}

TEST(KillSwitch, AnArmingNeverUndoesALaterTrip) {
  hs_kill_switch words{};
  const KillSwitch kill_switch(words);
  kill_switch.pull(HS_KILL_COMMAND);
  const hs_u64 first = kill_switch.trip();
  kill_switch.arm(first);
  while (core::now_ticks() == tsc_of(first)) core::cpu_relax();
  kill_switch.pull(HS_KILL_COMMAND);
  EXPECT_FALSE(kill_switch.take_back(first)) << "pulled again in between";
  EXPECT_FALSE(kill_switch.take_back(kill_switch.trip())) << "asked for the first only";
  EXPECT_TRUE(kill_switch.pulled());
}

TEST(KillSwitch, EveryCauseHasAName) {
  EXPECT_EQ(std::string(name(HS_KILL_NONE)), "none");
  EXPECT_EQ(std::string(name(HS_KILL_COMMAND)), "command");
  EXPECT_EQ(std::string(name(HS_KILL_STALE_FEED)), "stale_feed");
  EXPECT_EQ(std::string(name(HS_KILL_CAUSE_COUNT)), "unknown");
  static_assert(HS_KILL_CAUSE_COUNT <= 1 << HS_KILL_CAUSE_BITS);
}

}  // namespace
}  // namespace hopscope::risk
