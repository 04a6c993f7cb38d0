// The traced orders whose first answers stand in one packet.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "bpf/records.h"
#include "engine/journal/block_progress.h"

namespace hopscope::venue {

struct AnsweredOrder {
  hs_capsule* capsule = nullptr;
  std::uint64_t trace_id = 0;             // whose capsule it was
  std::uint64_t block = 0;                // of the journal, with its records
  journal::BlockProgress::Stamps waited;  // where the answer waited for that block; else 0
};

class AnsweredOrders {
 public:
  void add(hs_capsule* capsule, std::uint64_t block) {
    if (capsule != nullptr && count_ < orders_.size()) orders_[count_++] = {capsule, capsule->trace_id, block, {}};
  }
  std::span<AnsweredOrder> orders() { return std::span(orders_).first(count_); }
  void clear() { count_ = 0; }

 private:
  // A packet of kMaxPayloadBytes cannot hold more answers than this (a reject takes 31 bytes).
  static constexpr unsigned kMaxOrders = 48;
  std::array<AnsweredOrder, kMaxOrders> orders_{};
  unsigned count_ = 0;
};

}  // namespace hopscope::venue
