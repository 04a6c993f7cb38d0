// A snapshot read back: none of it is believed before all of it was checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/recovery/snapshot_format.h"
#include "engine/recovery/snapshot_source.h"

namespace hopscope::recovery {

class SnapshotFile {
 public:
  explicit SnapshotFile(const std::string& path);
  SnapshotFile(const SnapshotFile&) = delete;
  SnapshotFile& operator=(const SnapshotFile&) = delete;
  ~SnapshotFile();

  // Empty, or why it cannot be used: no more than that, for whoever names the file.
  const std::string& error() const { return error_; }
  const SnapshotHeader& header() const { return header_; }
  const std::string& path() const { return path_; }

  // False: there is no room, or the snapshot is of another plan; what it was restored into is of no use then.
  bool restore(SnapshotTarget& target) const;

 private:
  struct Chunk {
    ChunkKind kind;
    std::uint16_t locate;
    std::span<const std::byte> payload;
  };

  void map();
  std::string check();
  std::string check_chunks();

  const std::string path_;
  std::span<const std::byte> bytes_;  // mapped
  SnapshotHeader header_;
  std::vector<Chunk> chunks_;
  std::string error_;
};

// The snapshots of one venue, or of the OMS (journal::kOmsJournal), that stand in a folder, by the number of their record, the newest
// first.
struct SnapshotName {
  std::uint64_t record = 0;
  std::string path;
};
std::vector<SnapshotName> snapshots_in(const std::string& directory, std::uint32_t venue);

// The newest good one of the journal with the key `run` that was taken at record `until` or before; null: there is none. Each that is of no
// use is told to on_bad(one line).
std::unique_ptr<SnapshotFile> newest_snapshot(const std::string& directory, std::uint32_t venue, std::uint64_t run, std::uint64_t until,
                                              const std::function<void(const std::string&)>& on_bad);

}  // namespace hopscope::recovery
