// What the firm holds and could come to hold: positions and open orders of each symbol, and their worth over all symbols.
//
// Worst case: an order counts as filled from when it is sent until its venue has said how it ended (FIA, Market Access Risk Management
// Recommendations, 2010: "pre-trade position limits ... taking into account open orders"). All of it are sums, so answers of several venues
// may come in any order. A symbol is worth its mark: the mid of the OMS's book when the gate last looked at it.
//
//   position      shares bought - sold
//   worst case    of one symbol: max(position + open buys, open sells - position) shares
//   gross         sum over symbols of worst case x mark
//   net           sum over symbols of position x mark; with all open buys filled, or all open sells
//   credit        paid - received, with all open buys filled at their prices
//   profit        received - paid + net: realised and unrealised, before fees
//
// One thread; nothing is allocated after construction.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/book/order.h"

namespace hopscope::risk {

// Price (4 decimals) x shares, over any number of orders.
__extension__ using Value = __int128;

class Exposure {
 public:
  explicit Exposure(std::uint16_t max_locate) : symbols_(std::size_t{max_locate} + 1) {}

  void mark(std::size_t locate, book::Price price) {
    Symbol& symbol = symbols_[locate];
    const auto moved = std::int64_t{price} - std::int64_t{symbol.mark};
    symbol.mark = price;
    gross_ += Value{symbol.worst()} * moved;
    net_ += Value{symbol.position} * moved;
  }

  void opened(std::size_t locate, book::Side side, std::uint64_t shares, book::Price price) { change_open(locate, side, shares, price, 1); }
  void released(std::size_t locate, book::Side side, std::uint64_t shares, book::Price price) {
    change_open(locate, side, shares, price, -1);
  }

  void filled(std::size_t locate, book::Side side, std::uint64_t shares, book::Price price) {
    Symbol& symbol = symbols_[locate];
    const auto signed_shares = side == book::Side::Buy ? static_cast<std::int64_t>(shares) : -static_cast<std::int64_t>(shares);
    const std::int64_t before = symbol.worst();
    symbol.position += signed_shares;
    paid_ += Value{signed_shares} * price;
    gross_ += Value{symbol.worst() - before} * symbol.mark;
    net_ += Value{signed_shares} * symbol.mark;
  }

  std::int64_t position(std::size_t locate) const { return symbols_[locate].position; }

  // Shares long (or short) if this order were filled with all that is open on its side; 0: it leaves the firm on the other side.
  std::uint64_t position_with(std::size_t locate, book::Side side, std::uint64_t shares) const {
    const Symbol& symbol = symbols_[locate];
    const std::int64_t held = side == book::Side::Buy ? symbol.position : -symbol.position;
    const std::int64_t worst = held + static_cast<std::int64_t>(symbol.open(side) + shares);
    return worst > 0 ? static_cast<std::uint64_t>(worst) : 0;
  }

  // What this order would add to the gross exposure; 0 where the other side of its symbol is the worse case with it, too.
  Value gross_added(std::size_t locate, book::Side side, std::uint64_t shares) const {
    const Symbol& symbol = symbols_[locate];
    const std::int64_t now = symbol.worst(), then = static_cast<std::int64_t>(position_with(locate, side, shares));
    return then > now ? Value{then - now} * symbol.mark : Value{0};
  }

  Value gross() const { return gross_; }
  Value net() const { return net_; }
  Value open(book::Side side) const { return side == book::Side::Buy ? open_buys_ : open_sells_; }
  Value credit() const { return paid_ + open_buys_; }
  Value profit() const { return net_ - paid_; }

 private:
  struct Symbol {
    std::int64_t position = 0;
    std::uint64_t open_buys = 0, open_sells = 0;  // shares
    book::Price mark = 0;

    std::uint64_t open(book::Side side) const { return side == book::Side::Buy ? open_buys : open_sells; }
    // Long or short: as both may not be negative at once, neither is the larger of them.
    std::int64_t worst() const {
      return std::max(position + static_cast<std::int64_t>(open_buys), static_cast<std::int64_t>(open_sells) - position);
    }
  };

  void change_open(std::size_t locate, book::Side side, std::uint64_t shares, book::Price price, int sign) {
    Symbol& symbol = symbols_[locate];
    const bool buys = side == book::Side::Buy;
    const std::int64_t before = symbol.worst();
    std::uint64_t& open = buys ? symbol.open_buys : symbol.open_sells;
    open = sign > 0 ? open + shares : open - shares;
    (buys ? open_buys_ : open_sells_) += Value{static_cast<std::int64_t>(shares)} * sign * price;
    gross_ += Value{symbol.worst() - before} * symbol.mark;
  }

  std::vector<Symbol> symbols_;  // by locate
  Value gross_ = 0, net_ = 0, paid_ = 0, open_buys_ = 0, open_sells_ = 0;
};

}  // namespace hopscope::risk
