// Where hops leave their stamps: two tables found by what the protocols carry anyway, the full key checked.
//
// PacketTable   by MoldUDP64 sequence: when a feed packet was due and when it was handed to the port (written by the feed, read by the
// OMS). CapsuleTable  by OUCH session and UserRefNum: the capsule of a child order (written by the OMS; by the venue between oms.tx and the
// ack).
//
// Both are direct-mapped rings, larger than what a link can have in flight and small enough to stay in the processor's cache. A slot that
// was reused shows another key: the late stamp is then dropped and counted as a slot miss, never believed. Writer and reader are ordered by
// the port that carries the packet.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "bpf/records.h"
#include "engine/core/clock.h"

namespace hopscope::probe {

struct PacketSlot {
  std::uint64_t sequence = 0;  // of the packet's message: the feed sends one in each
  core::Ticks due = 0;
  core::Ticks tx = 0;
};

class PacketTable {
 public:
  // slots: a power of two.
  explicit PacketTable(std::uint32_t slots) : mask_(slots - 1), slots_(slots) {}
  void put(std::uint64_t sequence, core::Ticks due, core::Ticks tx) { slots_[sequence & mask_] = {sequence, due, tx}; }
  const PacketSlot* find(std::uint64_t sequence) const {
    const PacketSlot& slot = slots_[sequence & mask_];
    return slot.sequence == sequence ? &slot : nullptr;
  }

 private:
  std::uint64_t mask_;
  std::vector<PacketSlot> slots_;
};

inline constexpr std::uint64_t trace_id(std::uint32_t session, std::uint32_t user_ref) {
  return static_cast<std::uint64_t>(session) << 32 | user_ref;
}

class CapsuleTable {
 public:
  // slots: of each session, a power of two.
  CapsuleTable(unsigned sessions, std::uint32_t slots)
      : mask_(slots - 1), per_session_(slots), slots_(std::make_unique<Slot[]>(static_cast<std::size_t>(sessions) * slots)) {}

  std::uint32_t slots_per_session() const { return per_session_; }

  // OMS: takes the slot over, whoever had it.
  hs_capsule& open(std::uint32_t session, std::uint32_t user_ref) {
    hs_capsule& capsule = at(session, user_ref);
    std::memset(&capsule, 0, sizeof capsule);
    capsule.kind = HS_KIND_CAPSULE;
    capsule.trace_id = trace_id(session, user_ref);
    return capsule;
  }

  // Null when the slot belongs to another order by now.
  hs_capsule* find(std::uint32_t session, std::uint32_t user_ref) {
    hs_capsule& capsule = at(session, user_ref);
    return capsule.trace_id == trace_id(session, user_ref) && capsule.kind == HS_KIND_CAPSULE ? &capsule : nullptr;
  }

 private:
  struct alignas(64) Slot {
    hs_capsule capsule{};
  };
  hs_capsule& at(std::uint32_t session, std::uint32_t user_ref) {
    return slots_[static_cast<std::size_t>(session) * per_session_ + (user_ref & mask_)].capsule;
  }
  std::uint32_t mask_;
  std::uint32_t per_session_;
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace hopscope::probe
