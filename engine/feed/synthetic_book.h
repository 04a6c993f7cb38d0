// The simulator's own book of one symbol: small enough that sixteen of them stay in the second-level cache.
//
// Prices are ticks on a fixed ladder; a bitmap for each side finds the touch; orders of one tick stand in a queue, oldest first. The
// caller keeps bids below asks, so one queue a tick is enough. Consumers never see this: they rebuild the book from the messages.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace hopscope::feed {

class SyntheticBook {
 public:
  static constexpr unsigned kTicks = 512;
  static constexpr unsigned kMaxOrders = 511;
  using Index = std::uint16_t;  // of an order; 0 is nobody

  struct Order {
    std::uint64_t reference;
    std::uint32_t shares;
    std::uint16_t tick;
    Index previous, next;
    std::uint16_t place;  // in live_
    bool buy;
  };
  static_assert(sizeof(Order) == 24);

  SyntheticBook() {
    for (unsigned i = 0; i < kMaxOrders; ++i) live_[i] = static_cast<Index>(i + 1);
  }

  unsigned live() const { return count_; }
  bool full() const { return count_ == kMaxOrders; }

  // Below the ladder when there is no bid.
  int best_bid() const {
    const Bitmap& side = ticks_[kBuy];
    if (side.words_used == 0) return -1;
    const int word = 31 - std::countl_zero(static_cast<std::uint32_t>(side.words_used));
    return word * 64 + 63 - std::countl_zero(side.words[static_cast<unsigned>(word)]);
  }

  // Above the ladder when there is no ask.
  int best_ask() const {
    const Bitmap& side = ticks_[kSell];
    if (side.words_used == 0) return kTicks;
    const int word = std::countr_zero(static_cast<std::uint32_t>(side.words_used));
    return word * 64 + std::countr_zero(side.words[static_cast<unsigned>(word)]);
  }

  Index oldest(int tick) const { return queues_[static_cast<unsigned>(tick)].oldest; }
  // The nth of live() orders, in no meaningful order.
  Index nth(unsigned n) const { return live_[n]; }
  Order& operator[](Index index) { return orders_[index]; }

  // The book must not be full.
  void add(std::uint64_t reference, bool buy, unsigned tick, std::uint32_t shares) {
    const Index index = live_[count_];
    Queue& queue = queues_[tick];
    orders_[index] = {reference, shares, static_cast<std::uint16_t>(tick), queue.youngest, 0, static_cast<std::uint16_t>(count_), buy};
    ++count_;
    if (queue.youngest == 0) {
      queue.oldest = index;
      ticks_[buy ? kBuy : kSell].set(tick);
    } else {
      orders_[queue.youngest].next = index;
    }
    queue.youngest = index;
  }

  void remove(Index index) {
    const Order& order = orders_[index];
    Queue& queue = queues_[order.tick];
    (order.previous ? orders_[order.previous].next : queue.oldest) = order.next;
    (order.next ? orders_[order.next].previous : queue.youngest) = order.previous;
    if (queue.oldest == 0) ticks_[order.buy ? kBuy : kSell].clear(order.tick);
    // The last live order takes the place; the free index goes behind the live ones, where add() finds it.
    --count_;
    const Index last = live_[count_];
    live_[order.place] = last;
    orders_[last].place = order.place;
    live_[count_] = index;
  }

 private:
  static constexpr unsigned kBuy = 0, kSell = 1;

  struct Bitmap {
    std::array<std::uint64_t, kTicks / 64> words{};
    std::uint8_t words_used = 0;  // bit w: words[w] is not zero
    static_assert(kTicks / 64 <= 8);
    void set(unsigned tick) {
      words[tick / 64] |= 1ull << (tick % 64);
      words_used = static_cast<std::uint8_t>(words_used | 1u << (tick / 64));
    }
    void clear(unsigned tick) {
      std::uint64_t& word = words[tick / 64];
      word &= ~(1ull << (tick % 64));
      if (word == 0) words_used = static_cast<std::uint8_t>(words_used & ~(1u << (tick / 64)));
    }
  };
  struct Queue {
    Index oldest = 0, youngest = 0;
  };

  unsigned count_ = 0;
  std::array<Bitmap, 2> ticks_;
  std::array<Queue, kTicks> queues_{};
  std::array<Index, kMaxOrders> live_;  // live orders, then free indices
  std::array<Order, kMaxOrders + 1> orders_{};
};

}  // namespace hopscope::feed
