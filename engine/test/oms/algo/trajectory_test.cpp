#include "engine/oms/algo/trajectory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hopscope::oms {
namespace {

using Targets = std::vector<std::uint32_t>;

TEST(Trajectory, TwapIsEvenAndEndsWithTheQuantity) {
  Targets targets(4);
  even_targets(1'001, targets);
  EXPECT_EQ(targets, (Targets{250, 500, 750, 1'001}));
}

TEST(Trajectory, VwapFollowsTheCurveWhateverItsNumberOfParts) {
  Targets targets(4);
  curve_targets(1'000, std::vector<std::uint64_t>{400, 100, 100, 400}, targets);
  EXPECT_EQ(targets, (Targets{400, 500, 600, 1'000}));
  curve_targets(1'000, std::vector<std::uint64_t>{3, 1}, targets);
  EXPECT_EQ(targets, (Targets{375, 750, 875, 1'000}));
  curve_targets(1'000, std::vector<std::uint64_t>{1, 0, 1, 0, 0, 2}, targets);
  EXPECT_EQ(targets, (Targets{250, 500, 500, 1'000})) << "a slice ends in the middle of a part";
}

TEST(Trajectory, VwapWithoutVolumeIsTwap) {
  Targets targets(2);
  curve_targets(100, {}, targets);
  EXPECT_EQ(targets, (Targets{50, 100}));
  curve_targets(100, std::vector<std::uint64_t>{0, 0, 0}, targets);
  EXPECT_EQ(targets, (Targets{50, 100}));
}

// Almgren and Chriss (2000), with libm's hyperbolic functions for comparison.
TEST(Trajectory, ShortfallIsTheOptimalTrajectory) {
  constexpr std::uint32_t kQuantity = 1'000'000;
  for (const std::uint32_t urgency_milli : {1u, 500u, 1'000u, 3'000u, 10'000u}) {
    for (const std::size_t slices : {1u, 2u, 10u, 100u}) {
      Targets targets(slices);
      shortfall_targets(kQuantity, urgency_milli, targets);
      // Their kappa solves 2 (cosh(kappa tau) - 1) = (kappa~ tau)^2.
      const double step = urgency_milli / 1'000.0 / static_cast<double>(slices);
      const double angle = std::acosh(1 + step * step / 2);
      const auto n = static_cast<double>(slices);
      for (std::size_t k = 0; k < slices; ++k) {
        const double left = std::sinh(angle * (n - static_cast<double>(k) - 1)) / std::sinh(angle * n);
        EXPECT_NEAR(targets[k], kQuantity * (1 - left), 1.01) << "urgency " << urgency_milli << ", slice " << k << " of " << slices;
      }
      EXPECT_EQ(targets.back(), kQuantity);
    }
  }
}

TEST(Trajectory, ShortfallWithoutUrgencyIsTwap) {
  Targets shortfall(7), even(7);
  shortfall_targets(7'000, 0, shortfall);
  even_targets(7'000, even);
  for (std::size_t k = 0; k < 7; ++k) EXPECT_NEAR(shortfall[k], even[k], 1);
}

// Of six slices with 100, 300, 400, 600, 900 and 1,000 by their ends, two are over.
TEST(Trajectory, TheRestOfAScheduleKeepsItsProportionsForAnotherQuantity) {
  const Targets rest{400, 600, 900, 1'000};  // 300 before them
  Targets more = rest, less = rest, done = rest, none{300, 300, 300, 300};
  rescale_targets(300, 1'700, more);
  EXPECT_EQ(more, (Targets{500, 900, 1'500, 1'700}));
  rescale_targets(300, 650, less);
  EXPECT_EQ(less, (Targets{350, 450, 600, 650}));
  rescale_targets(300, 250, done);
  EXPECT_EQ(done, (Targets{250, 250, 250, 250})) << "less than was due already";
  rescale_targets(300, 701, none);
  EXPECT_EQ(none, (Targets{400, 500, 600, 701})) << "nothing was left: evenly";
}

}  // namespace
}  // namespace hopscope::oms
