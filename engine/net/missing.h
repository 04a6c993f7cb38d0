// What a receiver of a MoldUDP64 session has asked for, and when it asks again: one entry for what one packet revealed as missing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/core/clock.h"
#include "engine/wire/mold_recovery.h"

namespace hopscope::net {

struct Missing {
  wire::MoldRange range;
  core::Ticks noticed;
  core::Ticks ask_at;   // unless it has come by then
  std::uint32_t asked;  // times in a row without an answer
};

// The part of `within` that nobody has sent so far and that comes first; empty: all of it has come.
inline wire::MoldRange first_gap_in(const wire::MoldRange& within, std::span<const wire::MoldRange> gaps) {
  const auto gap = std::partition_point(gaps.begin(), gaps.end(), [&](const wire::MoldRange& one) { return one.end() <= within.from; });
  if (gap == gaps.end() || gap->from >= within.end()) return {};
  const std::uint64_t from = std::max(gap->from, within.from);
  return {from, std::min(gap->end(), within.end()) - from};
}

// In the order of their sequence numbers, which is that of their noticing. One thread.
class MissingList {
 public:
  bool empty() const { return count_ == 0; }
  std::span<Missing> entries() { return std::span(entries_).first(count_); }
  Missing& front() { return entries_.front(); }

  // Null: it was joined to the last entry, because it adjoins it or because the list is full.
  Missing* add(const wire::MoldRange& lost, core::Ticks now) {
    if (count_ != 0 && (entries_[count_ - 1].range.end() == lost.from || count_ == entries_.size())) {
      entries_[count_ - 1].range.count = lost.end() - entries_[count_ - 1].range.from;
      return nullptr;
    }
    entries_[count_] = {lost, now, now, 0};
    return &entries_[count_++];
  }

  // Takes out the entries of which nothing is missing any more; calls closed(entry) for each.
  template <class Closed>
  void close(std::span<const wire::MoldRange> gaps, Closed&& closed) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (first_gap_in(entries_[i].range, gaps).empty()) {
        closed(entries_[i]);
      } else {
        entries_[kept++] = entries_[i];
      }
    }
    count_ = kept;
  }

 private:
  std::array<Missing, wire::MoldRecovery::kMaxGaps> entries_{};
  std::size_t count_ = 0;
};

}  // namespace hopscope::net
