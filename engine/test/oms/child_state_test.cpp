#include "engine/oms/child_state.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace hopscope::oms {
namespace {

const auto kAllStates = [] {
  std::vector<ChildState> states;
  for (std::size_t s = 0; s < kChildStates; ++s) states.push_back(static_cast<ChildState>(s));
  return states;
}();
const auto kAllCues = [] {
  std::vector<ChildCue> cues;
  for (std::size_t c = 0; c < kChildCues; ++c) cues.push_back(static_cast<ChildCue>(c));
  return cues;
}();

std::string cell(ChildState state, ChildCue cue) {
  const Transition transition = oms::transition(state, cue);
  return transition.verdict == Verdict::Taken ? name(transition.next) : name(transition.verdict);
}

std::string row(const std::string& head, const std::vector<std::string>& cells) {
  std::string text = "| " + head + " |";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text;
}

// The table as docs/oms.md has it.
std::vector<std::string> table() {
  std::vector<std::string> lines;
  std::vector<std::string> cells;
  cells.reserve(kChildStates);
  for (const ChildState state : kAllStates) cells.emplace_back(name(state));
  lines.push_back(row("", cells));
  for (const ChildCue cue : kAllCues) {
    cells.clear();
    for (const ChildState state : kAllStates) cells.push_back(cell(state, cue));
    lines.push_back(row(name(cue), cells));
  }
  return lines;
}

TEST(ChildState, TheDocumentShowsTheTable) {
  std::ifstream file("docs/oms.md");
  ASSERT_TRUE(file);
  std::vector<std::string> shown;
  bool in_table = false;
  for (std::string line; std::getline(file, line);) {
    in_table |= line.starts_with("|  | Unused |");
    if (in_table && !line.starts_with("|")) break;
    if (in_table && !line.starts_with("|---")) shown.push_back(line);
  }
  std::string wanted;
  for (const std::string& line : table()) wanted += line + "\n";
  EXPECT_EQ(shown, table()) << wanted;
}

TEST(ChildState, OnlyWhatIsTakenChangesAStateAndNothingWhatIsOver) {
  for (const ChildState state : kAllStates) {
    for (const ChildCue cue : kAllCues) {
      const Transition made = transition(state, cue);
      if (made.verdict == Verdict::Taken && !terminal(state)) continue;
      EXPECT_EQ(made.next, state) << name(state) << " " << name(cue);
    }
  }
}

TEST(ChildState, EveryOrderThatWasSentCanStillEnd) {
  for (const ChildState state : kAllStates) {
    if (terminal(state) || state == ChildState::Unused) continue;
    EXPECT_EQ(transition(state, ChildCue::ExecutedAll).next, ChildState::Filled) << name(state);
    EXPECT_EQ(transition(state, ChildCue::Cancelled).next, ChildState::Cancelled) << name(state);
  }
}

}  // namespace
}  // namespace hopscope::oms
