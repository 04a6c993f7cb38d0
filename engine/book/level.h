// All orders of one symbol and side at one price, oldest first.
#pragma once

#include <cstdint>

#include "engine/book/level_page.h"
#include "engine/book/order.h"

namespace hopscope::book {

struct Level {
  std::uint64_t quantity;
  LevelKey key;
  std::uint32_t orders;
  std::uint32_t oldest, youngest;  // oldest doubles as the link between free levels
  std::uint16_t locate;
  Side side;
  std::uint8_t reserved;
  std::uint32_t chain;  // next level in the same bucket of the level table

  bool is(std::uint16_t wanted_locate, Side wanted_side, LevelKey wanted_key) const {
    return key == wanted_key && locate == wanted_locate && side == wanted_side;
  }
};
static_assert(sizeof(Level) == 32);

}  // namespace hopscope::book
