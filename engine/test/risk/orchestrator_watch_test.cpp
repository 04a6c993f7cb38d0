#include "engine/risk/orchestrator_watch.h"

#include <gtest/gtest.h>

namespace hopscope::risk {
namespace {

constexpr core::Ticks kSilence = 1'000, kStep = 10;

TEST(OrchestratorWatch, TellsOnceThatASilenceIsTooLong) {
  OrchestratorWatch watch(kSilence, kStep);
  core::Ticks now = 1'000'000;
  EXPECT_FALSE(watch.silent(7, now));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(watch.silent(7, now += kStep)) << i;
  EXPECT_TRUE(watch.silent(7, now += kStep));
  EXPECT_FALSE(watch.silent(7, now += kStep)) << "once is enough";
  EXPECT_FALSE(watch.silent(8, now += kStep)) << "it is back";
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(watch.silent(8, now += kStep));
  EXPECT_TRUE(watch.silent(8, now += kStep)) << "and gone again";
}

TEST(OrchestratorWatch, DoesNotTakeAMachineThatStoodStillForADeadOrchestrator) {
  OrchestratorWatch watch(kSilence, kStep);
  EXPECT_FALSE(watch.silent(7, 1'000'000));
  EXPECT_FALSE(watch.silent(7, 9'000'000));
  EXPECT_FALSE(watch.silent(7, 9'000'000 + kStep));
}

TEST(OrchestratorWatch, AsksForNoSignOfLifeWhereNoneIsGiven) {
  OrchestratorWatch watch(kSilence, kStep);
  core::Ticks now = 1'000'000;
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(watch.silent(0, now += kStep));
}

}  // namespace
}  // namespace hopscope::risk
