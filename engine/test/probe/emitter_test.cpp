#include "engine/probe/emitter.h"

#include <gtest/gtest.h>

#include <memory>

#include "engine/probe/cost.h"

namespace hopscope::probe {
namespace {

// The hits themselves are looked at where their program is: test/native.
class EmitterTest : public testing::Test {
 protected:
  void open(core::Lane lane) { ASSERT_EQ(emitter_.open(lane, 3, 0), ""); }
  void order(bool measured) {
    capsule_ = {};
    capsule_.measuring = measured;
    capsule_.hops = 0b1111;
    capsule_.venue_hops = 0b110000;
    emitter_.emit(capsule_);
  }
  void journal(bool measured) {
    hs_journal_trace trace{};
    trace.measuring = measured;
    emitter_.emit(trace);
  }
  std::uint64_t count(hs_counter counter) { return emitter_.counters().get(counter); }

  Emitter emitter_;
  hs_capsule capsule_{};
};

TEST_F(EmitterTest, CompletesTheRecordInPlace) {
  open(core::Lane::Capsule);
  order(true);
  EXPECT_EQ(capsule_.thread, 3);
  EXPECT_EQ(capsule_.hops, 0b111111);
  EXPECT_EQ(capsule_.venue_hops, 0);
}

TEST_F(EmitterTest, LaneStampsHandsNothingOver) {
  open(core::Lane::Stamps);
  order(true);
  journal(true);
  emitter_.flush();
  EXPECT_EQ(count(HS_COUNTER_TRACED), 1u);
  EXPECT_EQ(count(HS_COUNTER_PUSHED), 0u);
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_TRACED), 1u);
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_PUSHED), 0u);
}

TEST_F(EmitterTest, LaneCapsuleHandsEachCapsuleOver) {
  open(core::Lane::Capsule);
  order(false);
  EXPECT_EQ(count(HS_COUNTER_TRACED), 0u);
  EXPECT_EQ(count(HS_COUNTER_PUSHED), 0u);
  order(true);
  EXPECT_EQ(count(HS_COUNTER_TRACED), 1u);
  EXPECT_EQ(count(HS_COUNTER_PUSHED), 1u);
  EXPECT_EQ(count(HS_COUNTER_PUSH_FAILED), 0u);
}

TEST_F(EmitterTest, LaneCapsuleGathersTheJournalBranch) {
  open(core::Lane::Capsule);
  for (int i = 0; i < 15; ++i) journal(i % 3 != 0);
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_TRACED), 10u);
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_PUSHED), 0u);
  journal(true);
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_PUSHED), 11u) << "the sixteenth fills the batch";
  journal(true);
  journal(false);
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_PUSHED), 11u);
  emitter_.flush();
  emitter_.flush();
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_PUSHED), 12u);
  EXPECT_EQ(count(HS_COUNTER_JOURNAL_TRACED), 12u);
}

TEST_F(EmitterTest, TimesSomeOfItsHits) {
  open(core::Lane::Capsule);
  for (int i = 0; i < 640; ++i) order(false);
  EXPECT_EQ(emitter_.hit_ticks().count, 0u) << "what a program drops tells nothing";
  for (int i = 0; i < 640; ++i) order(true);
  EXPECT_EQ(emitter_.hit_ticks().count, 10u);
}

TEST(Cost, SiteIsMeasuredWhereThereIsOne) {
  const core::Calibration calibration(2'600'000'000'000u);
  for (const core::Lane lane : {core::Lane::Off, core::Lane::Stamps, core::Lane::Capsule, core::Lane::Hops}) {
    Emitter emitter;
    ASSERT_EQ(emitter.open(lane, 0, 0), "");
    const bool has_site = lane == core::Lane::Capsule || lane == core::Lane::Hops;
    EXPECT_EQ(measure_site_cost(emitter, calibration) != 0, has_site);
    EXPECT_EQ(emitter.counters().get(HS_COUNTER_TRACED), 0u);
    EXPECT_EQ(emitter.counters().get(HS_COUNTER_PUSHED), 0u);
  }
}

TEST(Cost, OfTheRunIsTheMedianOfItsHits) {
  const core::Calibration calibration(1'000'000'000'000u);  // a tick is a nanosecond
  auto ticks = std::make_unique<hs_histogram>();
  for (int i = 0; i < 99; ++i) core::record(*ticks, 700);
  EXPECT_EQ(site_cost_of_run(*ticks, calibration), 0u) << "too few";
  for (int i = 0; i < 60; ++i) core::record(*ticks, 1'000'000);  // interrupted
  EXPECT_NEAR(static_cast<double>(site_cost_of_run(*ticks, calibration)), 700e3, 700e3 / 32);
}

}  // namespace
}  // namespace hopscope::probe
