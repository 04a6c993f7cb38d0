// The states of a child order and what each thing that happens to it makes of them: the whole machine is the table below, and docs/oms.md
// shows the same one (engine/test/oms/child_state_test.cpp compares both).
//
// An order that is partly filled is Live with `filled` above 0. Messages of a venue cross with the OMS's own: a cancel may find its order
// filled, a replacement may find it cancelled. What the venue says of an order decides, whatever was asked of it. Where Live stands for a
// request that was refused, an order that waits for its first answer still is PendingNew: that answer has not come by it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hopscope::oms {

enum class ChildState : std::uint8_t {
  Unused,  // the slot has had no order
  PendingNew,
  Live,
  PendingCancel,
  PendingReplace,
  Unknown,  // no answer in time, or none when the run ended: the venue may have it or not
  Filled,
  Cancelled,
  Rejected,
  Blocked,  // by the risk gate: never sent
  Replaced  // goes on under the UserRefNum of its replacement
};
inline constexpr std::size_t kChildStates = 11;

enum class ChildCue : std::uint8_t {
  Send,
  Block,
  CancelSent,
  ReplaceSent,
  GiveUp,
  Accepted,
  Rejected,
  Executed,  // with shares left
  ExecutedAll,
  Cancelled,
  CancelRejected,
  Replaced,        // it is the old order of a Replaced
  ReplaceRejected  // it is the old order of a replacement that was rejected
};
inline constexpr std::size_t kChildCues = 13;

enum class Verdict : std::uint8_t {
  Taken,
  Late,       // true, but the order was over by then
  Duplicate,  // said before
  Impossible  // nobody who has heard what was sent can say it
};

struct Transition {
  ChildState next;
  Verdict verdict;
};

constexpr const char* name(ChildState state) {
  constexpr std::array<const char*, kChildStates> kNames = {"Unused",         "PendingNew", "Live",    "PendingCancel",
                                                            "PendingReplace", "Unknown",    "Filled",  "Cancelled",
                                                            "Rejected",       "Blocked",    "Replaced"};
  return kNames[static_cast<std::size_t>(state)];
}
constexpr const char* name(ChildCue cue) {
  constexpr std::array<const char*, kChildCues> kNames = {"Send",           "Block",    "CancelSent",     "ReplaceSent", "GiveUp",
                                                          "Accepted",       "Rejected", "Executed",       "ExecutedAll", "Cancelled",
                                                          "CancelRejected", "Replaced", "ReplaceRejected"};
  return kNames[static_cast<std::size_t>(cue)];
}
constexpr const char* name(Verdict verdict) {
  constexpr std::array<const char*, 4> kNames = {"taken", "late", "duplicate", "impossible"};
  return kNames[static_cast<std::size_t>(verdict)];
}

// Nothing becomes of it any more.
constexpr bool terminal(ChildState state) { return state >= ChildState::Filled; }

namespace child_table {

// Cells: the next state, or why there is none.
struct Cell {
  ChildState next = ChildState::Unused;
  Verdict verdict = Verdict::Taken;
};
constexpr Cell to(ChildState next) { return {next, Verdict::Taken}; }
inline constexpr Cell New = to(ChildState::PendingNew), Live = to(ChildState::Live), PCan = to(ChildState::PendingCancel),
                      PRep = to(ChildState::PendingReplace), Unkn = to(ChildState::Unknown), Fill = to(ChildState::Filled),
                      Canc = to(ChildState::Cancelled), Rejd = to(ChildState::Rejected), Blkd = to(ChildState::Blocked),
                      Repd = to(ChildState::Replaced);
inline constexpr Cell late = {ChildState::Unused, Verdict::Late}, dupl = {ChildState::Unused, Verdict::Duplicate},
                      none = {ChildState::Unused, Verdict::Impossible};

// clang-format off
inline constexpr Cell kCells[kChildStates][kChildCues] = {
    //                  Send  Block CanS  RepS  Give  Acc   Rej   Exec  All   Canc  CanR  Repl  RepR
    /* Unused */         {New,  Blkd, none, none, none, none, none, none, none, none, none, none, none},
    /* PendingNew */     {none, none, PCan, PRep, Unkn, Live, Rejd, Live, Fill, Canc, none, none, none},
    /* Live */           {none, none, PCan, PRep, none, dupl, none, Live, Fill, Canc, Live, Repd, Live},
    /* PendingCancel */  {none, none, PCan, none, Unkn, PCan, Rejd, PCan, Fill, Canc, Live, Repd, PCan},
    /* PendingReplace */ {none, none, PCan, none, Unkn, PRep, Rejd, PRep, Fill, Canc, PRep, Repd, Live},
    /* Unknown */        {none, none, Unkn, none, none, Live, Rejd, Live, Fill, Canc, Unkn, Repd, Unkn},
    /* Filled */         {none, none, Fill, none, none, late, none, late, late, late, late, late, late},
    /* Cancelled */      {none, none, Canc, none, none, late, none, late, late, dupl, late, late, late},
    /* Rejected */       {none, none, Rejd, none, none, none, dupl, none, none, none, late, none, late},
    /* Blocked */        {none, none, none, none, none, none, none, none, none, none, none, none, none},
    /* Replaced */       {none, none, Repd, none, none, late, none, late, late, late, late, dupl, late},
};
// clang-format on

}  // namespace child_table

constexpr Transition transition(ChildState state, ChildCue cue) {
  const child_table::Cell& cell = child_table::kCells[static_cast<std::size_t>(state)][static_cast<std::size_t>(cue)];
  return {cell.verdict == Verdict::Taken ? cell.next : state, cell.verdict};
}

// Whether its OMS may send a replacement for it.
constexpr bool replaceable(ChildState state) { return transition(state, ChildCue::ReplaceSent).verdict == Verdict::Taken; }

}  // namespace hopscope::oms
