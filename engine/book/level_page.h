// Up to 30 neighbouring price levels of one side, best first: two cache lines of keys, searched as a whole, and two of what they lead to.
//
// Levels are sorted by key: the price on the sell side, the negated price on the buy side, so that smaller is better on both. Unused keys
// are kNoKey, larger than any; counting the keys below a given one is then a search without a branch (eight SSE2 compares).
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "engine/book/order.h"

namespace hopscope::book {

using LevelKey = std::int32_t;

inline constexpr LevelKey kNoKey = std::numeric_limits<LevelKey>::max();

constexpr LevelKey level_key(Side side, Price price) {
  return side == Side::Buy ? -static_cast<LevelKey>(price) : static_cast<LevelKey>(price);
}
constexpr Price price_of(Side side, LevelKey key) { return static_cast<Price>(side == Side::Buy ? -key : key); }

struct alignas(64) LevelPage {
  static constexpr unsigned kLevels = 30;
  static constexpr unsigned kKeys = 32;  // the last two stay kNoKey: whole cache lines are compared

  LevelKey key[kKeys];
  std::uint32_t level[kLevels];
  std::uint32_t next;  // page of the next worse levels; 0: none
  std::uint32_t count;

  void clear() {
    for (LevelKey& k : key) k = kNoKey;
    next = count = 0;
  }

  // How many levels here are better than `wanted`.
  unsigned rank(LevelKey wanted) const {
    int better = 0;
    for (unsigned i = 0; i < kKeys; ++i) better += key[i] < wanted;
    return static_cast<unsigned>(better);
  }

  bool has(unsigned at, LevelKey wanted) const { return key[at] == wanted; }

  void insert(unsigned at, LevelKey new_key, std::uint32_t new_level) {
    const std::size_t behind = count - at;
    std::memmove(key + at + 1, key + at, behind * sizeof key[0]);
    std::memmove(level + at + 1, level + at, behind * sizeof level[0]);
    key[at] = new_key;
    level[at] = new_level;
    ++count;
  }

  void remove(unsigned at) {
    --count;
    const std::size_t behind = count - at;
    std::memmove(key + at, key + at + 1, behind * sizeof key[0]);
    std::memmove(level + at, level + at + 1, behind * sizeof level[0]);
    key[count] = kNoKey;
  }

  // Takes over the levels of the page behind this one. Both together must fit.
  void append(const LevelPage& behind) {
    std::memcpy(key + count, behind.key, behind.count * sizeof key[0]);
    std::memcpy(level + count, behind.level, behind.count * sizeof level[0]);
    count += behind.count;
    next = behind.next;
  }

  // Gives the worse half to `behind`, which must be a cleared page.
  void split_into(LevelPage& behind) {
    constexpr unsigned kKept = kLevels / 2;
    behind.count = count - kKept;
    std::memcpy(behind.key, key + kKept, behind.count * sizeof key[0]);
    std::memcpy(behind.level, level + kKept, behind.count * sizeof level[0]);
    behind.next = next;
    for (unsigned i = kKept; i < kLevels; ++i) key[i] = kNoKey;
    count = kKept;
  }
};
static_assert(sizeof(LevelPage) == 256);

}  // namespace hopscope::book
