// A rebuilt OMS as people and programs read it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/recovery/oms_ledger.h"

namespace hopscope::journal_tool {

// Counts, limits, gaps, a line for each position, and how many orders are open.
std::string ledger_text(const recovery::OmsLedger& ledger);
// The same, and every open order. Ids are strings; prices and values have 4 implied decimals.
nlohmann::json ledger_json(const recovery::OmsLedger& ledger);

}  // namespace hopscope::journal_tool
