// At which venue an order of the feed rests, where each rests at one of them only.
#pragma once

#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::book {

// A function of the reference alone (multiplicative hashing, Knuth, The Art of Computer Programming, volume 3, section 6.4), so that every
// receiver of the feed knows it. An order that replaces another one stays where that was, whatever its own reference says.
inline unsigned home_venue(OrderId reference, unsigned venues) {
  const std::uint64_t hash = reference * 0x9e37'79b9'7f4a'7c15ull >> 32;
  return static_cast<unsigned>(hash * venues >> 32);
}

}  // namespace hopscope::book
