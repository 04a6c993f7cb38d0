// The life of a parent order: what has happened in which state leads where. docs/algorithms.md shows the same table.
//
//                 Started    Completed   TimeUp     CancelAsked   Settled
//   Scheduled     Working    -           Expired    Cancelled     -
//   Working       -          Filled      Closing    Cancelling    -
//   Closing       -          Filled      -          Cancelling    Expired
//   Cancelling    -          Filled      -          -             Cancelled
//   Filled, Expired and Cancelled are the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hopscope::oms {

enum class ParentState : std::uint8_t {
  Scheduled,   // its time has not come, or its symbol has no market yet
  Working,     // children may be sent
  Closing,     // no more children; some of those sent are still open
  Cancelling,  // the same, on request
  Filled,      // the whole quantity
  Expired,     // its time is up, with a rest
  Cancelled
};
inline constexpr std::size_t kParentStates = 7;

enum class ParentEvent : std::uint8_t {
  Started,      // first market seen at or after its start
  Completed,    // the last share was filled
  TimeUp,       // its end has come
  CancelAsked,  // by the trader
  Settled       // none of its children is open any more
};
inline constexpr std::size_t kParentEvents = 5;

constexpr const char* name(ParentState state) {
  constexpr const char* kNames[kParentStates] = {"scheduled", "working", "closing", "cancelling", "filled", "expired", "cancelled"};
  return kNames[static_cast<std::size_t>(state)];
}

constexpr bool is_over(ParentState state) { return state >= ParentState::Filled; }

// What cannot happen in a state leaves it as it is.
constexpr ParentState after(ParentState state, ParentEvent event) {
  using enum ParentState;
  constexpr std::array<std::array<ParentState, kParentEvents>, kParentStates> kTable = {{
      {Working, Scheduled, Expired, Cancelled, Scheduled},
      {Working, Filled, Closing, Cancelling, Working},
      {Closing, Filled, Closing, Cancelling, Expired},
      {Cancelling, Filled, Cancelling, Cancelling, Cancelled},
      {Filled, Filled, Filled, Filled, Filled},
      {Expired, Expired, Expired, Expired, Expired},
      {Cancelled, Cancelled, Cancelled, Cancelled, Cancelled},
  }};
  return kTable[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
}

}  // namespace hopscope::oms
