// Replays the order streams w1k and w10k (op_stream.h) through the matching book.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/bench/report.h"

namespace hopscope::bench {

inline constexpr std::uint64_t kMatchingOperations = 5'000'000;

// Adds one row a stream, printing it. At kMatchingOperations the trades must be those that are known as well as the generator's own.
void bench_matching(std::uint64_t operations, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows);

}  // namespace hopscope::bench
