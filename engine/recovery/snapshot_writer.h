// Writes snapshots: into a draft, which is brought to the device and renamed when it is whole, so that what bears a snapshot's
// name is one whatever happens meanwhile.
//
// Memory is kept from one snapshot to the next: giving it back would interrupt every other thread of the process (TLB shootdown).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/recovery/snapshot_format.h"
#include "engine/recovery/snapshot_source.h"

namespace hopscope::recovery {

std::string snapshot_owner(std::uint32_t venue);  // in its name
std::string snapshot_path(const std::string& directory, std::uint32_t venue, std::uint64_t record);

class SnapshotWriter {
 public:
  // `at`: venue, run, record and block; the rest is filled in. The source stands behind that record.
  // Returns an empty string or one line with its remedy; then there is no file.
  std::string write(const std::string& directory, const SnapshotHeader& at, const SnapshotSource& source);

 private:
  class Draft;

  bool write_chunks(Draft& draft, SnapshotHeader& header, const SnapshotSource& source);

  std::vector<std::byte> pending_;  // chunks that have not gone out yet
};

}  // namespace hopscope::recovery
