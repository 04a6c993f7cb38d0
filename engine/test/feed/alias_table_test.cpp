#include "engine/feed/alias_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/core/random.h"

namespace hopscope::feed {
namespace {

TEST(AliasTable, DrawsEachOutcomeByItsWeight) {
  const std::vector<double> weights = {10, 1, 0.5, 3, 5.5};
  const AliasTable table(weights);
  core::Random random(1, core::Stream::FeedFlow);
  constexpr int kDraws = 1'000'000;
  std::vector<int> seen(weights.size());
  for (int i = 0; i < kDraws; ++i) ++seen[table.draw(static_cast<std::uint32_t>(random.next() >> 32))];
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = weights[i] / 20;
    const double deviation = std::sqrt(share * (1 - share) / kDraws);
    EXPECT_NEAR(static_cast<double>(seen[i]) / kDraws, share, 5 * deviation) << i;
  }
}

TEST(AliasTable, OneOutcomeTakesAll) {
  const AliasTable table({3});
  for (const std::uint32_t bits : {0u, 1u, 0x80000000u, 0xffffffffu}) EXPECT_EQ(table.draw(bits), 0u);
}

}  // namespace
}  // namespace hopscope::feed
