// What several matching books share: price levels and orders, handed out as they are needed, and the index of order ids.
//
// A book's levels come in blocks of 64 neighbouring prices of one ladder: a block is there while one of its levels holds an order. A symbol
// in which nothing rests costs only the bitmaps of its ladders (rules.h). Everything is taken and touched at construction. One thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "engine/book/matching/expiry_heap.h"
#include "engine/book/matching/id_index.h"
#include "engine/book/matching/level_bits.h"
#include "engine/book/matching/node.h"
#include "engine/book/matching/rules.h"
#include "engine/book/prefaulted_array.h"

namespace hopscope::matching {

inline constexpr std::uint32_t kLadders = 4;  // of a book: bids, asks, buy stops, sell stops
inline constexpr std::uint32_t kBlockLevels = 64;

// Keys of a ladder: price levels rounded up to a power of two.
constexpr std::uint32_t ladder_span(std::uint32_t price_levels) { return std::bit_ceil(price_levels < 64 ? 64 : price_levels); }

struct BookRoom {
  std::uint32_t books = 1;
  std::uint32_t price_levels = 65'536;  // of each book
  std::uint32_t level_blocks = 0;       // of all books; 0: as many as all their ladders have, so that none can be missing
  std::uint32_t max_orders = 65'536;    // of all books
};

class BookMemory {
 public:
  // Throws std::invalid_argument when that is too much to count, std::bad_alloc when the machine has not got the memory.
  explicit BookMemory(const BookRoom& room)
      : room_(checked(room)),
        span_(ladder_span(room.price_levels)),
        blocks_(blocks_of(room)),
        first_order_(blocks_ * kBlockLevels),
        used_(first_order_),
        free_blocks_(blocks_),
        words_(std::size_t{room.books} * kLadders * LevelBits::words(span_)),
        owners_(blocks_),
        spare_(blocks_),
        nodes_(std::size_t{first_order_} + room.max_orders),
        extras_(room.max_orders),
        ids_(room.max_orders),
        expiries_(room.max_orders) {
    for (std::uint32_t level = 0; level < first_order_; ++level) nodes_[level].previous = nodes_[level].next = level;
    for (std::uint32_t block = 0; block < blocks_; ++block) spare_[block] = blocks_ - 1 - block;
  }

  // For 64 neighbouring levels of a book. Returns the first. There must be one.
  std::uint32_t take_block(std::uint32_t book) {
    const std::uint32_t block = spare_[--free_blocks_];
    owners_[block] = book;
    return block * kBlockLevels;
  }
  // All its levels must be empty.
  void release_block(std::uint32_t level) { spare_[free_blocks_++] = level / kBlockLevels; }

  // What was freed last is handed out first: its cache line is warm.
  std::uint32_t take_order() {
    ++live_;
    if (free_ == 0) return used_++;
    const std::uint32_t index = free_;
    free_ = nodes_[index].next;
    return index;
  }
  void release_order(std::uint32_t index) {
    nodes_[index].next = free_;
    free_ = index;
    --live_;
  }

  // Room for one more order, whatever its price. A stop that waits needs a block twice: where it waits and where it will rest.
  bool has_room() const { return live_ != room_.max_orders && (complete() || free_blocks_ >= waiting_stops + 2); }
  // Room for an order that is there already at any other price.
  bool can_move() const { return complete() || free_blocks_ >= waiting_stops + 2; }

  // Room for an order that rested before, in a bare block of levels or not.
  bool can_take(bool bare) const { return live_ != room_.max_orders && (!bare || free_blocks_ != 0); }

  // The order's node; 0: it does not rest.
  std::uint32_t find(book::OrderId id) const { return ids_.find(id, nodes_.data()); }
  // The book in which it rests.
  std::uint32_t book_of(std::uint32_t index) const { return owners_[nodes_[index].order.level / kBlockLevels]; }

  LevelWord* words(std::uint32_t book, std::uint32_t ladder) {
    return words_.data() + (std::size_t{book} * kLadders + ladder) * LevelBits::words(span_);
  }
  Node* nodes() { return nodes_.data(); }
  const Node* nodes() const { return nodes_.data(); }
  Extras* extras() { return extras_.data(); }
  const Extras* extras() const { return extras_.data(); }
  IdIndex& ids() { return ids_; }
  ExpiryHeap& expiries() { return expiries_; }
  const ExpiryHeap& expiries() const { return expiries_; }
  std::uint32_t first_order() const { return first_order_; }
  std::uint32_t orders() const { return live_; }
  const BookRoom& room() const { return room_; }

  std::uint32_t waiting_stops = 0;  // counted by the books

 private:
  static std::uint64_t all_blocks(const BookRoom& room) {
    return std::uint64_t{room.books} * kLadders * (ladder_span(room.price_levels) / kBlockLevels);
  }
  static std::uint32_t blocks_of(const BookRoom& room) {
    return static_cast<std::uint32_t>(room.level_blocks == 0 ? all_blocks(room) : room.level_blocks);
  }
  static const BookRoom& checked(const BookRoom& room) {
    if (room.books == 0 || room.price_levels == 0 || room.price_levels > kMaxPriceLevels)
      throw std::invalid_argument("too many price levels: raise the tick or lower price_levels");
    if (room.max_orders == 0 || room.max_orders > 1u << 28) throw std::invalid_argument("max_orders must be 1 to 2^28");
    const std::uint64_t levels = (room.level_blocks == 0 ? all_blocks(room) : room.level_blocks) * kBlockLevels;
    if (levels + room.max_orders > std::numeric_limits<std::uint32_t>::max())
      throw std::invalid_argument("too many price levels in all: lower books or price_levels");
    return room;
  }
  bool complete() const { return room_.level_blocks == 0; }

  BookRoom room_;
  std::uint32_t span_, blocks_, first_order_;
  std::uint32_t free_ = 0, used_, live_ = 0;
  std::uint32_t free_blocks_;
  book::PrefaultedArray<LevelWord> words_;
  book::PrefaultedArray<std::uint32_t> owners_;  // book of each block that is taken
  book::PrefaultedArray<std::uint32_t> spare_;
  book::PrefaultedArray<Node> nodes_;
  book::PrefaultedArray<Extras> extras_;
  IdIndex ids_;
  ExpiryHeap expiries_;
};

}  // namespace hopscope::matching
