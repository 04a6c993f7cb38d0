// The orders that the gate has let pass and whose end no venue has told: how many shares each still counts for, at which price, and which
// of them rest at a venue where an order of the other side could trade with them.
//
// By venue and UserRefNum, in rings as large as oms::ChildOrders'. One thread; nothing is allocated after construction.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/order.h"

namespace hopscope::risk {

struct SentOrder {
  std::uint32_t user_ref = 0;  // 0: nobody
  std::uint32_t open = 0;      // shares
  book::Price price = 0;       // at which it counts
  std::uint16_t locate = 0;
  std::uint16_t strategy = 0;            // 0: the reactive one's, else a parent's index + 1
  std::uint32_t previous = 0, next = 0;  // that rest in the same symbol on the same side; index + 1, 0: none
  book::Side side = book::Side::Buy;
  std::uint8_t venue = 0;
  bool rests = false;
};

class SentOrders {
 public:
  // slots: of each venue, a power of two.
  SentOrders(std::uint16_t max_locate, unsigned venues, std::uint32_t slots)
      : slots_(slots), orders_(std::size_t{venues} * slots), resting_(2 * (std::size_t{max_locate} + 1)) {}

  // Whatever the slot's last user had open is known no longer, and counts for good: on the safe side.
  void open(const SentOrder& order) {
    SentOrder& slot = orders_[index(order.venue, order.user_ref)];
    if (slot.open != 0 && slot.rests) [[unlikely]]
      unlink(slot);
    slot = order;
    if (slot.rests) link(slot);
  }

  // Null: it has ended, or never was.
  SentOrder* find(std::uint8_t venue, std::uint32_t user_ref) {
    SentOrder& slot = orders_[index(venue, user_ref)];
    return slot.user_ref == user_ref && slot.open != 0 ? &slot : nullptr;
  }

  // Shares that count no longer.
  void reduce(SentOrder& order, std::uint32_t shares) {
    order.open -= shares;
    if (order.open == 0 && order.rests) unlink(order);
  }

  // The price of an own order that one of this side, price (0: any) and venue could trade with; 0: none.
  book::Price crossed(std::uint16_t locate, std::uint8_t venue, book::Side side, book::Price price) const {
    const Resting& others = resting_[list(locate, book::opposite(side))];
    if (others.count == 0 || !meets(side, price, others.best)) [[likely]]
      return 0;
    for (std::uint32_t at = others.first; at != 0; at = orders_[at - 1].next) {
      const SentOrder& other = orders_[at - 1];
      if (other.venue == venue && meets(side, price, other.price)) return other.price;
    }
    return 0;
  }

 private:
  struct Resting {
    std::uint32_t first = 0, count = 0;
    book::Price best = 0;  // of all venues; never worse than it is
  };

  static bool meets(book::Side side, book::Price price, book::Price other) {
    return price == 0 || (side == book::Side::Buy ? price >= other : price <= other);
  }
  static std::size_t list(std::size_t locate, book::Side side) { return 2 * locate + (side == book::Side::Sell); }
  std::size_t index(std::uint8_t venue, std::uint32_t user_ref) const { return std::size_t{venue} * slots_ + (user_ref & (slots_ - 1)); }

  void link(SentOrder& order) {
    Resting& resting = resting_[list(order.locate, order.side)];
    const auto at = static_cast<std::uint32_t>(&order - orders_.data()) + 1;
    order.previous = 0;
    order.next = resting.first;
    if (resting.first != 0) orders_[resting.first - 1].previous = at;
    resting.first = at;
    const bool better = order.side == book::Side::Buy ? order.price > resting.best : order.price < resting.best;
    if (resting.count++ == 0 || better) resting.best = order.price;
  }

  // The best price stays when its order goes: then crossed() looks at the orders themselves. The last one takes it along.
  void unlink(const SentOrder& order) {
    Resting& resting = resting_[list(order.locate, order.side)];
    (order.previous == 0 ? resting.first : orders_[order.previous - 1].next) = order.next;
    if (order.next != 0) orders_[order.next - 1].previous = order.previous;
    --resting.count;
  }

  std::uint32_t slots_;
  std::vector<SentOrder> orders_;
  std::vector<Resting> resting_;  // buyers and sellers of each locate
};

}  // namespace hopscope::risk
