// A matching book with what it told, and short ways to enter orders: prices in ticks of one cent, as the tests read best.
#pragma once

#include <vector>

#include "engine/book/matching/matching_book.h"
#include "engine/test/book/matching/recorded_events.h"

namespace hopscope::matching {

struct BookRig {
  static constexpr Rules kRules{100, 100, 1'000, 10, 64};  // 0.01 to 10.00, lots of 10
  RecordedEvents events;
  MatchingBook<RecordedEvents> book{kRules, events};

  BookRig() {
    book.resume();
    events.clear();
  }

  static NewOrder order(OrderId id, Side side, Price cents, Quantity quantity, std::uint16_t traits = 0) {
    NewOrder made;
    made.id = id;
    made.side = side;
    made.price = cents * 100;
    made.quantity = quantity;
    made.traits = traits;
    return made;
  }
  static NewOrder owned(NewOrder made, Owner owner, SelfTrade mode = SelfTrade::Allow) {
    made.owner = owner;
    made.self_trade = mode;
    return made;
  }
  void buy(OrderId id, Price cents, Quantity quantity, std::uint16_t traits = 0) {
    book.enter(order(id, Side::Buy, cents, quantity, traits));
  }
  void sell(OrderId id, Price cents, Quantity quantity, std::uint16_t traits = 0) {
    book.enter(order(id, Side::Sell, cents, quantity, traits));
  }

  // What was told since the last call.
  std::vector<Event> told() {
    std::vector<Event> all = events.all();
    events.clear();
    return all;
  }
  // The same without who was accepted.
  std::vector<Event> done() {
    std::vector<Event> all = told();
    std::erase_if(all, [](const Event& event) { return event.kind == EventKind::Accepted; });
    return all;
  }

  static Event trade(OrderId maker, OrderId taker, Price cents, Quantity quantity, Quantity maker_left, Quantity taker_left) {
    return event_of(EventKind::Executed, maker, taker, cents * 100, quantity, maker_left, taker_left);
  }
  static Event cross_trade(OrderId buyer, OrderId seller, Price cents, Quantity quantity, Quantity buyer_left, Quantity seller_left) {
    return event_of(EventKind::Executed, buyer, seller, cents * 100, quantity, buyer_left, seller_left, 1);
  }
  static Event gone(OrderId id, Quantity quantity, CancelReason reason, Quantity left = 0) {
    return event_of(EventKind::Cancelled, id, quantity, left, reason);
  }
  static Event refused(OrderId id, RejectReason reason) { return event_of(EventKind::Rejected, id, reason); }
  static Event triggered(OrderId id) { return event_of(EventKind::Triggered, id); }
  static Event refreshed(OrderId id, Quantity shown) { return event_of(EventKind::Refreshed, id, shown); }
};

using Told = std::vector<Event>;

}  // namespace hopscope::matching
