// What a trader can ask of an OMS that runs (`hopscope order`, `hopscope limits`), and the slot in which it is handed over.
//
// Another thread makes a command ready, with all memory that it will ever need, and offers it; the OMS takes it between two messages of the
// feed, carries it out, fills in the answer and says so. Taking allocates and frees nothing: what the OMS has no use for goes back with
// the command. While nobody asks, a message of the feed costs one load of a word that nobody writes.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/core/plan.h"
#include "engine/core/spsc_ring.h"
#include "engine/oms/desk.h"
#include "engine/oms/parent_order.h"
#include "engine/oms/symbol_directory.h"

namespace hopscope::oms {

enum class CommandKind : std::uint8_t { NewParent, CancelParent, ReplaceParent, ListParents, SetLimits };

// A parent order as it stands.
struct ParentView {
  std::array<char, core::kMostNameBytes + 1> name{};  // zero terminated
  wire::itch::Symbol symbol{};                        // padded with blanks; zeros: not listed yet
  std::uint16_t locate = 0;
  char side = 'B';
  core::Algorithm algorithm = core::Algorithm::Twap;
  ParentState state = ParentState::Scheduled;
  std::uint32_t quantity = 0, filled = 0, working = 0;
  std::uint32_t limit_price = 0;           // 0: none
  std::uint64_t start_ns = 0, end_ns = 0;  // market time
};

struct Command {
  static constexpr std::size_t kMostRows = 64;

  CommandKind kind = CommandKind::ListParents;
  std::string name;                   // of the parent order
  std::optional<ParentOrder> parent;  // NewParent; its times count from when it is taken
  ParentChange change;                // ReplaceParent
  core::RiskPlan limits;              // SetLimits
  std::size_t from = 0;               // ListParents: the first to show

  // The OMS's answer.
  Refusal refusal = Refusal::None;
  std::uint64_t bound = 0;      // BelowDone: shares filled and working; NoRoom: parent orders there is room for
  std::uint64_t market_ns = 0;  // when it was taken
  std::array<ParentView, kMostRows> rows{};
  std::size_t row_count = 0, parents = 0;  // parents: all there are

  std::atomic<bool> done{false};  // written last
};

// One command at a time, from one thread to the OMS's.
class CommandSlot {
 public:
  void offer(Command& command) { waiting_.store(&command, std::memory_order_release); }
  // False: the OMS has taken it, and will be done with it in a moment.
  bool withdraw(Command& command) {
    Command* expected = &command;
    return waiting_.compare_exchange_strong(expected, nullptr, std::memory_order_acq_rel);
  }

  // The OMS's.
  bool any() const { return waiting_.load(std::memory_order_relaxed) != nullptr; }
  Command* take() { return waiting_.exchange(nullptr, std::memory_order_acq_rel); }

 private:
  alignas(core::kCacheLineBytes) std::atomic<Command*> waiting_{nullptr};
};

// What a command meets.
struct CommandMoment {
  std::uint64_t market_ns;
  bool measured;  // the warm-up is over
  bool killed;    // the kill switch is pulled
};

// All but SetLimits, which is the gate's: of that it is only said whether it may be.
void carry_out(Command& command, Desk& desk, const SymbolDirectory& symbols, const CommandMoment& moment);

}  // namespace hopscope::oms
