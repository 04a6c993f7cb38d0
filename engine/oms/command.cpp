#include "engine/oms/command.h"

#include <algorithm>

namespace hopscope::oms {
namespace {

ParentView view_of(const ParentOrder& parent, const SymbolDirectory& symbols) {
  ParentView view;
  std::copy_n(parent.plan.name.begin(), std::min(parent.plan.name.size(), view.name.size() - 1), view.name.begin());
  if (symbols.knows(parent.locate)) view.symbol = symbols[parent.locate];
  view.locate = parent.locate;
  view.side = parent.plan.side;
  view.algorithm = parent.plan.algorithm;
  view.state = parent.state;
  view.quantity = parent.plan.quantity;
  view.filled = parent.filled;
  view.working = parent.working;
  view.limit_price = parent.plan.limit_price;
  view.start_ns = parent.start_ns;
  view.end_ns = parent.end_ns;
  return view;
}

// By name where it has one: the plan's locates are as the feed numbers its symbols, too.
Refusal enter(Command& command, Desk& desk, const SymbolDirectory& symbols, std::uint64_t market_ns) {
  ParentOrder& parent = *command.parent;
  if (!parent.plan.symbol.empty()) parent.locate = symbols.find(wire::itch::symbol(parent.plan.symbol));
  if (!symbols.knows(parent.locate)) return Refusal::NoSuchSymbol;
  return desk.enter(std::move(parent), market_ns);
}

}  // namespace

void carry_out(Command& command, Desk& desk, const SymbolDirectory& symbols, const CommandMoment& moment) {
  const auto refuse = [&](Refusal why) { command.refusal = why; };
  command.market_ns = moment.market_ns;
  if (!moment.measured) return refuse(Refusal::NotMeasuring);
  if (command.kind == CommandKind::SetLimits) return;
  if (command.kind == CommandKind::ListParents) {
    command.parents = desk.parents().size();
    for (std::size_t i = command.from; i < command.parents && command.row_count < Command::kMostRows; ++i)
      command.rows[command.row_count++] = view_of(desk.parents()[i], symbols);
    return;
  }
  const bool sends = command.kind != CommandKind::CancelParent;
  if (sends && moment.killed) return refuse(Refusal::Killed);
  std::optional<ParentIndex> parent = desk.find(command.name);
  if (command.kind == CommandKind::NewParent) {
    if (parent) return refuse(Refusal::NameTaken);
    command.bound = desk.room();
    refuse(enter(command, desk, symbols, moment.market_ns));
    parent = desk.find(command.name);
  } else if (!parent) {
    return refuse(Refusal::NoSuchParent);
  } else if (command.kind == CommandKind::CancelParent) {
    refuse(desk.ask_cancel(*parent, moment.market_ns));
  } else {
    command.bound = desk.parents()[*parent].done();
    refuse(desk.replace(*parent, command.change, moment.market_ns));
  }
  if (parent) command.rows[command.row_count++] = view_of(desk.parents()[*parent], symbols);
}

}  // namespace hopscope::oms
