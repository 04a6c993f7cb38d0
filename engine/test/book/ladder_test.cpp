#include "engine/book/ladder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "engine/core/random.h"

namespace hopscope::book {
namespace {

constexpr std::uint32_t kMaxLevels = 2000;

class LadderTest : public testing::Test {
 protected:
  LadderTest() { first_.clear(); }

  void insert(LevelKey key) { pages_.insert(pages_.seek(first_, key), key, static_cast<std::uint32_t>(key) + 1); }
  void remove(LevelKey key) {
    const auto place = pages_.seek(first_, key);
    ASSERT_TRUE(place.page->has(place.at, key));
    pages_.remove(place);
  }
  std::vector<LevelKey> keys() const {
    std::vector<LevelKey> all;
    pages_.each(first_, [&](LevelKey key, std::uint32_t level) {
      EXPECT_EQ(level, static_cast<std::uint32_t>(key) + 1);
      all.push_back(key);
      return true;
    });
    return all;
  }

  LadderPages pages_{kMaxLevels};
  LevelPage first_;
};

TEST_F(LadderTest, SortsWhateverTheOrderOfArrival) {
  for (LevelKey key = 0; key < 100; ++key) insert(key * 37 % 100);
  std::vector<LevelKey> wanted(100);
  std::iota(wanted.begin(), wanted.end(), 0);
  EXPECT_EQ(keys(), wanted);
}

TEST_F(LadderTest, TheBestLevelIsAlwaysInTheFirstPage) {
  for (LevelKey key = 0; key < 200; ++key) insert(key);
  for (LevelKey key = 0; key < 200; ++key) {
    ASSERT_GT(first_.count, 0u);
    ASSERT_EQ(first_.key[0], key);
    remove(key);
  }
  EXPECT_EQ(first_.count, 0u);
  EXPECT_EQ(first_.next, 0u);
}

// The pool holds pages for an eighth of the levels: that suffices only because sparse neighbours are joined.
TEST_F(LadderTest, NeighboursTogetherHoldMoreThanHalfAPage) {
  core::Random random(5, core::Stream::FeedFlow);
  std::set<LevelKey> wanted;
  for (LevelKey range = 0; range < 20; ++range) {
    while (wanted.size() < kMaxLevels) {
      const auto key = static_cast<LevelKey>(range * 100'000 + static_cast<LevelKey>(random.below(100'000)));
      if (wanted.insert(key).second) insert(key);
    }
    // Leaves one level in a page's worth, taking the others away upwards and downwards: without joining, each page would keep about one.
    std::vector<LevelKey> gone;
    LevelKey nth = 0;
    for (const LevelKey key : wanted)
      if (nth++ % LevelPage::kLevels != range % LevelPage::kLevels) gone.push_back(key);
    if (range % 2 != 0) std::reverse(gone.begin(), gone.end());
    for (const LevelKey key : gone) {
      remove(key);
      wanted.erase(key);
    }
    ASSERT_EQ(keys(), std::vector<LevelKey>(wanted.begin(), wanted.end()));
    std::vector<const LevelPage*> chain;
    for (const LevelKey key : wanted)
      if (const LevelPage* page = pages_.seek(first_, key).page; chain.empty() || chain.back() != page) chain.push_back(page);
    for (std::size_t i = 1; i < chain.size(); ++i) ASSERT_GT(chain[i - 1]->count + chain[i]->count, LevelPage::kLevels / 2);
  }
}

TEST(LevelKey, OrdersBothSidesBestFirst) {
  EXPECT_LT(level_key(Side::Buy, 200), level_key(Side::Buy, 100));
  EXPECT_LT(level_key(Side::Sell, 100), level_key(Side::Sell, 200));
  for (const Price price : {Price{1}, Price{1'000'000}, kMaxPrice})
    for (const Side side : {Side::Buy, Side::Sell}) {
      EXPECT_EQ(price_of(side, level_key(side, price)), price);
      EXPECT_LT(level_key(side, price), kNoKey);
    }
}

}  // namespace
}  // namespace hopscope::book
