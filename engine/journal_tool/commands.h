// The tool's commands: what each prints, and how it ends.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/core/plan.h"

namespace hopscope::journal_tool {

enum class Verdict : int {
  Good = 0,
  Bad = 1,        // damaged, or the replay differs
  Unreadable = 2  // not a journal, no such file, a plan of another run: said on stderr in one line
};

// Each adds its figures to `figures`.
Verdict print_stat(const std::string& path, nlohmann::json& figures);
Verdict verify(const std::string& path, nlohmann::json& figures);
Verdict verify_by_replay(const std::string& path, const core::Plan& plan, nlohmann::json& figures);

// A line a record to stdout. Ends quietly when nobody reads on.
Verdict dump(const std::string& path, bool json, bool heading);

}  // namespace hopscope::journal_tool
