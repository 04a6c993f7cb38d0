// Which of a ladder's levels hold orders, and which is the best: a bit a level in three words above each other.
//
// Keys are positions from the best end of the ladder, so that the smallest is the best on every side (matching_book.h).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace hopscope::matching {

// 64 levels: which are open, and where they stand while one of them is.
struct LevelWord {
  std::uint64_t bits;
  std::uint32_t first_level;  // index of the node of the lowest key
  std::uint32_t reserved;
};

class LevelBits {
 public:
  // `levels`: a power of two, 64 to kMaxPriceLevels. `words`: words(levels) of them, all zero.
  LevelBits(std::uint32_t levels, LevelWord* words) : none_(levels), best_(levels), middle_at_(levels / 64), words_(words) {}

  static constexpr std::size_t words(std::uint32_t levels) { return levels / 64 + levels / 4'096 + 1; }

  // The best level; none(): all are empty.
  std::uint32_t best() const { return best_; }
  std::uint32_t none() const { return none_; }

  // None of the 64 levels around the key is open: they stand nowhere.
  bool is_bare(std::uint32_t key) const { return words_[key >> 6].bits == 0; }
  void place(std::uint32_t key, std::uint32_t first_level) { words_[key >> 6].first_level = first_level; }
  // The level's node, unless is_bare().
  std::uint32_t level(std::uint32_t key) const { return words_[key >> 6].first_level + (key & 63); }

  void open(std::uint32_t key) {
    best_ = std::min(best_, key);
    std::uint64_t& low = words_[key >> 6].bits;
    if (low == 0) [[unlikely]] {
      words_[middle_at_ + (key >> 12)].bits |= bit(key >> 6);
      top_ |= bit(key >> 12);
    }
    low |= bit(key);
  }

  // Returns whether it was the last of its 64.
  bool close(std::uint32_t key) {
    std::uint64_t& low = words_[key >> 6].bits;
    low &= ~bit(key);
    const bool bare = low == 0;
    if (bare) [[unlikely]] {
      std::uint64_t& middle = words_[middle_at_ + (key >> 12)].bits;
      middle &= ~bit(key >> 6);
      if (middle == 0) top_ &= ~bit(key >> 12);
    }
    if (key == best_) best_ = from(key);
    return bare;
  }

  // The best level that is not better than `key`; none(): there is none.
  std::uint32_t from(std::uint32_t key) const {
    if (key >= none_) return none_;
    if (const std::uint64_t low = words_[key >> 6].bits & upward(key); low != 0) return (key & ~63u) | first(low);
    const std::uint32_t word = (key >> 6) + 1;  // the next word that may hold one
    if (word >= middle_at_) return none_;
    std::uint32_t group = word >> 6;
    std::uint64_t middle = words_[middle_at_ + group].bits & upward(word);
    if (middle == 0) {
      const std::uint64_t top = group == 63 ? 0 : top_ & upward(group + 1);
      if (top == 0) return none_;
      group = first(top);
      middle = words_[middle_at_ + group].bits;
    }
    const std::uint32_t found = group << 6 | first(middle);
    return found << 6 | first(words_[found].bits);
  }

 private:
  static std::uint64_t bit(std::uint32_t at) { return 1ull << (at & 63); }
  static std::uint64_t upward(std::uint32_t at) { return ~0ull << (at & 63); }
  static std::uint32_t first(std::uint64_t word) { return static_cast<std::uint32_t>(std::countr_zero(word)); }

  std::uint32_t none_, best_;
  std::uint32_t middle_at_;
  std::uint64_t top_ = 0;
  LevelWord* words_;
};

}  // namespace hopscope::matching
