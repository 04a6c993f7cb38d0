// Writes snapshots of a venue: into a draft, which is brought to the device and renamed when it is whole, so that what bears a snapshot's
// name is one whatever happens meanwhile.
//
// Memory is kept from one snapshot to the next: giving it back would interrupt every other thread of the process (TLB shootdown).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/recovery/snapshot_format.h"
#include "engine/venue/matching_engine.h"

namespace hopscope::recovery {

std::string snapshot_path(const std::string& directory, std::uint32_t venue, std::uint64_t record);

class SnapshotWriter {
 public:
  // `at`: venue, run, record and block; the rest is filled in. The engine stands behind that record, its records taken away.
  // Returns an empty string or one line with its remedy; then there is no file.
  std::string write(const std::string& directory, const SnapshotHeader& at, const venue::MatchingEngine& engine);

 private:
  class Draft;

  bool write_chunks(Draft& draft, SnapshotHeader& header, const venue::MatchingEngine& engine);

  std::vector<std::byte> pending_;  // chunks that have not gone out yet
};

}  // namespace hopscope::recovery
