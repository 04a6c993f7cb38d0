// Lane `hops`: puts the hits of one order's sites together again, as the same records that lane `stream` gets whole from the engine.
//
// Hops 0-3 are known by the feed packet's sequence, 4-12 by the trace id, 13 and 14 by the journal block. oms.decide carries trace id and
// feed sequence, journal.append trace id and block: they join the three. Hits of different threads may be seen in any order: the sites of
// feed.tx, oms.tx and venue.tx are hit behind the hand-over, so that what the packet causes may be seen before them.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "bpf/records.h"

namespace hopscope::native {

class HopAssembler {
 public:
  struct Output {
    std::vector<hs_capsule> capsules;      // decided after warm-up
    std::vector<hs_journal_trace> traces;  // likewise
    std::uint64_t warmup = 0;              // records of either kind that were decided before
  };

  HopAssembler() : packets_(kPackets) {}

  void add(const hs_hop_hit& hit);

  // Everything that has not come to its end. An order that never passed the risk checks was blocked there; of one that did, nobody has said
  // what became of it: HS_OUTCOME_RUN_ENDED. Journal branches without journal.durable have no durations and are dropped.
  void finish();

  // Finished since the last clear.
  Output& output() { return output_; }

 private:
  static constexpr std::size_t kPackets = 1u << 16;  // packets between feed.tx and the last order they cause; a power of two

  struct Packet {
    hs_u64 sequence = 0;
    hs_u64 tsc[4] = {};
    hs_u16 hops = 0;
  };
  struct Order {
    hs_capsule capsule{};
    hs_u64 tsc[HS_HOP_COUNT] = {};
    bool closed = false;  // the OMS has said how it ended
  };
  struct Block {
    std::vector<hs_journal_trace> traces;
    hs_u64 write_tsc = 0;
  };

  void on_packet(const hs_hop_hit& hit);
  void on_order(const hs_hop_hit& hit);
  static void add_waits(Order& order, const hs_hop_hit& hit);
  void on_append(const hs_hop_hit& hit);
  void on_block(const hs_hop_hit& hit);
  void add_packet(Order& order) const;
  void complete(Order& order);
  hs_u16 thread_of(hs_u32 tid);

  std::vector<Packet> packets_;
  std::unordered_map<hs_u64, Order> orders_;
  std::unordered_map<hs_u64, Block> blocks_;
  std::vector<hs_u32> tids_;
  Output output_;
};

}  // namespace hopscope::native
