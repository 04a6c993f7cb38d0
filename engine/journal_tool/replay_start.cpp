#include "engine/journal_tool/replay_start.h"

#include <cstdio>
#include <filesystem>
#include <memory>

#include "engine/recovery/oms_state.h"
#include "engine/recovery/snapshot_file.h"

namespace hopscope::journal_tool {
namespace {

void warn(const std::string& line) { std::fprintf(stderr, "journal: %s\n", line.c_str()); }

// open(snapshot): from there, from the beginning where it is null; empty, or what is wrong.
template <class Open>
ReplayStart start_at(const std::string& path, const journal::FileContent& head, std::uint64_t until, const SnapshotUse& use, Open&& open) {
  ReplayStart start;
  const auto begin = [&](const recovery::SnapshotFile* snapshot) {
    start.error = open(snapshot);
    if (!start.error.empty()) start.error = "journal: " + start.error;
    return start;
  };
  const std::uint64_t first = head.first_record;  // 0: nothing can be read
  if (first <= 1 && !use.wanted) return begin(nullptr);

  const std::string directory = use.directory.empty() ? std::filesystem::absolute(path).parent_path().string() : use.directory;
  const auto snapshot = recovery::newest_snapshot(directory, head.venue, head.run, until, warn);
  if (snapshot && snapshot->header().record + 1 >= first) {
    start.behind = snapshot->header().record;
    start.snapshot = snapshot->path();
    return begin(snapshot.get());
  }
  const std::string missing =
      "no good snapshot of it" + (until == ~0ull ? "" : " at record " + std::to_string(until) + " or before it") + " in " + directory;
  if (first <= 1) {
    warn(path + " is replayed from its beginning: there is " + missing);
    return begin(nullptr);
  }
  start.error = "journal: " + path + " goes back to record " + std::to_string(first) + " only, and there is " + missing +
                ": name the folder of its snapshots with --snapshots DIR";
  return start;
}

}  // namespace

ReplayStart start_replay(recovery::Replay& replay, const std::string& path, const journal::FileContent& head, std::uint64_t until,
                         const SnapshotUse& use) {
  return start_at(path, head, until, use, [&](const recovery::SnapshotFile* snapshot) {
    if (snapshot != nullptr) return replay.open(*snapshot);
    const std::string error = replay.open();
    return error.empty() ? error : "the plan's feed cannot be replayed: " + error;
  });
}

ReplayStart start_ledger(recovery::OmsLedger& ledger, const std::string& path, const journal::FileContent& head, std::uint64_t until,
                         const SnapshotUse& use) {
  return start_at(path, head, until, use, [&](const recovery::SnapshotFile* snapshot) -> std::string {
    recovery::RestoredOms restored(ledger);
    if (snapshot == nullptr || snapshot->restore(restored)) return {};
    return "snapshot " + snapshot->path() + " holds no state of an OMS: remove it";
  });
}

}  // namespace hopscope::journal_tool
