// One venue's matching engine: the market that the feed describes, and client orders in the same books, matched by price, then time.
//
// The feed is taken as given (price-taker assumption): its orders never trade with each other here, because the feed itself says when they
// do. A client order trades with whatever rests. A feed order that arrives across a resting client order trades with it first and rests
// with what is left. Shares that clients took are missing when the feed speaks of them later: such messages are clamped to what is left.
//
// What happened is left behind as journal records, in order: the venue journals them and answers the client from them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "engine/journal/record.h"
#include "engine/venue/client_order.h"
#include "engine/venue/symbol_index.h"
#include "engine/venue/taken_orders.h"
#include "engine/wire/itch.h"

namespace hopscope::venue {

class MatchingEngine {
 public:
  MatchingEngine(std::uint16_t max_locate, std::uint32_t max_orders);

  // The next feed message. It leaves records only where it trades with a client's order.
  void apply(std::uint64_t feed_sequence, const wire::itch::Message& message);

  // A client's order that read_order() found sound, or the reason why it did not.
  void enter(const ClientOrder& order, RejectReason reject);

  // Cancels a resting order down to `remaining` shares. For one that does not rest (any more) nothing happens, as OUCH 5.0 wants it.
  void cancel(book::OrderId id, book::Quantity remaining);

  // What the calls since the last clear() did.
  std::span<const journal::Record> records() const { return records_; }
  void clear() { records_.clear(); }

  std::uint64_t market_ns() const { return market_ns_; }
  const SymbolIndex& symbols() const { return symbols_; }
  const book::Books& books() const { return books_; }
  std::uint64_t clamped() const { return clamped_; }        // feed messages about shares that clients had taken
  std::uint64_t unresolved() const { return unresolved_; }  // feed messages about orders never seen, or refused by the books

 private:
  // A sweep through more makers than this makes the vector grow, once.
  static constexpr std::size_t kRecordsRoom = 4'096;

  journal::Record& record(journal::RecordType type, book::OrderId order);
  void record_trade(const ClientOrder& taker, book::OrderId maker, book::Price price, book::Quantity quantity);
  void record_cancel(const ClientOrder& order, book::Quantity quantity, CancelReason reason);
  void rest(const ClientOrder& order, book::Quantity quantity);

  void add_background(const ClientOrder& order);
  void replace_background(const wire::itch::Replace& replace);
  void reduce_background(book::OrderId id, book::Quantity shares);
  void remove_background(book::OrderId id);
  book::Quantity fill_clients(const ClientOrder& incoming);
  void missing(book::OrderId id);

  std::uint32_t& resting(std::uint16_t locate, book::Side side) { return resting_[locate * 2u + (side == book::Side::Sell)]; }

  book::Books books_;
  SymbolIndex symbols_;
  TakenOrders taken_;
  std::vector<std::uint32_t> resting_;  // client orders in the book, by symbol and side
  std::vector<journal::Record> records_;
  std::uint64_t market_ns_ = 0;
  std::uint64_t feed_sequence_ = 0;
  std::uint64_t match_ = 0;
  std::uint64_t clamped_ = 0;
  std::uint64_t unresolved_ = 0;
};

}  // namespace hopscope::venue
