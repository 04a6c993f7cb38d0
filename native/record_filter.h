// Which records become rows: what bpf/latency.h decides in the kernel, for lanes whose records are filtered in the addon.
#pragma once

#include <cstdint>
#include <vector>

namespace hopscope::native {

enum class Keeping { Filtered, Sampled, Tail };

class RecordFilter {
 public:
  // sample: at least 1.
  explicit RecordFilter(std::uint64_t sample) : sample_(sample), tail_orders_(kTailOrders) {}

  // over: whether a duration of this record is over its threshold.
  Keeping keeping_of(std::uint64_t trace_id, bool over) {
    if (trace_id % sample_ == 0) return Keeping::Sampled;
    // References of one session are consecutive; 64 apart, those of two sessions do not meet at once.
    std::uint64_t& kept = tail_orders_[(trace_id + (trace_id >> 32 << 6)) & (kTailOrders - 1)];
    if (over) {
      kept = ~trace_id;
      return Keeping::Tail;
    }
    return kept == ~trace_id ? Keeping::Tail : Keeping::Filtered;
  }

 private:
  static constexpr std::uint64_t kTailOrders = 4096;

  std::uint64_t sample_;
  // Complements of the trace ids lately kept for being slow: an order's capsule and its journal branch come as two records, and whichever
  // comes second is kept with the first. Direct-mapped: an order of four thousand orders ago may have been overwritten.
  std::vector<std::uint64_t> tail_orders_;
};

}  // namespace hopscope::native
