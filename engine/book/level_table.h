// Price of a symbol -> index of its level: buckets that chain through the levels themselves.
//
// Nine orders in ten join a level that is there already. Over a thousand symbols the walk down a ladder (ladder.h) to it is a chain of
// cache misses; here it is one, and the address is known from the message alone. Sixteen neighbouring ticks share a cache line of
// buckets. What a tick is nobody tells: 0.0100 from a dollar upwards, 0.0001 below (SEC Rule 612). Prices between two ticks go to lines of
// their own, so that finer ticks cost cache lines and not long chains. Both sides of a price share a bucket: a replace does not say its
// side.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/book/level.h"
#include "engine/book/prefaulted_array.h"

namespace hopscope::book {

class LevelTable {
 public:
  explicit LevelTable(std::uint32_t max_levels)
      : buckets_(std::bit_ceil(static_cast<std::size_t>(max_levels) * 2 + (2u << kLineBits))),
        line_shift_(64 + kLineBits - static_cast<unsigned>(std::countr_zero(buckets_.size()))) {}

  // 0: there is none.
  std::uint32_t find(std::uint16_t locate, Side side, Price price, const Level* levels) const {
    const LevelKey key = level_key(side, price);
    std::uint32_t index = *bucket(locate, price);
    while (index != 0 && !levels[index].is(locate, side, key)) index = levels[index].chain;
    return index;
  }

  // The level must not be there.
  void insert(std::uint32_t index, Level* levels) {
    std::uint32_t& first = bucket_of(levels[index]);
    levels[index].chain = first;
    first = index;
  }

  // The level must be there.
  void erase(std::uint32_t index, Level* levels) {
    std::uint32_t* at = &bucket_of(levels[index]);
    while (*at != index) at = &levels[*at].chain;
    *at = levels[index].chain;
  }

  // Where a search for this price begins.
  const std::uint32_t* bucket(std::uint16_t locate, Price price) const { return &buckets_[place(locate, price)]; }

 private:
  static constexpr unsigned kLineBits = 4;  // log2 of the buckets in a cache line
  static constexpr Price kDollar = 10'000;
  static constexpr Price kTick = 100;

  std::uint32_t& bucket_of(const Level& level) { return buckets_[place(level.locate, price_of(level.side, level.key))]; }

  std::size_t place(std::uint16_t locate, Price price) const {
    const Price tick = price < kDollar ? price : price / kTick;
    const Price between = price < kDollar ? kTick : price % kTick;
    const std::uint64_t line = std::uint64_t{locate} << 48 | std::uint64_t{between} << 32 | tick >> kLineBits;
    const std::uint64_t hash = (line ^ line >> 29) * 0x9e3779b97f4a7c15ull;
    return static_cast<std::size_t>((hash >> line_shift_ << kLineBits) | ((tick ^ hash >> 32) & ((1u << kLineBits) - 1)));
  }

  PrefaultedArray<std::uint32_t> buckets_;
  unsigned line_shift_;
};

}  // namespace hopscope::book
