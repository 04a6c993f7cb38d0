#include "engine/oms/parent_state.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace hopscope::oms {
namespace {

using enum ParentState;

constexpr ParentState kStates[] = {Scheduled, Working, Closing, Cancelling, Filled, Expired, Cancelled};
constexpr ParentEvent kEvents[] = {ParentEvent::Started, ParentEvent::Completed, ParentEvent::TimeUp, ParentEvent::CancelAsked,
                                   ParentEvent::Settled};

TEST(ParentState, NothingLeavesAnEnd) {
  for (const ParentState state : {Filled, Expired, Cancelled}) {
    EXPECT_TRUE(is_over(state));
    for (const ParentEvent event : kEvents) EXPECT_EQ(after(state, event), state) << name(state);
  }
}

TEST(ParentState, NoChildIsSentAfterTheEndOrACancel) {
  for (const ParentEvent event : kEvents)
    for (const ParentState state : {Closing, Cancelling}) EXPECT_NE(after(state, event), Working) << name(state);
}

// The table in docs/algorithms.md: | state | Started | Completed | TimeUp | CancelAsked | Settled |
TEST(ParentState, IsWhatTheDocumentationSays) {
  std::ifstream file("docs/algorithms.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  for (const ParentState state : kStates) {
    const std::string head = "| " + std::string(name(state)) + " |";
    const std::size_t at = text.find("\n" + head);
    ASSERT_NE(at, std::string::npos) << name(state);
    std::string row = head;
    for (std::size_t i = 0; i < kParentEvents; ++i) {
      const ParentState next = after(state, kEvents[i]);
      row += std::string(" ") + (next == state ? "–" : name(next)) + " |";
    }
    EXPECT_EQ(text.substr(at + 1, row.size()), row);
  }
}

}  // namespace
}  // namespace hopscope::oms
