// What a client has at its venues, by venue and symbol: what was traded, and what rests or is on its way.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "engine/book/traded.h"

namespace hopscope {

struct Holding {
  book::Traded traded;
  std::uint64_t open_orders = 0;
  std::uint64_t open_buying = 0, open_selling = 0;  // shares of theirs

  void open(book::Side side, std::uint64_t shares) {
    ++open_orders;
    (side == book::Side::Buy ? open_buying : open_selling) += shares;
  }
  void add(const Holding& other) {
    traded.add(other.traded);
    open_orders += other.open_orders;
    open_buying += other.open_buying;
    open_selling += other.open_selling;
  }
};

using Holdings = std::map<std::pair<unsigned, std::uint16_t>, Holding>;  // by venue and locate

}  // namespace hopscope
