// What a shadow has done by the end of a run.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::recovery {

struct ShadowOutcome {
  unsigned venue = 0;             // index, or journal::kOmsJournal
  std::uint64_t snapshots = 0;    // taken
  std::uint64_t last_record = 0;  // of the newest
  std::uint64_t longest_ns = 0;   // to take one
  std::uint64_t replayed = 0;     // the record that the shadow has come to
  std::string error;              // why it ended before the run; one line with its remedy
};

}  // namespace hopscope::recovery
