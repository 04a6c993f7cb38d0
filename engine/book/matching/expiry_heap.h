// Orders with an end, the next to end first: a binary heap of node indices, each order knowing its place, so that one that ends early
// leaves without a search (Knuth, The Art of Computer Programming 3, 5.2.3).
#pragma once

#include <cstdint>

#include "engine/book/matching/node.h"
#include "engine/book/prefaulted_array.h"

namespace hopscope::matching {

// Those that end at the same time end in the order of their ids. An order's id and time must not change while it is in.
class ExpiryHeap {
 public:
  explicit ExpiryHeap(std::uint32_t max_orders) : heap_(static_cast<std::size_t>(max_orders) + 1) {}

  bool empty() const { return count_ == 0; }
  std::uint32_t top() const { return heap_[0]; }

  // `first` is the index of the node that extras[0] belongs to.
  void insert(std::uint32_t index, const Node* nodes, Extras* extras, std::uint32_t first) {
    lift({nodes, extras, first}, count_++, index);
  }

  void erase(std::uint32_t index, const Node* nodes, Extras* extras, std::uint32_t first) {
    const View view{nodes, extras, first};
    const std::uint32_t hole = view.extra(index).heap_at;
    const std::uint32_t last = heap_[--count_];
    if (last == index) return;
    if (hole != 0 && view.before(last, heap_[(hole - 1) / 2])) return lift(view, hole, last);
    sink(view, hole, last);
  }

 private:
  struct View {
    const Node* nodes;
    Extras* extras;
    std::uint32_t first;
    Extras& extra(std::uint32_t index) const { return extras[index - first]; }
    bool before(std::uint32_t a, std::uint32_t b) const {
      const std::uint64_t a_ns = extra(a).expires_ns, b_ns = extra(b).expires_ns;
      return a_ns != b_ns ? a_ns < b_ns : nodes[a].order.id < nodes[b].order.id;
    }
  };

  void put(const View& view, std::uint32_t at, std::uint32_t index) {
    heap_[at] = index;
    view.extra(index).heap_at = at;
  }

  void lift(const View& view, std::uint32_t at, std::uint32_t index) {
    while (at != 0 && view.before(index, heap_[(at - 1) / 2])) {
      put(view, at, heap_[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(view, at, index);
  }

  void sink(const View& view, std::uint32_t at, std::uint32_t index) {
    for (;;) {
      std::uint32_t child = 2 * at + 1;
      if (child >= count_) break;
      if (child + 1 < count_ && view.before(heap_[child + 1], heap_[child])) ++child;
      if (!view.before(heap_[child], index)) break;
      put(view, at, heap_[child]);
      at = child;
    }
    put(view, at, index);
  }

  book::PrefaultedArray<std::uint32_t> heap_;
  std::uint32_t count_ = 0;
};

}  // namespace hopscope::matching
