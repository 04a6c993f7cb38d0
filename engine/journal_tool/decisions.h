// `hopscope-journal decisions`: why each order went where it went, as JSON, a line a decision.
#pragma once

#include <cstdint>
#include <string>

#include "engine/journal_tool/commands.h"

namespace hopscope::journal_tool {

struct DecisionQuery {
  std::uint64_t most = ~std::uint64_t{0};  // lines; where there are more decisions, every nth is printed, from the first
  std::uint64_t after_message = 0;         // of the feed: only decisions on later ones
};

// The first line tells of how many decisions every how manyth follows. Two passes over the file, in constant memory.
Verdict print_decisions(const std::string& path, const DecisionQuery& query);

}  // namespace hopscope::journal_tool
