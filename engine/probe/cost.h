// What the instrument costs on this machine, measured by itself in each run.
#pragma once

#include "engine/core/clock.h"
#include "engine/probe/emitter.h"

namespace hopscope::probe {

// Mean of one stamp: TSC read, subtraction, store. In picoseconds.
std::uint64_t measure_stamp_cost(const core::Calibration& calibration);

// Mean of handing one capsule over, with whatever drains the ring at work beside it; 0 where the lane pushes nothing. The records are
// marked as not measured, so they count nowhere but in the lane's warm-up.
std::uint64_t measure_push_cost(Emitter& emitter, const core::Calibration& calibration);

// Median of one probe hit in lanes capsule and hops, 0 in others; call it once the probes are attached. The site is warmed first: the first
// hits of one cost tens of microseconds. The hits are nobody's: a capsule of the warm-up, or feed packet 0, which there is not.
std::uint64_t measure_site_cost(Emitter& emitter, const core::Calibration& calibration);

// The same from the hits of the run itself; 0 where too few were timed. Lane capsule's program does more for a record it keeps than for one
// of the warm-up: where there is this figure, it is the true one.
std::uint64_t site_cost_of_run(const hs_histogram& hit_ticks, const core::Calibration& calibration);

}  // namespace hopscope::probe
