// What the tests of recovery share: the records of a venue with a random client, a folder for snapshots, and a venue's state to compare.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/recovery/replay.h"
#include "engine/recovery/snapshot_writer.h"
#include "engine/torture/venue_run.h"
#include "engine/venue/engine_state.h"

namespace hopscope::recovery {

inline std::vector<journal::Record> record_venue(const core::Plan& plan, std::uint64_t records) {
  torture::VenueRun run(plan);
  std::vector<journal::Record> all;
  while (all.size() < records) {
    const auto step = run.step();
    all.insert(all.end(), step.begin(), step.end());
  }
  return all;
}

inline std::vector<std::byte> state_of(const venue::MatchingEngine& engine) {
  std::vector<std::byte> state;
  venue::EngineState::save_venue(engine, state);
  for (std::uint32_t locate = 0; locate <= venue::EngineState::max_locate(engine); ++locate)
    venue::EngineState::save_symbol(engine, static_cast<std::uint16_t>(locate), state);
  return state;
}

inline SnapshotHeader snapshot_at(std::uint64_t run, std::uint64_t record) {
  SnapshotHeader at;
  at.venue = torture::kVenue;
  at.run = run;
  at.record = record;
  at.block = record / 100;
  return at;
}

class SnapshotFolder {
 public:
  SnapshotFolder() {
    std::string name = testing::TempDir() + "/hopscope-snapshot-" + std::string(6, 'X');  // mkdtemp fills it in
    path_ = mkdtemp(name.data());
  }
  SnapshotFolder(const SnapshotFolder&) = delete;
  SnapshotFolder& operator=(const SnapshotFolder&) = delete;
  ~SnapshotFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace hopscope::recovery
