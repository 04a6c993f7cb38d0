// What a matching book is asked to do, and what it answers: orders with their terms, reasons, events. docs/matching.md says each rule.
#pragma once

#include <cstdint>

#include "engine/book/order.h"

namespace hopscope::matching {

using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;

// The session or firm that self-trade prevention and mass cancel look at. 0: nobody's; never a self-trade.
using Owner = std::uint16_t;

enum class Phase : std::uint8_t {
  Closed,      // nothing rests, nothing enters
  Auction,     // orders rest without matching, and may cross each other
  Continuous,  // every order that enters is matched at once
  Halted       // nothing enters; what rests may be cancelled and may expire
};

// What happens when an order meets one of the same owner. The mode of the incoming order counts.
enum class SelfTrade : std::uint8_t { Allow, CancelNewest, CancelOldest, CancelBoth, Decrement };

// Whether a replaced order keeps its place when only its quantity falls.
enum class Queue : std::uint8_t { KeepWhenReduced, Rejoin };

// Terms beyond a plain limit order, as bits of NewOrder::traits. A field that belongs to a trait is read only where the trait is set.
namespace trait {
inline constexpr std::uint16_t kImmediate = 1;      // what does not trade at once is cancelled
inline constexpr std::uint16_t kMarket = 2;         // any price; immediate outside an auction
inline constexpr std::uint16_t kFillOrKill = 4;     // all at once or nothing
inline constexpr std::uint16_t kPostOnly = 8;       // rejected where it would trade at once
inline constexpr std::uint16_t kMinimum = 16;       // `minimum` at once or nothing; the rest goes on by its other terms
inline constexpr std::uint16_t kIceberg = 32;       // shows `display` at a time
inline constexpr std::uint16_t kStop = 64;          // waits until a trade reaches `stop`
inline constexpr std::uint16_t kExpires = 128;      // cancelled when market time reaches `expires_ns`
inline constexpr std::uint16_t kAuctionOnly = 256;  // takes part in this auction, then is cancelled
}  // namespace trait

struct NewOrder {
  OrderId id = 0;
  Price price = 0;  // 4 implied decimals
  Quantity quantity = 0;
  Side side = Side::Buy;
  SelfTrade self_trade = SelfTrade::Allow;
  Owner owner = 0;
  std::uint16_t traits = 0;
  Quantity minimum = 0;
  Quantity display = 0;
  Price stop = 0;
  std::uint64_t expires_ns = 0;  // market time
};

enum class RejectReason : std::uint8_t {
  None,
  DuplicateId,     // the id rests already
  UnknownId,       // no such order rests
  Tick,            // not a multiple of the tick
  Collar,          // outside the prices that the book takes
  Lot,             // zero or not a multiple of the lot
  WouldTrade,      // post-only
  Terms,           // traits that exclude each other
  Display,         // of an iceberg: zero, above the quantity or not a multiple of the lot
  Minimum,         // zero or above the quantity
  Expired,         // its time has come already
  Closed,          // phase
  Halted,          // phase
  InAuction,       // immediate, fill-or-kill and minimum quantity have no meaning there
  OutsideAuction,  // auction-only
  WaitingStop,     // a stop that waits can be cancelled and reduced, not replaced
  Full             // the book has no room: raise max_orders
};

enum class CancelReason : std::uint8_t {
  User,
  Immediate,   // the rest of an order that must not rest
  FillOrKill,  // not all of it could trade
  Minimum,     // less than its minimum could trade
  SelfTrade,
  Expired,
  MassCancel,
  AuctionEnd,  // the rest of a market or auction-only order after the cross
  Closed
};

struct Execution {
  OrderId maker, taker;  // in a cross: buyer, seller
  Price price;
  Quantity quantity;
  Quantity maker_left, taker_left;  // 0: that order is done
  bool in_cross;
};

struct Cancellation {
  OrderId id;
  Quantity quantity, left;  // cancelled now, still there; 0: the order is done
  CancelReason reason;
};

struct Replacement {
  OrderId old, now;
  Price price;
  Quantity quantity;
  bool kept_place;
};

// What a cross would do now, or did.
struct Indication {
  Price price = 0;  // 0: nothing crosses
  std::uint64_t volume = 0;
  std::int64_t imbalance = 0;  // shares that want to trade at this price and find nobody; above zero: buyers
};

// What is told about an order is told in this order, and each id that was accepted is done exactly once: by an execution or a cancellation
// that leaves 0, or by a replacement that passes it on. A sink must not touch the book. This one drops everything; it is the pattern for
// others, which need not derive from it.
struct NoSink {
  void accepted(const NewOrder&) {}
  void rejected(OrderId, RejectReason) {}
  void executed(const Execution&) {}
  void cancelled(const Cancellation&) {}
  void replaced(const Replacement&) {}
  void refreshed(OrderId, Quantity /* shown */) {}  // an iceberg, at the end of its level's queue
  void triggered(OrderId) {}                        // a stop, which enters now
  void crossed(const Indication&) {}                // before the executions of the cross
  void phase(Phase) {}
};

}  // namespace hopscope::matching
