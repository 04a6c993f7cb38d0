// Background orders that client orders have traded with. The feed knows nothing of those trades and goes on about shares that are gone
// here.
//
// A direct-mapped table: an order whose entry was overwritten is merely counted as unresolved instead of clamped, and a replace of it is
// lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/book/order.h"

namespace hopscope::venue {

class TakenOrders {
 public:
  TakenOrders() : entries_(kEntries) {}

  void put(book::OrderId id, book::Side side) { entries_[slot(id)] = {id, side}; }

  // Side of an order that is known to have been taken from.
  std::optional<book::Side> find(book::OrderId id) const {
    const Entry& entry = entries_[slot(id)];
    return entry.id == id && id != 0 ? std::optional(entry.side) : std::nullopt;
  }

  // visit(id, side) for each that is known; what is put again in whatever order is known as before.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const Entry& entry : entries_)
      if (entry.id != 0) visit(entry.id, entry.side);
  }

 private:
  static constexpr std::size_t kEntries = 16'384;  // 256 KiB; a client order that takes more makers at once is rare
  struct Entry {
    book::OrderId id = 0;
    book::Side side = book::Side::Buy;
  };
  // The market numbers its orders upwards too: neighbours share a cache line (open_orders.h).
  static std::size_t slot(book::OrderId id) {
    constexpr unsigned kNeighbours = 4;
    const std::uint64_t hash = id / kNeighbours * 0x9e3779b97f4a7c15ull >> 32;
    return (hash * kNeighbours + id % kNeighbours) & (kEntries - 1);
  }

  std::vector<Entry> entries_;
};

}  // namespace hopscope::venue
