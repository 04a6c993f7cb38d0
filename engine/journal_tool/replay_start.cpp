#include "engine/journal_tool/replay_start.h"

#include <cstdio>
#include <filesystem>
#include <memory>

#include "engine/recovery/snapshot_file.h"

namespace hopscope::journal_tool {
namespace {

void warn(const std::string& line) { std::fprintf(stderr, "journal: %s\n", line.c_str()); }

}  // namespace

ReplayStart start_replay(recovery::Replay& replay, const std::string& path, const journal::FileContent& head, std::uint64_t until,
                         const SnapshotUse& use) {
  ReplayStart start;
  const auto open = [&start](const std::string& error) {
    if (!error.empty()) start.error = "journal: the plan's feed cannot be replayed: " + error;
    return start;
  };
  const std::uint64_t first = head.first_record;  // 0: nothing can be read
  if (first <= 1 && !use.wanted) return open(replay.open());

  const std::string directory = use.directory.empty() ? std::filesystem::absolute(path).parent_path().string() : use.directory;
  const auto snapshot = recovery::newest_snapshot(directory, head.venue, head.run, until, warn);
  if (snapshot && snapshot->header().record + 1 >= first) {
    start.behind = snapshot->header().record;
    start.snapshot = snapshot->path();
    start.error = replay.open(*snapshot);
    if (!start.error.empty()) start.error = "journal: " + start.error;
    return start;
  }
  const std::string missing =
      "no good snapshot of it" + (until == ~0ull ? "" : " at record " + std::to_string(until) + " or before it") + " in " + directory;
  if (first <= 1) {
    warn(path + " is replayed from its beginning: there is " + missing);
    return open(replay.open());
  }
  start.error = "journal: " + path + " goes back to record " + std::to_string(first) + " only, and there is " + missing +
                ": name the folder of its snapshots with --snapshots DIR";
  return start;
}

}  // namespace hopscope::journal_tool
