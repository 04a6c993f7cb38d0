// One child order as the gate is asked about it, and what it is judged by.
#pragma once

#include <cstdint>

#include "engine/book/books.h"

namespace hopscope::risk {

struct Request {
  book::Side side;
  book::Price price;  // 0: market
  book::Quantity quantity;
  std::uint16_t locate = 0;
  std::uint8_t venue = 0;
  std::uint16_t strategy = 0;  // 0: the reactive one, else a parent's index + 1
};

// What an order is judged by.
struct Market {
  // A touch alone is a market too: nothing has traded, and it has just changed.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Market(const book::Touch& of_book, book::Price last = 0, std::uint64_t quiet = 0) : touch(of_book), last_trade(last), quiet_ns(quiet) {}
  book::Touch touch;
  book::Price last_trade;  // 0: none yet
  std::uint64_t quiet_ns;  // market time since the symbol's book changed
};

struct OrderKey {
  std::uint8_t venue;
  std::uint32_t user_ref;
};

}  // namespace hopscope::risk
