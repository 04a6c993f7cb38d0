#include "engine/oms/algo/volume_profile.h"

#include <gtest/gtest.h>

#include <numeric>

#include "engine/oms/algo/participation.h"

namespace hopscope::oms {
namespace {

TEST(VolumeProfile, KeepsTheShapeWhileItsBinsWiden) {
  VolumeProfile profile;
  constexpr std::uint64_t kBegin = 34'200'000'000'000, kSpan = 1'000'000'000;
  std::uint64_t shares = 5'000;  // of the day, before the span
  // Three times as much in the second half.
  for (std::uint64_t at = 0; at <= kSpan; at += 10'000) profile.take(kBegin + at, shares += at < kSpan / 2 ? 1 : 3);
  const auto bins = profile.bins();
  ASSERT_GT(bins.size(), VolumeProfile::kBins / 3);
  const auto middle = bins.begin() + static_cast<std::ptrdiff_t>(bins.size() / 2);
  const auto first = std::accumulate(bins.begin(), middle, std::uint64_t{0}),
             second = std::accumulate(middle, bins.end(), std::uint64_t{0});
  EXPECT_NEAR(static_cast<double>(second) / static_cast<double>(first), 3, 0.1);
  EXPECT_NEAR(static_cast<double>(first + second), 200'000, 3'000);
}

TEST(VolumeProfile, IsEmptyBeforeAnythingIsKnown) {
  VolumeProfile profile;
  EXPECT_TRUE(profile.bins().empty());
  profile.take(1, 100);
  EXPECT_TRUE(profile.bins().empty());
}

TEST(Participation, CountsItsOwnSharesAmongAll) {
  EXPECT_EQ(own_shares_at(900, 100'000), 100u) << "10 % of 1,000";
  EXPECT_EQ(own_shares_at(100, 500'000), 100u);
  EXPECT_EQ(own_shares_at(0, 500'000), 0u);
  EXPECT_EQ(own_shares_at(~std::uint64_t{0} >> 20, 1), (~std::uint64_t{0} >> 20) / 999'999) << "no overflow";
}

}  // namespace
}  // namespace hopscope::oms
