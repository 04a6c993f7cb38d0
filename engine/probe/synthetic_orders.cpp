#include "engine/probe/synthetic_orders.h"

#include "engine/probe/slots.h"

namespace hopscope::probe {
namespace {

// About what the pipeline's own orders show on one lcore of the machine this was built on. In nanoseconds, by hop.
constexpr std::array<double, HS_HOP_OMS_ACK + 1> kTypicalNs{0, 150, 400, 90, 40, 30, 50, 120, 500, 180, 60, 90, 600};

constexpr hs_u16 kHops = (1u << (HS_HOP_OMS_ACK + 1)) - 1;
constexpr std::uint64_t kMarketOpenNs = 34'200'000'000'000;  // 9:30
// One order in 1,024 has a slow hop, so that a tail filter has something to keep.
constexpr std::uint32_t kSlowOneIn = 1'024;
constexpr hs_u32 kSlowTimes = 32;

}  // namespace

SyntheticOrders::SyntheticOrders(Emitter& emitter, double rate_per_second, std::uint64_t seed, const core::Calibration& calibration)
    : emitter_(emitter), random_(seed, core::Stream::Synthetic), ticks_each_(calibration.ticks_per_ns() * 1e9 / rate_per_second) {
  for (std::size_t hop = 0; hop < kTypicalNs.size(); ++hop) typical_ticks_[hop] = static_cast<hs_u32>(calibration.ticks(kTypicalNs[hop]));
}

bool SyntheticOrders::emit_due(core::Ticks now) {
  unsigned burst = 0;
  for (; burst < kBurst && next_ <= now; ++burst) {
    emit(now);
    next_ = start_ + static_cast<core::Ticks>(ticks_each_ * static_cast<double>(emitted_));
  }
  return burst != 0;
}

void SyntheticOrders::emit(core::Ticks now) {
  ++emitted_;
  const std::uint64_t word = random_.next();
  const bool slow = word >> 32 < (std::uint64_t{1} << 32) / kSlowOneIn;
  const std::size_t slow_hop = slow ? 1 + word % HS_HOP_OMS_ACK : 0;
  hs_capsule capsule{};
  hs_u32 since_due = 0;
  for (std::size_t hop = 1; hop <= HS_HOP_OMS_ACK; ++hop) {
    // Between 3/4 and 7/4 of what is typical: four bits of the word a hop.
    hs_u32 ticks = typical_ticks_[hop] * (12 + static_cast<hs_u32>(word >> (4 * hop) & 15)) / 16;
    if (hop == slow_hop) ticks *= kSlowTimes;
    capsule.delta[hop] = since_due += ticks;
  }
  capsule.kind = HS_KIND_CAPSULE;
  capsule.hops = kHops;
  capsule.trace_id = trace_id(kSession, static_cast<std::uint32_t>(emitted_));
  capsule.base_tsc = now - since_due;
  capsule.feed_sequence = emitted_;
  capsule.market_ns = kMarketOpenNs + emitted_;
  capsule.price = 1'000'000;  // 100.0000
  capsule.quantity = capsule.filled = 100;
  capsule.locate = 1;
  capsule.side = (word & 1) != 0 ? 'B' : 'S';
  capsule.outcome = HS_OUTCOME_ACCEPTED;
  capsule.order_type = 'I';
  capsule.measuring = 1;
  emitter_.emit(capsule);
}

}  // namespace hopscope::probe
