// Order id -> index of the order: buckets that chain through the orders themselves.
//
// A bucket is one index, and there are four of them to an order at least: nearly every chain has one link, so finding an order is one load
// here and one of the order, which the caller needs anyway, and erasing it shifts nothing. Exchanges number orders upwards and most cancels
// hit young orders, so 1024 consecutive ids share one 4 KiB page: over a thousand symbols a TLB miss costs as much as the rest. The pages
// are scattered (Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/book/order.h"
#include "engine/book/prefaulted_array.h"

namespace hopscope::book {

class IdTable {
 public:
  explicit IdTable(std::uint32_t max_orders)
      : buckets_(std::bit_ceil(static_cast<std::size_t>(max_orders) * 4 + (2u << kBlockBits))),
        page_shift_(64 + kBlockBits - static_cast<unsigned>(std::countr_zero(buckets_.size()))) {}

  // 0: unknown.
  std::uint32_t find(OrderId id, const Order* orders) const {
    std::uint32_t index = buckets_[place(id)];
    while (index != 0 && orders[index].id != id) index = orders[index].chain;
    return index;
  }

  // What points at the order with this id, or the zero that ends its chain. Taking the order out: *link = order.chain.
  std::uint32_t* link(OrderId id, Order* orders) {
    std::uint32_t* at = &buckets_[place(id)];
    while (*at != 0 && orders[*at].id != id) at = &orders[*at].chain;
    return at;
  }

  // The id, which stands in the order already, must not be there.
  void insert(std::uint32_t index, Order* orders) {
    std::uint32_t& first = buckets_[place(orders[index].id)];
    orders[index].chain = first;
    first = index;
  }

  // The order must be there.
  void erase(std::uint32_t index, Order* orders) {
    std::uint32_t* at = &buckets_[place(orders[index].id)];
    while (*at != index) at = &orders[*at].chain;
    *at = orders[index].chain;
  }

  // Where a search for this id begins.
  const std::uint32_t* bucket(OrderId id) const { return &buckets_[place(id)]; }

 private:
  static constexpr unsigned kBlockBits = 10;  // log2 of the buckets in 4 KiB

  // A block of consecutive ids goes to one page, chosen by its hash; other bits of the hash permute it inside, else ids that are all
  // multiples of 1024 would share one bucket a page.
  std::size_t place(OrderId id) const {
    const std::uint64_t hash = (id >> kBlockBits) * 0x9e3779b97f4a7c15ull;
    return static_cast<std::size_t>((hash >> page_shift_ << kBlockBits) | ((id ^ hash >> 32) & ((1u << kBlockBits) - 1)));
  }

  PrefaultedArray<std::uint32_t> buckets_;
  unsigned page_shift_;
};

}  // namespace hopscope::book
