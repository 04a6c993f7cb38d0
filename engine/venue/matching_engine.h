// One venue's matching engine: the market that the feed describes, and client orders in the same books, matched by price, then time.
//
// The feed is taken as given (price-taker assumption): its orders never trade with each other here, because the feed itself says when they
// do. A client order trades with whatever rests. A feed order that arrives across a resting client order trades with it first and rests
// with what is left. Shares that clients took are missing when the feed speaks of them later: such messages are clamped to what is left.
//
// The feed also says when a symbol is halted, in an auction or trading, at what price an auction crossed, and when the day is over. Market
// time is its messages' time.
//
// What happened is left behind as journal records, in order: the venue journals them and answers the client from them. Calling the same
// methods again in the order of the input records, between the same feed messages, gives the same records.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "engine/journal/record.h"
#include "engine/venue/client_order.h"
#include "engine/venue/feed_share.h"
#include "engine/venue/open_orders.h"
#include "engine/venue/room.h"
#include "engine/venue/symbol_books.h"
#include "engine/venue/symbol_index.h"
#include "engine/venue/taken_orders.h"
#include "engine/wire/itch.h"

namespace hopscope::venue {

class MatchingEngine {
 public:
  // share: which of the feed's orders rest here.
  MatchingEngine(std::uint16_t max_locate, std::uint32_t max_orders, const FeedShare& share = {});

  // The next feed message. It leaves records only where something happens to a client's order.
  void apply(std::uint64_t feed_sequence, const wire::itch::Message& message);

  // An order with this id comes soon: has the memory fetched that enter() will need.
  void expect(book::OrderId id) {
    open_.fetch(id);
    books_.memory().ids().fetch(id);
  }

  // A client's order that read_order() found sound, or the reason why it did not. `letters`: what the answer to a later replacement echoes.
  struct Letters {
    char side = 'B', capacity = 'P', cross_type = 'N';
  };
  void enter(const ClientOrder& order, RejectReason reject) { enter(order, reject, Letters()); }
  void enter(const ClientOrder& order, RejectReason reject, const Letters& letters);

  // Requests about an order that is not open (any more) do nothing, as OUCH 5.0 wants it; but a replacement of one is rejected. A `reject`
  // that is given refuses the request as it stands.
  // intended, quantity: what may be executed in all, what was executed included.
  void cancel(book::OrderId id, book::Quantity intended, RejectReason reject = RejectReason::None);
  void replace(book::OrderId old, book::OrderId now, book::Price price, book::Quantity quantity, RejectReason reject = RejectReason::None);
  void modify(book::OrderId id, book::Quantity quantity, RejectReason reject = RejectReason::None);
  // All orders of the session that `request` names, or those in one symbol; locate 0: in all.
  void mass_cancel(book::OrderId request, std::uint16_t locate, RejectReason reject = RejectReason::None);
  void query(book::OrderId session, std::uint32_t next_user_ref);

  // What the calls since the last clear() did.
  std::span<const journal::Record> records() const { return records_; }
  void clear() { records_.clear(); }

  std::uint64_t market_ns() const { return market_ns_; }
  const SymbolIndex& symbols() const { return symbols_; }
  const OpenOrder* open_order(book::OrderId id) const { return open_.find(id); }

  const OpenOrders& open_orders() const { return open_; }

  book::Touch touch(std::uint16_t locate) const;
  std::uint32_t orders() const { return books_.memory().orders(); }  // that rest, the feed's and clients'
  book::Quantity open_shares(book::OrderId id);                      // 0: it does not rest
  template <class Visit>
  void each_order(std::uint16_t locate, book::Side side, Visit&& visit) const {
    if (const auto* book = books_.find(locate)) book->each_order(side, visit);
  }

  std::uint64_t clamped() const { return clamped_; }  // feed messages about shares that clients had taken
  std::uint64_t unresolved() const {
    return unresolved_;
  }                                                     // feed messages about orders never seen, or refused by the books; where
                                                        // others rest elsewhere, the former are not known
  std::uint64_t outside() const { return outside_; }    // feed orders at prices that their book does not take
  std::uint64_t bookless() const { return bookless_; }  // orders, the feed's and clients', in symbols for which no book is left

 private:
  friend class EngineState;

  // What the books tell, as records.
  struct Events {
    MatchingEngine& engine;
    void accepted(const matching::NewOrder&) { engine.accept(); }
    void rejected(book::OrderId id, matching::RejectReason reason) { engine.refuse(id, reason); }
    void executed(const matching::Execution& execution) { engine.execute(execution); }
    void cancelled(const matching::Cancellation& cancellation) { engine.cancelled(cancellation); }
    void replaced(const matching::Replacement& replacement) { engine.replaced(replacement); }
    void refreshed(book::OrderId id, book::Quantity shown) { engine.restated(id, shown); }
    void triggered(book::OrderId) {}  // its executions tell
    void crossed(const matching::Indication&) {}
    void phase(matching::Phase) {}
  };
  using Books = SymbolBooks<Events>;

  // A mass cancel of all open orders fits; a sweep through more makers than this makes the vector grow, once.
  static constexpr std::size_t kRecordsRoom = std::size_t{2} * kClientOrders;

  enum class Request : std::uint8_t { None, Enter, Cancel, Replace, Modify };

  journal::Record& record(journal::RecordType type, book::OrderId order);
  journal::Record& record(journal::RecordType type, const OpenOrder& order);
  void reject(const journal::Record& request, RejectReason reason);
  void cancel_at_once(const journal::Record& entered, char reason);
  void done(OpenOrder& order);
  Books::Book& book_of(const OpenOrder& order);

  void accept();
  void refuse(book::OrderId id, matching::RejectReason reason);
  void execute(const matching::Execution& execution);
  void execute_one(book::OrderId id, book::Quantity quantity, book::Quantity left);
  void cancelled(const matching::Cancellation& cancellation);
  void replaced(const matching::Replacement& replacement);
  void restated(book::OrderId id, book::Quantity shown);

  // feed_side.cpp
  struct FeedOrder {
    book::OrderId id;
    std::uint16_t locate;
    book::Side side;
    book::Price price;
    book::Quantity quantity;
  };
  void expire();
  void add_background(const FeedOrder& order);
  void replace_background(const wire::itch::Replace& replace);
  void settle_background(Books::Book& book, const FeedOrder& order, book::Quantity left);
  void execute_background(book::OrderId id, book::Quantity shares, book::Price price);
  void reduce_background(book::OrderId id, book::Quantity shares);
  void remove_background(book::OrderId id);
  book::Quantity fill_clients(Books::Book& book, const FeedOrder& incoming);
  void market_traded(std::uint16_t locate, book::Price price);
  void missing(book::OrderId id);
  void set_phase(std::uint16_t locate, char trading_state);

  FeedShare share_;
  Events events_{*this};
  Books books_;
  OpenOrders open_{kClientOrders};
  SymbolIndex symbols_;
  TakenOrders taken_;
  std::vector<std::uint32_t> clients_;  // open client orders, by number of the book
  std::vector<journal::Record> records_;
  Request request_ = Request::None;
  journal::Record entered_{};  // the request whose consequences the books tell
  OpenOrder entering_{};
  FeedOrder feed_order_{};  // the feed order that trades
  std::uint64_t market_ns_ = 0;
  std::uint64_t feed_sequence_ = 0;
  std::uint64_t match_ = 0;
  std::uint64_t clamped_ = 0;
  std::uint64_t unresolved_ = 0;
  std::uint64_t outside_ = 0;
  std::uint64_t bookless_ = 0;
  bool closed_ = false;
};

}  // namespace hopscope::venue
