#include "engine/control/command_text.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace hopscope::control {
namespace {

using Json = nlohmann::ordered_json;
using oms::Command;
using oms::CommandKind;
using oms::ParentView;
using oms::Refusal;

constexpr std::size_t kMostWords = 500;

// Absent: none. False: it is there and no number of its range.
template <class Integer>
bool read_number(const Json& json, const char* key, std::uint64_t low, std::uint64_t high, std::optional<Integer>& out) {
  const auto at = json.find(key);
  if (at == json.end()) return true;
  if (!at->is_number_unsigned() || at->get<std::uint64_t>() < low || at->get<std::uint64_t>() > high) return false;
  out = at->get<Integer>();
  return true;
}

std::string text_of(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// For results and terminals: what is no printable character becomes '?'.
std::string words_of(const Json& json) {
  std::string words = text_of(json, "what");
  words.resize(std::min(words.size(), kMostWords));
  for (char& letter : words)
    if (letter < ' ' || letter > '~') letter = '?';
  return words;
}

std::string part_of(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at == json.end() ? "null" : at->dump();
}

std::string read_new(const Json& json, Command& command) {
  core::ParentPlan plan;
  if (const std::string fault = core::read_parent_plan(part_of(json, "parent"), plan); !fault.empty()) return "parent: " + fault;
  command.kind = CommandKind::NewParent;
  command.name = plan.name;
  command.parent.emplace(plan);
  return {};
}

std::string read_change(const Json& json, Command& command) {
  constexpr std::uint64_t kDayNs = 86'400'000'000'000;
  oms::ParentChange& change = command.change;
  command.kind = CommandKind::ReplaceParent;
  command.name = text_of(json, "name");
  if (!read_number(json, "quantity", 1, 1u << 30, change.quantity)) return "quantity: between 1 and 2^30 is needed";
  if (!read_number(json, "limit_price", 0, 2'000'000'000, change.limit_price)) return "limit_price: at most 2000000000 is needed";
  if (!read_number(json, "end_ns", 1, kDayNs, change.end_ns)) return "end_ns: at most a day is needed";
  if (!change.quantity && !change.limit_price && !change.end_ns) return "nothing is to be changed: write quantity, limit_price or end_ns";
  return {};
}

std::string read_kind(const Json& json, Command& command) {
  const std::string kind = text_of(json, "command");
  if (kind == "new") return read_new(json, command);
  if (kind == "replace") return read_change(json, command);
  if (kind == "cancel") {
    command.kind = CommandKind::CancelParent;
    command.name = text_of(json, "name");
    return {};
  }
  if (kind == "list") {
    std::optional<std::size_t> from;
    if (!read_number(json, "from", 0, 1u << 16, from)) return "from: a number of a parent order is needed";
    command.kind = CommandKind::ListParents;
    command.from = from.value_or(0);
    return {};
  }
  if (kind == "limits") {
    command.kind = CommandKind::SetLimits;
    const std::string fault = core::read_risk_plan(part_of(json, "risk"), command.limits);
    return fault.empty() ? fault : "risk: " + fault;
  }
  return "command: '" + kind + "' is none of new, cancel, replace, list, limits";
}

std::string symbol_text(const ParentView& parent) {
  const std::string_view letters(parent.symbol.data(), parent.symbol.size());
  const std::size_t last = letters.find_last_not_of(std::string_view(" \0", 2));
  return std::string(letters.substr(0, last + 1));
}

Json row(const ParentView& parent) {
  return {{"name", parent.name.data()},
          {"symbol", symbol_text(parent)},
          {"locate", parent.locate},
          {"side", parent.side == 'B' ? "buy" : "sell"},
          {"algo", core::name(parent.algorithm)},
          {"state", oms::name(parent.state)},
          {"quantity", parent.quantity},
          {"filled", parent.filled},
          {"working", parent.working},
          {"limit_price", parent.limit_price},
          {"start_ns", parent.start_ns},
          {"end_ns", parent.end_ns}};
}

}  // namespace

ReadCommand read_command(std::string_view text, Command& command) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return {"a command is a JSON object", {}};
  return {read_kind(json, command), words_of(json)};
}

std::string refusal_text(const Command& command) {
  switch (command.refusal) {
    case Refusal::None:
      return {};
    case Refusal::NotMeasuring:
      return "the run is still warming up; ask again when it measures";
    case Refusal::Killed:
      return "the kill switch is pulled, and no order may leave; hopscope kill --arm takes it back";
    case Refusal::NoSuchSymbol:
      return "the feed lists no symbol " +
             (command.parent->plan.symbol.empty() ? "with locate " + std::to_string(command.parent->plan.locate)
                                                  : command.parent->plan.symbol) +
             "; simulated ones are HS00001 and so on, up to pipeline.feed.symbols";
    case Refusal::NameTaken:
      return "a parent order is called " + command.name + " already; give it another name, or change that one with hopscope order replace";
    case Refusal::NoRoom:
      return "there is room for " + std::to_string(command.bound) +
             " parent orders, and so many there are; raise pipeline.oms.parent_room for the next run";
    case Refusal::NoSuchParent:
      return "there is no parent order called " + command.name + "; hopscope order list shows them";
    case Refusal::Over:
      return "the parent order " + command.name + " is over already; hopscope order list shows how it ended";
    case Refusal::Ending:
      return "the parent order " + command.name + " is ending and sends no more; hopscope order list shows what is still open";
    case Refusal::BelowDone:
      return std::to_string(command.bound) + " shares of " + command.name + " are filled or working; write a quantity of that or more";
    case Refusal::TooShort:
      return "what is left of " + command.name + " would have slices shorter than 1us; write a later end";
  }
  return "it was refused";
}

std::string answer_text(const Command& command) {
  Json json = {{"market_ns", command.market_ns}};
  if (command.kind != CommandKind::SetLimits) {
    json["parents"] = Json::array();
    for (std::size_t i = 0; i < command.row_count; ++i) json["parents"].push_back(row(command.rows[i]));
  }
  if (command.kind == CommandKind::ListParents) json["all"] = command.parents;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hopscope::control
