// What of a matching book later events depend on, and nothing else: where its nodes and level blocks lie is not part of it.
// save_and_restore.h takes it out of a book and puts it back.
#pragma once

#include <cstdint>

#include "engine/book/matching/terms.h"

namespace hopscope::matching {

// Beside what rests.
struct BookState {
  Price tick = 0, lowest = 0;
  std::uint32_t last_tick = 0;                  // of the last trade, from `lowest`; all bits: none yet
  std::uint32_t buy_reach = 0, sell_reach = 0;  // stop keys below these were reached, and nobody has looked yet
  std::uint32_t reference_tick = 0;             // of the auction
  Phase phase = Phase::Closed;
  std::uint64_t now_ns = 0;
};

// An order that rests, or a stop that waits.
struct RestingState {
  OrderId id = 0;
  Quantity quantity = 0;  // shown
  std::uint32_t key = 0;  // its level's distance from the ladder's best end
  std::uint8_t ladder = 0;
  std::uint8_t terms = 0;  // node.h
  Owner owner = 0;

  // 0 where the terms do not need them.
  std::uint64_t expires_ns = 0;
  Quantity hidden = 0, display = 0, minimum = 0;
  Price price = 0;
  std::uint16_t traits = 0;

  bool has_extras() const;
};

}  // namespace hopscope::matching
