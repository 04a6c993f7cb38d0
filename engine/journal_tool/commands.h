// The tool's commands: what each prints, and how it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/core/plan.h"
#include "engine/journal_tool/replay_start.h"

namespace hopscope::journal_tool {

enum class Verdict : int {
  Good = 0,
  Bad = 1,        // damaged, or the replay differs
  Unreadable = 2  // not a journal, no such file, a plan of another run: said on stderr in one line
};

// Each adds its figures to `figures`.
Verdict print_stat(const std::string& path, nlohmann::json& figures);
Verdict verify(const std::string& path, nlohmann::json& figures);
// Of the OMS's journal: every decision made again, as print_positions() does.
Verdict verify_by_replay(const std::string& path, const core::Plan& plan, const SnapshotUse& snapshots, nlohmann::json& figures);

// What `replay` prints.
struct BookQuery {
  std::uint64_t until = 0;  // number of a record; 0: the journal's last
  std::string symbol;       // empty: all
  std::size_t levels = 5;   // of each side, in the table
};

// Runs the venue again up to that record, and prints its books as they were when all had happened that came of the same message.
Verdict print_books(const std::string& path, const core::Plan& plan, const BookQuery& query, const SnapshotUse& snapshots,
                    nlohmann::json& figures);

// Rebuilds the OMS from its journal, up to record `until` (0: the last): open orders, positions, limits, gaps. plan: the run's, to see
// whether it is the one that the OMS ran with; null: not looked at.
Verdict print_positions(const std::string& path, const core::Plan* plan, std::uint64_t until, const SnapshotUse& snapshots,
                        nlohmann::json& figures);

// For a command whose output could not be written, which errno tells of. Ends the process quietly where nobody reads on.
Verdict unwritten(const char* what);

// A line a record to stdout. Ends quietly when nobody reads on.
Verdict dump(const std::string& path, bool json, bool heading);

}  // namespace hopscope::journal_tool
