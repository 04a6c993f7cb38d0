// What has traded: the last price, and the shares and money of the day so far, of each symbol of a feed.
//
// ITCH 5.0: E trades at the price of the order that it names, C at a price of its own (and counts where it is printable), P is a trade
// against an order that was never shown. Crosses (Q) are trades too. One thread; nothing is allocated after construction.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/books.h"
#include "engine/wire/itch.h"

namespace hopscope::book {

struct Trades {
  Price last = 0;              // price of the last one, 4 decimals; 0: none yet
  std::uint64_t last_ns = 0;   // its market time
  std::uint64_t shares = 0;    // of all
  std::uint64_t notional = 0;  // sum of price x shares, 4 decimals
};

class Tape {
 public:
  explicit Tape(std::uint16_t max_locate) : trades_(std::size_t{max_locate} + 1) {}

  // Before the message is applied to `books`: an execution takes its price from the order that it may end.
  void take(const Books& books, const wire::itch::Message& message) {
    namespace itch = wire::itch;
    switch (message.type()) {
      case itch::Executed::kType:
        if (const auto* executed = message.as<itch::Executed>())
          if (const Order* order = books.find(executed->reference)) add(message, order->price, executed->shares);
        break;
      case itch::ExecutedWithPrice::kType:
        if (const auto* executed = message.as<itch::ExecutedWithPrice>(); executed != nullptr && executed->printable == 'Y')
          add(message, executed->price, executed->shares);
        break;
      case itch::Trade::kType:
        if (const auto* trade = message.as<itch::Trade>()) add(message, trade->price, trade->shares);
        break;
      case itch::CrossTrade::kType:
        if (const auto* cross = message.as<itch::CrossTrade>()) add(message, cross->price, cross->shares);
        break;
      default:
        break;
    }
  }

  // locate: at most max_locate.
  const Trades& operator[](std::uint16_t locate) const { return trades_[locate]; }

 private:
  void add(const wire::itch::Message& message, Price price, std::uint64_t shares) {
    if (message.locate() >= trades_.size() || price == 0 || shares == 0) return;
    Trades& trades = trades_[message.locate()];
    trades.last = price;
    trades.last_ns = message.timestamp_ns();
    trades.shares += shares;
    trades.notional += price * shares;
  }

  std::vector<Trades> trades_;
};

}  // namespace hopscope::book
