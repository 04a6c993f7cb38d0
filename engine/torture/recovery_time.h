// `hopscope-torture recovery`: how long a venue's start takes after the crash of one that has written a long journal.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::torture {

struct RecoveryTime {
  std::uint64_t records = 0, blocks = 0, bytes = 0;  // recovered
  double seconds = 0;                                // reading and replay
  double comparison_seconds = 0;                     // of what came of it with an uninterrupted run; not part of a start
};

// Has a process write so many records to a file in `directory`, kills it, and recovers them: the file has been written with O_DIRECT, so
// the page cache does not have it. Then starts once more. Empty, or what is wrong.
std::string measure_recovery(std::uint64_t records, std::uint64_t seed, const std::string& directory, RecoveryTime& measured);

}  // namespace hopscope::torture
