// Order id -> index of its node: buckets that chain through the orders, as engine/book/id_table.h (which says why), two to an order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/book/matching/node.h"
#include "engine/book/prefaulted_array.h"
#include "engine/book/prefetch.h"

namespace hopscope::matching {

class IdIndex {
 public:
  explicit IdIndex(std::uint32_t max_orders)
      : buckets_(std::bit_ceil(static_cast<std::size_t>(max_orders) * 2 + (2u << kBlockBits))),
        page_shift_(64 + kBlockBits - static_cast<unsigned>(std::countr_zero(buckets_.size()))) {}

  std::uint32_t& bucket(book::OrderId id) { return buckets_[slot(id)]; }

  // A search for this id comes soon.
  void fetch(book::OrderId id) const { book::prefetch(&buckets_[slot(id)]); }

  // What points at the order, or the zero that ends its chain.
  std::uint32_t* link(book::OrderId id, Node* nodes) {
    std::uint32_t* at = &bucket(id);
    while (*at != 0 && nodes[*at].order.id != id) at = &nodes[*at].order.chain;
    return at;
  }

  // The order's node; 0: there is none.
  std::uint32_t find(book::OrderId id, const Node* nodes) const {
    std::uint32_t index = buckets_[slot(id)];
    while (index != 0 && nodes[index].order.id != id) index = nodes[index].order.chain;
    return index;
  }

  // The id, which stands in the order already, must not be there.
  void insert(std::uint32_t index, Node* nodes) {
    std::uint32_t& first = bucket(nodes[index].order.id);
    nodes[index].order.chain = first;
    first = index;
  }

  // The order must be there.
  void erase(std::uint32_t index, Node* nodes) {
    std::uint32_t* at = &bucket(nodes[index].order.id);
    while (*at != index) at = &nodes[*at].order.chain;
    *at = nodes[index].order.chain;
  }

 private:
  std::size_t slot(book::OrderId id) const {
    const std::uint64_t hash = (id >> kBlockBits) * 0x9e3779b97f4a7c15ull;
    return static_cast<std::size_t>((hash >> page_shift_ << kBlockBits) | ((id ^ hash >> 32) & ((1u << kBlockBits) - 1)));
  }

  static constexpr unsigned kBlockBits = 10;  // consecutive ids that share a 4 KiB page

  book::PrefaultedArray<std::uint32_t> buckets_;
  unsigned page_shift_;
};

}  // namespace hopscope::matching
