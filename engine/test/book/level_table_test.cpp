#include "engine/book/level_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/core/random.h"

namespace hopscope::book {
namespace {

constexpr std::uint32_t kMaxLevels = 2'000;

class LevelTableTest : public testing::Test {
 protected:
  void open(std::uint32_t index, std::uint16_t locate, Side side, Price price) {
    levels_[index] = {1, level_key(side, price), 1, 0, 0, locate, side, 0, 0};
    table_.insert(index, levels_.data());
  }
  std::uint32_t find(std::uint16_t locate, Side side, Price price) const { return table_.find(locate, side, price, levels_.data()); }

  LevelTable table_{kMaxLevels};
  std::vector<Level> levels_{kMaxLevels + 1};
};

TEST_F(LevelTableTest, TellsSidesSymbolsAndPricesApart) {
  open(1, 7, Side::Buy, 1'000'000);
  open(2, 7, Side::Sell, 1'000'000);
  open(3, 8, Side::Buy, 1'000'000);
  open(4, 7, Side::Buy, 1'000'001);
  EXPECT_EQ(find(7, Side::Buy, 1'000'000), 1u);
  EXPECT_EQ(find(7, Side::Sell, 1'000'000), 2u);
  EXPECT_EQ(find(8, Side::Buy, 1'000'000), 3u);
  EXPECT_EQ(find(7, Side::Buy, 1'000'001), 4u);
  EXPECT_EQ(find(8, Side::Sell, 1'000'000), 0u);
  table_.erase(2, levels_.data());
  EXPECT_EQ(find(7, Side::Sell, 1'000'000), 0u);
  EXPECT_EQ(find(7, Side::Buy, 1'000'000), 1u);
}

TEST_F(LevelTableTest, SixteenNeighbouringTicksShareACacheLine) {
  for (const auto& [from, tick] : {std::pair<Price, Price>{16 * 100 * 625, 100}, {160, 1}}) {
    std::set<std::uintptr_t> lines, buckets;
    for (Price i = 0; i < 16; ++i) {
      const auto at = reinterpret_cast<std::uintptr_t>(table_.bucket(3, from + i * tick));
      lines.insert(at / 64);
      buckets.insert(at);
    }
    EXPECT_EQ(lines.size(), 1u);
    EXPECT_EQ(buckets.size(), 16u);
  }
}

// A market with ticks finer than the rule's must not pile its levels up in a few buckets.
TEST_F(LevelTableTest, FineTicksDoNotShareBuckets) {
  for (const Price tick : {1u, 10u, 50u, 100u, 2'500u, 1'000'000u}) {
    std::map<const std::uint32_t*, unsigned> taken;
    unsigned longest = 0;
    for (Price i = 0; i < kMaxLevels; ++i) longest = std::max(longest, ++taken[table_.bucket(3, 10'000 + i * tick)]);
    EXPECT_LE(longest, 10u) << "tick " << tick;
  }
}

TEST_F(LevelTableTest, RemembersWhatAMapRemembers) {
  core::Random random(3, core::Stream::FeedFlow);
  std::map<std::tuple<std::uint16_t, Side, Price>, std::uint32_t> wanted;
  std::vector<std::uint32_t> free;
  for (std::uint32_t index = 1; index <= kMaxLevels; ++index) free.push_back(index);
  for (int turn = 0; turn < 200'000; ++turn) {
    const auto locate = static_cast<std::uint16_t>(random.below(3) * 30'000);
    const Side side = random.below(2) != 0 ? Side::Buy : Side::Sell;
    const Price price = random.below(2) != 0 ? 9'000 + random.below(2'000) : kMaxPrice - random.below(200) * 100;
    const auto known = wanted.find({locate, side, price});
    ASSERT_EQ(find(locate, side, price), known == wanted.end() ? 0 : known->second);
    if (known != wanted.end()) {
      table_.erase(known->second, levels_.data());
      free.push_back(known->second);
      wanted.erase(known);
    } else if (!free.empty()) {
      open(free.back(), locate, side, price);
      wanted[{locate, side, price}] = free.back();
      free.pop_back();
    }
  }
}

}  // namespace
}  // namespace hopscope::book
