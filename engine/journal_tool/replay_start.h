// Where a replay of a venue, or the rebuilding of the OMS, begins: at the journal's first record, or behind a snapshot where it is asked
// for, or where the journal no longer goes back to record 1.
#pragma once

#include <cstdint>
#include <string>

#include "engine/journal/reader.h"
#include "engine/recovery/oms_ledger.h"
#include "engine/recovery/replay.h"

namespace hopscope::journal_tool {

struct SnapshotUse {
  bool wanted = false;    // use the newest that there is, whatever the journal goes back to
  std::string directory;  // where snapshots stand; empty: beside the journal
};

struct ReplayStart {
  std::uint64_t behind = 0;  // the record up to which the replay has everything already; 0: it begins at record 1
  std::string snapshot;      // its file; empty: none
  std::string error;         // one line with its remedy
};

// Opens the replay of the journal's records up to `until`. Snapshots that cannot be used are named on stderr.
ReplayStart start_replay(recovery::Replay& replay, const std::string& path, const journal::FileContent& head, std::uint64_t until,
                         const SnapshotUse& use);
ReplayStart start_ledger(recovery::OmsLedger& ledger, const std::string& path, const journal::FileContent& head, std::uint64_t until,
                         const SnapshotUse& use);

}  // namespace hopscope::journal_tool
