// LevelBits against a sorted set, where words and groups of words begin and end.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "engine/book/matching/level_bits.h"
#include "engine/book/matching/rules.h"
#include "engine/core/random.h"

namespace hopscope::matching {
namespace {

class LevelBitsOf : public testing::TestWithParam<std::uint32_t> {};

TEST_P(LevelBitsOf, FindsTheNextLevelThatIsOpen) {
  const std::uint32_t levels = GetParam();
  std::vector<LevelWord> words(LevelBits::words(levels));
  LevelBits bits(levels, words.data());
  std::set<std::uint32_t> open;
  core::Random random(3, core::Stream::FeedFlow);
  const auto some_key = [&] {
    constexpr std::uint32_t kEdges[] = {0, 63, 64, 65, 4'095, 4'096, 4'097, 8'191};
    const std::uint32_t key = random.below(3) == 0 ? kEdges[random.below(8)] : random.below(levels);
    return (random.below(8) == 0 ? levels - 1 - key : key) & (levels - 1);
  };
  for (int turn = 0; turn < 100'000; ++turn) {
    const std::uint32_t key = some_key(), from = some_key();
    if (open.contains(key)) {
      bits.close(key);
      open.erase(key);
    } else if (open.size() < 12) {
      bits.open(key);
      open.insert(key);
    } else {
      bits.close(*open.begin());
      open.erase(open.begin());
    }
    const auto next = open.lower_bound(from);
    ASSERT_EQ(bits.from(from), next == open.end() ? levels : *next);
    ASSERT_EQ(bits.best(), open.empty() ? levels : *open.begin());
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, LevelBitsOf, testing::Values(64u, 128u, 4'096u, 8'192u, 65'536u, kMaxPriceLevels));

TEST(Divisor, DividesAndTellsARemainder) {
  core::Random random(5, core::Stream::FeedFlow);
  for (const std::uint32_t by : {1u, 2u, 3u, 5u, 100u, 10'000u, (1u << 30) - 1, 1u << 30}) {
    const Divisor divisor(by);
    for (int turn = 0; turn < 10'000; ++turn) {
      const auto drawn = static_cast<std::uint32_t>(random.next());
      for (const std::uint32_t value : {drawn, drawn / by * by, 0u, ~0u, ~0u / by * by, by}) {
        ASSERT_EQ(divisor.divide(value).quotient, value / by) << value << " / " << by;
        ASSERT_EQ(divisor.divide(value).exact, value % by == 0) << value << " / " << by;
        ASSERT_EQ(divisor.divides(value), value % by == 0) << value << " / " << by;
      }
    }
  }
}

}  // namespace
}  // namespace hopscope::matching
