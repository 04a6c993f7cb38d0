// What the instrument costs on this machine, measured by itself before each run.
#pragma once

#include "engine/core/clock.h"
#include "engine/probe/emitter.h"

namespace hopscope::probe {

// Mean of one stamp: TSC read, subtraction, store. In picoseconds.
std::uint64_t measure_stamp_cost(const core::Calibration& calibration);

// Mean of handing one capsule over, with whatever drains the ring at work beside it; 0 where the lane pushes nothing. The records are
// marked as not measured, so they count nowhere but in the lane's warm-up.
std::uint64_t measure_push_cost(Emitter& emitter, const core::Calibration& calibration);

}  // namespace hopscope::probe
