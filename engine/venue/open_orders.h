// Client orders that are not done: what the books do not keep of them. A hash table with room for a fixed number.
//
// Clients number their orders upwards, and most are done soon. So kNeighbours consecutive ids stand side by side and only where they stand
// is scattered: an order finds its cache lines warm from the one before. With every id for itself, each order began with a miss in a table
// of 1.3 MB (venue.match p50 at 25,000 orders a second: 340-500 ns; 120 without the table).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/book/prefetch.h"
#include "engine/venue/client_order.h"

namespace hopscope::venue {

struct OpenOrder {
  book::OrderId id = 0;         // 0: a free entry
  book::Quantity executed = 0;  // since it was entered, under other ids too
  book::Quantity open = 0;
  book::Price price = 0;
  std::uint32_t book = 0;  // number
  std::uint16_t locate = 0;
  book::Side side = book::Side::Buy;
  OrderType type = OrderType::Limit;
  char side_letter = 'B';  // as the client wrote them
  char capacity = 'P';
  char cross_type = 'N';
};

class OpenOrders {
 public:
  explicit OpenOrders(std::uint32_t room) : room_(room), entries_(std::bit_ceil(std::size_t{room} * 4)) {}

  bool full() const { return count_ == room_; }
  bool empty() const { return count_ == 0; }
  std::uint32_t count() const { return count_; }

  // Null: it is done, or never was.
  OpenOrder* find(book::OrderId id) {
    for (std::size_t at = slot(id);; at = next(at)) {
      if (entries_[at].id == id) return &entries_[at];
      if (entries_[at].id == 0) return nullptr;
    }
  }
  const OpenOrder* find(book::OrderId id) const { return const_cast<OpenOrders*>(this)->find(id); }

  // visit(order) for each, in no order.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const OpenOrder& order : entries_)
      if (order.id != 0) visit(order);
  }

  // insert() of this id comes soon.
  void fetch(book::OrderId id) const { book::prefetch(&entries_[slot(id)]); }

  // There must be room, and no such id.
  OpenOrder& insert(const OpenOrder& order) {
    ++count_;
    std::size_t at = slot(order.id);
    while (entries_[at].id != 0) at = next(at);
    return entries_[at] = order;
  }

  // Those behind it that would not be found any more move up (Knuth, The Art of Computer Programming 3, 6.4, algorithm R).
  void erase(OpenOrder& order) {
    --count_;
    auto hole = static_cast<std::size_t>(&order - entries_.data());
    for (std::size_t at = next(hole); entries_[at].id != 0; at = next(at)) {
      const std::size_t home = slot(entries_[at].id);
      if (((at - home) & (entries_.size() - 1)) < ((at - hole) & (entries_.size() - 1))) continue;
      entries_[hole] = entries_[at];
      hole = at;
    }
    entries_[hole].id = 0;
  }

 private:
  static constexpr unsigned kNeighbours = 16;  // a power of two; more of them make the runs longer that erase() walks

  std::size_t slot(book::OrderId id) const {
    const std::uint64_t hash = id / kNeighbours * 0x9e3779b97f4a7c15ull >> 32;
    return (hash * kNeighbours + id % kNeighbours) & (entries_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (entries_.size() - 1); }

  std::uint32_t room_;
  std::uint32_t count_ = 0;
  std::vector<OpenOrder> entries_;
};

}  // namespace hopscope::venue
