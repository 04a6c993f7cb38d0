// A trader's command as text, and what became of it.
//
//   {"command": "new", "what": "…", "parent": {as in the plan; times from when it is taken}}
//   {"command": "cancel", "what": "…", "name": "twap-9"}
//   {"command": "replace", "what": "…", "name": "twap-9", "quantity": 500, "limit_price": 0, "end_ns": 1000000}   at least one of the three
//   {"command": "list", "from": 0}
//   {"command": "limits", "what": "…", "risk": {as in the plan}}
//
// `what`: the command in the trader's own words. An answer has `market_ns`, when it was taken; list, and what concerns one parent order,
// have `parents` with a row for each; list has `all`, how many there are.
#pragma once

#include <string>
#include <string_view>

#include "engine/oms/command.h"

namespace hopscope::control {

struct ReadCommand {
  std::string fault;  // one line; empty: it can be handed over
  std::string what;
};

ReadCommand read_command(std::string_view text, oms::Command& command);

// One line with the remedy; empty where it was not refused.
std::string refusal_text(const oms::Command& command);

// JSON, of a command that was not refused.
std::string answer_text(const oms::Command& command);

}  // namespace hopscope::control
