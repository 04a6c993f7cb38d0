// Builds the books of a market-data stream (feed_stream.h) from its packets: decode and book, as the OMS does it for every message.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/bench/report.h"

namespace hopscope::bench {

inline constexpr std::uint64_t kFeedMessages = 10'000'000;

// Adds one row a stream, printing it: 1,000 symbols in full bursts, the same a packet at a time, 16 symbols in full bursts. At
// kFeedMessages the books' digest must be the known one.
void bench_feed(std::uint64_t messages, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows);

}  // namespace hopscope::bench
