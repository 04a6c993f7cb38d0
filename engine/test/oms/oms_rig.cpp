// The one place where the tests' OMS is compiled.
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {

template class Oms<net::LoopPort>;

OmsRig::OmsRig(const core::Plan& plan, std::size_t order_port_capacity, const net::RecoveryLimits& recovery, journal::Journal* journal)
    : packets(kSlots), capsules(plan.venues, kSlots) {
  EXPECT_EQ(emitter.open(plan.lane, 0, 0), "");
  EXPECT_EQ(injector.open(plan.inject, plan.lane, core::Calibration(), measure_start), "");
  Port::join(feed_end_, oms_feed_);
  std::vector<Port*> ports;
  for (unsigned v = 0; v < plan.venues; ++v) {
    Port& own = oms_ends_.emplace_back(order_port_capacity);
    Port::join(own, venue_ends_.emplace_back(order_port_capacity));
    ports.push_back(&own);
  }
  answer_sequence_.resize(plan.venues, 1);
  lockstep.enabled = plan.pacing == core::Pacing::Lockstep;
  lockstep.venues = plan.venues;
  oms = std::make_unique<Oms<Port>>(plan, oms_feed_, ports, packets, capsules, emitter, injector, lockstep,
                                    KillWords{kill, killed, kNoRepeat}, recovery, journal);
}

OmsRig::~OmsRig() = default;

bool OmsRig::poll() { return oms->poll(); }

void OmsRig::end_run() { oms->end_run(sequence_ - 1); }

}  // namespace hopscope::oms
