// The order book of one symbol that matches by price, then time. docs/matching.md says every rule and where it is tested.
//
// Memory is taken and touched at construction; no operation allocates, locks or calls the system. What happened is told to a Sink (terms.h:
// NoSink shows what it needs), at once and in order. One thread per book; times are market time, given by advance().
//
// Layout. Four ladders of price levels: bids, asks, buy stops, sell stops. A level's key is its distance from the ladder's best end, so
// that smaller is better everywhere and one code serves both sides; the key of a price on one side is that on the other with all bits
// turned. 64 neighbouring keys are a word of the ladder's bitmap, which knows where their levels stand (book_memory.h). A plain limit order
// takes the short way through enter(); whatever has a trait more, or meets a book that is not in continuous trading, takes the way of
// special_orders.h behind one test.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "engine/book/matching/book_memory.h"
#include "engine/book/matching/book_state.h"
#include "engine/book/matching/level_bits.h"
#include "engine/book/matching/node.h"
#include "engine/book/matching/rules.h"
#include "engine/book/matching/terms.h"

namespace hopscope::matching {

template <class Sink>
class MatchingBook {
 public:
  // Throws std::invalid_argument when the rules contradict each other, std::bad_alloc when the machine has not got the memory.
  // Starts in Phase::Closed.
  MatchingBook(const Rules& rules, Sink& sink);

  // One of several books in one memory, of which it is the book `number`; price_levels and max_orders are the memory's.
  MatchingBook(const Rules& rules, Sink& sink, BookMemory& memory, std::uint32_t number);

  // Accepted or rejected as a whole. The id must not rest.
  void enter(const NewOrder& order);

  void cancel(OrderId id);

  // Takes an order down to `remaining` shares, a multiple of the lot; it keeps its place. 0 cancels it.
  void reduce(OrderId id, Quantity remaining);

  // A new id (or the same), price and open quantity for an order; side, owner and other terms stay. Refused, it stays as it was.
  void replace(OrderId old, OrderId now, Price price, Quantity quantity, Queue queue = Queue::KeepWhenReduced);

  // Bids, asks, buy stops, sell stops; best first, then oldest first. Walks all that rests.
  void mass_cancel(Owner owner);

  // Market time has come to `now_ns`: orders whose time is over are cancelled, the first to end first. Time does not go back.
  void advance(std::uint64_t now_ns);

  // From any phase but Auction. Of several prices that are equally good the one nearest to `reference` is the cross price.
  bool start_auction(Price reference);
  // What the auction would do now. Costs a walk over the ticks between the best ask and the best bid.
  Indication indicate() const;
  // Crosses, cancels what was there for the auction only, and goes on in Continuous or Closed. False: there is no auction.
  bool end_auction(Phase then);
  // From Continuous or Auction.
  bool halt();
  // To Continuous, from Closed or Halted. False also for a book that was halted in an auction and is crossed, or still holds orders for the
  // auction only: it needs another auction.
  bool resume();
  // Cancels everything.
  void close();

  // background.h: orders of a market that is given, by the index that BookMemory::find() returns.
  RejectReason rest_background(OrderId id, Side side, Price price, Quantity quantity);
  RejectReason move_background(std::uint32_t index, OrderId now, Price price, Quantity quantity);
  Quantity reduce_background(std::uint32_t index, Quantity shares);  // returns the shares that were there
  void remove_background(std::uint32_t index);
  // Shares of an arriving background order that no owned order takes.
  Quantity fill_owned(OrderId taker, Side side, Price price, Quantity quantity);
  // The market traded at `price`, or fill_owned() did: stops that this reached enter.
  void note_market_trade(Price price);
  void wake_stops();
  // The market's auction crossed at `price`: owned orders that take part trade with the other side at it.
  bool cross_owned(Price price);
  // To Continuous from any phase, after an auction with what is left of it.
  void open_trading();
  // Other prices for a book in which nothing rests.
  bool move_collar(Price tick, Price lowest);

  const Rules& rules() const { return rules_; }
  Side side_of_order(std::uint32_t index) const { return side_of(ladder_of(nodes_[index].order.level)); }
  Price price_of_order(std::uint32_t index) const { return price_of(tick_of(nodes_[index].order.level)); }
  // Hidden shares included.
  Quantity open_shares(std::uint32_t index) const { return nodes_[index].order.quantity + hidden(index); }

  Phase phase() const { return phase_; }
  std::uint32_t orders() const { return live_; }  // that rest, stops that wait among them
  Price best(Side side) const { return bits_[ladder(side)].best() == span_ ? 0 : price_of(best_tick(ladder(side))); }
  Price last_price() const { return last_tick_ == kNoTick ? 0 : price_of(last_tick_); }

  // visit(price, shown shares, hidden shares) for each level, best first, until it returns false.
  template <class Visit>
  void each_level(Side side, Visit&& visit) const;
  // visit(id, price, shown shares) for each order in priority.
  template <class Visit>
  void each_order(Side side, Visit&& visit) const;

  // save_and_restore.h: what later events depend on. Take it between two calls, never within one.
  BookState state() const;
  // visit(RestingState) for each order and each stop that waits, in priority.
  template <class Visit>
  void each_resting(Visit&& visit) const;
  // Into a book in which nothing rests: the state, then its orders in the order of each_resting(). No sink is told. False: it cannot be, or
  // there is no room.
  bool restore(const BookState& state);
  bool restore_order(const RestingState& state);

 private:
  static constexpr std::uint32_t kBids = 0, kAsks = 1, kBuyStops = 2, kSellStops = 3;
  static constexpr std::uint32_t kNobody = 1u << 16;  // an owner that no order has
  static constexpr std::uint32_t kNoTick = ~0u;

  MatchingBook(const Rules& rules, Sink& sink, std::unique_ptr<BookMemory> own);

  struct Taker {
    OrderId id;
    std::uint32_t ladder;  // of its own side
    std::uint32_t limit;   // worst key on the other side
    std::uint32_t avoid;   // owner whose orders it must not trade with, or kNobody
    SelfTrade self_trade;
  };

  static std::uint32_t ladder(Side side) { return static_cast<std::uint32_t>(side) & 1; }
  static_assert((static_cast<unsigned>(Side::Buy) & 1) == kBids && (static_cast<unsigned>(Side::Sell) & 1) == kAsks);
  static Side side_of(std::uint32_t ladder) { return (ladder & 1) == kBids ? Side::Buy : Side::Sell; }
  static std::uint32_t avoided(SelfTrade mode, Owner owner) { return mode == SelfTrade::Allow || owner == 0 ? kNobody : owner; }

  // Ticks count from the lowest price; a mirrored ladder has its highest price at key 0.
  std::uint32_t mirror(std::uint32_t ladder) const { return ladder == kBids || ladder == kSellStops ? span_ - 1 : 0; }
  std::uint32_t level_of(std::uint32_t ladder, std::uint32_t key) const { return bits_[ladder].level(key); }  // unless it is bare
  // Of a level that holds an order.
  std::uint32_t ladder_of(std::uint32_t level) const { return nodes_[level].level.ladder_and_key >> span_bits_; }
  std::uint32_t key_of(std::uint32_t level) const { return nodes_[level].level.ladder_and_key & (span_ - 1); }
  std::uint32_t tick_of(std::uint32_t level) const { return key_of(level) ^ mirror(ladder_of(level)); }
  std::uint32_t best_tick(std::uint32_t ladder) const { return bits_[ladder].best() ^ mirror(ladder); }
  Price price_of(std::uint32_t tick) const { return rules_.lowest + tick * rules_.tick; }
  RejectReason read_price(Price price, std::uint32_t& tick) const;
  bool is_lot(Quantity quantity) const { return quantity != 0 && lot_.divides(quantity); }

  Extras& extra(std::uint32_t index) const { return extras_[index - first_order_]; }
  Quantity hidden(std::uint32_t index) const { return (nodes_[index].order.terms & kTermIceberg) != 0 ? extra(index).hidden : 0; }

  std::uint32_t take_node();
  void release_node(std::uint32_t index);
  void enqueue(std::uint32_t index, std::uint32_t ladder, std::uint32_t key);
  void dequeue(std::uint32_t index);
  void forget(std::uint32_t index);
  void end_order(std::uint32_t index, CancelReason reason);
  void cut(std::uint32_t index, Quantity shares);

  Quantity match(const Taker& taker, Quantity left);
  void settle(std::uint32_t index);
  void note_trade(std::uint32_t tick);
  void rest_plain(const NewOrder& order, std::uint32_t ladder, std::uint32_t key, Quantity quantity);

  // special_orders.h
  void enter_special(const NewOrder& order);
  RejectReason judge(const NewOrder& order, std::uint32_t& tick, std::uint32_t& stop_tick) const;
  RejectReason judge_terms(const NewOrder& order) const;
  void admit(const NewOrder& order, std::uint32_t tick);
  void rest_special(const NewOrder& order, std::uint32_t ladder, std::uint32_t key, Quantity quantity);
  std::uint64_t available(const Taker& taker, std::uint64_t wanted) const;
  Quantity prevent_self_trade(const Taker& taker, std::uint32_t maker, Quantity left);
  // stops.h
  void park_stop(const NewOrder& order, std::uint32_t stop_tick);
  bool reached(const NewOrder& order, std::uint32_t stop_tick) const;
  void trigger_stops();
  void trigger(std::uint32_t index);
  // auction.h
  template <class Which>
  void cancel_each(CancelReason reason, Which&& which);
  void cross(const Indication& indication);
  void trade_in_cross(std::uint32_t first, std::uint32_t second, Price price, Quantity quantity, bool in_cross);
  void go_on(Phase phase);
  // save_and_restore.h
  RestingState resting_state(std::uint32_t index, std::uint32_t ladder, std::uint32_t key) const;
  // background.h
  std::uint32_t first_owned(std::uint32_t ladder, std::uint32_t limit) const;
  void trade_with_best(std::uint32_t index, Price price, bool in_cross);

  Rules rules_;
  Sink& sink_;
  std::unique_ptr<BookMemory> own_;  // null: the memory is shared
  BookMemory* memory_;
  Node* nodes_;
  Extras* extras_;
  Divisor tick_, lot_;
  std::uint32_t number_;
  std::uint32_t span_, span_bits_;  // keys of a ladder
  std::uint32_t first_order_;
  std::uint32_t live_ = 0;
  std::uint32_t last_tick_ = kNoTick;
  std::uint32_t buy_reach_ = 0, sell_reach_ = 0;  // stop keys below these were reached by a trade
  std::uint32_t stops_ = 0, auction_only_ = 0;    // orders of that kind that rest
  Phase phase_ = Phase::Closed;
  std::array<LevelBits, kLadders> bits_;
  std::uint64_t now_ns_ = 0;
  std::uint32_t reference_tick_ = 0;
};

}  // namespace hopscope::matching

#include "engine/book/matching/auction.h"
#include "engine/book/matching/background.h"
#include "engine/book/matching/order_entry.h"
#include "engine/book/matching/resting_orders.h"
#include "engine/book/matching/save_and_restore.h"
#include "engine/book/matching/special_orders.h"
#include "engine/book/matching/stops.h"
