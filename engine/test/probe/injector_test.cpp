#include "engine/probe/injector.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace hopscope::probe {
namespace {

const core::Calibration kTickIsNs;
constexpr core::Lane kLane = core::Lane::Stamps;

constexpr hs_u64 kWarmup = 0;  // no measured phase yet

core::InjectPlan busy(std::uint64_t ns, std::uint32_t every) { return {{HS_HOP_VENUE_MATCH, ns, every}, {}}; }
core::InjectPlan busy_within(std::uint64_t after_ns, std::uint64_t during_ns) {
  return {{HS_HOP_VENUE_MATCH, 1'000, 1, after_ns, during_ns}, {}};
}
core::InjectPlan faults(std::uint32_t pages, std::uint32_t every) { return {{}, {HS_HOP_VENUE_MATCH, pages, every}}; }

// One measured order that comes to the hop.
hs_capsule pass(Injector& injector, hs_hop hop = HS_HOP_VENUE_MATCH, bool measured = true) {
  hs_capsule capsule{};
  capsule.measuring = measured;
  injector.before(hop, capsule);
  return capsule;
}

long minor_faults() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

TEST(Injector, OffItDelaysNobody) {
  Injector injector;
  ASSERT_EQ(injector.open({}, kLane, kTickIsNs, kWarmup), "");
  for (unsigned hop = 1; hop < HS_HOP_COUNT; ++hop) EXPECT_EQ(pass(injector, static_cast<hs_hop>(hop)).injected_hop, 0);
  injector.prepare();
  EXPECT_EQ(injector.count(), 0u);
}

TEST(Injector, LaneOffHasNoRecordsAndNoDelays) {
  Injector injector;
  ASSERT_EQ(injector.open(busy(10, 1), core::Lane::Off, kTickIsNs, kWarmup), "");
  pass(injector);
  EXPECT_EQ(injector.count(), 0u);
}

TEST(Injector, DelaysEveryNthMeasuredOrderAtItsHop) {
  Injector injector;
  ASSERT_EQ(injector.open(busy(50'000, 3), kLane, kTickIsNs, kWarmup), "");
  for (int order = 1; order <= 9; ++order) {
    EXPECT_EQ(pass(injector, HS_HOP_VENUE_MATCH, false).injected_hop, 0) << "warm-up";
    EXPECT_EQ(pass(injector, HS_HOP_VENUE_TX).injected_hop, 0) << "another hop";
    const core::Ticks from = core::now_ticks();
    const hs_capsule capsule = pass(injector);
    const core::Ticks took = core::now_ticks() - from;
    EXPECT_EQ(capsule.injected_hop, order % 3 == 0 ? HS_HOP_VENUE_MATCH : 0) << order;
    EXPECT_EQ(capsule.injected_ticks >= 50'000, order % 3 == 0) << order;
    EXPECT_LE(capsule.injected_ticks, took) << order;
  }
  EXPECT_EQ(injector.count(), 3u);
}

TEST(Injector, DelaysOnlyWithinItsPartOfTheMeasuredPhase) {
  constexpr std::uint64_t kHourNs = 3'600'000'000'000;
  hs_u64 measure_start = 0;
  Injector injector;
  ASSERT_EQ(injector.open(busy_within(kHourNs, 2 * kHourNs), kLane, kTickIsNs, measure_start), "");
  const auto delays_after = [&](double hours) {
    measure_start = core::now_ticks() - static_cast<hs_u64>(hours * static_cast<double>(kHourNs));
    return pass(injector).injected_hop != 0;
  };
  if (core::now_ticks() < 5 * kHourNs) GTEST_SKIP() << "the time-stamp counter began less than five hours of nanoseconds ago";
  EXPECT_EQ(pass(injector).injected_hop, 0) << "the measured phase has not begun";
  EXPECT_FALSE(delays_after(0.9));
  EXPECT_TRUE(delays_after(1.1));
  EXPECT_TRUE(delays_after(2.9));
  EXPECT_FALSE(delays_after(3.1));
  EXPECT_EQ(injector.count(), 2u);
}

TEST(Injector, WithoutAnEndItGoesOnUntilThatOfTheRun) {
  hs_u64 measure_start = core::now_ticks() - 2'000'000;
  Injector late, soon;
  ASSERT_EQ(late.open(busy_within(3'600'000'000'000, 0), kLane, kTickIsNs, measure_start), "");
  ASSERT_EQ(soon.open(busy_within(1'000'000, 0), kLane, kTickIsNs, measure_start), "");
  EXPECT_EQ(pass(late).injected_hop, 0);
  EXPECT_EQ(pass(soon).injected_hop, HS_HOP_VENUE_MATCH);
}

TEST(Injector, KeepsTheDelayForACapsuleThatIsYetToCome) {
  Injector injector;
  ASSERT_EQ(injector.open(busy(1'000, 1), kLane, kTickIsNs, kWarmup), "");
  Injected injected;
  injector.before(HS_HOP_VENUE_MATCH, false, injected);
  EXPECT_EQ(injected.hop, 0);
  injector.before(HS_HOP_VENUE_MATCH, true, injected);
  injector.before(HS_HOP_VENUE_TX, true, injected);
  EXPECT_EQ(injected.hop, HS_HOP_VENUE_MATCH);
  hs_capsule capsule{};
  Injector::write(capsule, injected);
  EXPECT_EQ(capsule.injected_hop, HS_HOP_VENUE_MATCH);
  EXPECT_EQ(capsule.injected_ticks, injected.ticks);
  EXPECT_GE(capsule.injected_ticks, 1'000u);
}

TEST(Injector, TouchesPagesThatWereGivenBack) {
  constexpr std::uint32_t kPages = 8;
  Injector injector;
  ASSERT_EQ(injector.open(faults(kPages, 1), kLane, kTickIsNs, kWarmup), "");
  for (int order = 0; order < 3; ++order) {
    const long before = minor_faults();
    const hs_capsule capsule = pass(injector);
    EXPECT_GE(minor_faults() - before, long{kPages}) << order;
    EXPECT_EQ(capsule.injected_hop, HS_HOP_VENUE_MATCH);
    EXPECT_GT(capsule.injected_ticks, 0u);
    injector.prepare();
  }
  EXPECT_EQ(injector.count(), 3u);
}

TEST(Injector, WaitsForItsPagesAndTakesTheNextOrderThen) {
  Injector injector;
  ASSERT_EQ(injector.open(faults(2, 2), kLane, kTickIsNs, kWarmup), "");
  EXPECT_EQ(pass(injector).injected_hop, 0);
  EXPECT_EQ(pass(injector).injected_hop, HS_HOP_VENUE_MATCH);
  for (int order = 0; order < 3; ++order) EXPECT_EQ(pass(injector).injected_hop, 0) << "its pages are still there";
  injector.prepare();
  EXPECT_EQ(pass(injector).injected_hop, HS_HOP_VENUE_MATCH) << "it was due";
  EXPECT_EQ(injector.count(), 2u);
}

}  // namespace
}  // namespace hopscope::probe
