// Appends records to a journal on device `memory`: numbering, digest, the copy into the open block, sealing it with its CRC, and the copy
// to the device, all on one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/bench/report.h"

namespace hopscope::bench {

inline constexpr std::uint64_t kJournalRecords = 10'000'000;

// Adds one row a stream, printing it. At kJournalRecords the digest must be the known one; at any count the device must hold the last lap
// of its ring, block by block.
void bench_journal(std::uint64_t records, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows);

}  // namespace hopscope::bench
