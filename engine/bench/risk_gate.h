// What the risk gate costs an order, with all checks and breakers on and with the defaults: the feed message before it, the check, the
// hand-over, the answer and the end (gate_orders.h), all on one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/bench/report.h"

namespace hopscope::bench {

inline constexpr std::uint64_t kGateOrders = 10'000'000;

// Adds one row a set of limits, printing it. At kGateOrders the counts of the gate's answers must be the known ones.
void bench_risk(std::uint64_t orders, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows);

}  // namespace hopscope::bench
