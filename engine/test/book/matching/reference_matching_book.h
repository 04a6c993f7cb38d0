// The slow and plain book that MatchingBook is compared with: maps and lists, nothing shared with it but the meaning of terms.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "engine/book/matching/rules.h"
#include "engine/book/matching/terms.h"
#include "engine/test/book/matching/recorded_events.h"

namespace hopscope::matching {

class ReferenceMatchingBook {
 public:
  struct Resting {
    NewOrder order;
    Quantity shown, hidden;
    bool stop, auction_only;
    Quantity open() const { return shown + hidden; }
  };
  using Level = std::list<Resting>;
  using Levels = std::map<Price, Level, bool (*)(Price, Price)>;  // best first
  enum Ladder { kBids, kAsks, kBuyStops, kSellStops };

  ReferenceMatchingBook(const Rules& rules, RecordedEvents& events) : rules_(rules), events_(events) {}

  void enter(const NewOrder& order);
  void cancel(OrderId id) { reduce(id, 0); }
  void reduce(OrderId id, Quantity remaining);
  void replace(OrderId old, OrderId now, Price price, Quantity quantity, Queue queue);
  void mass_cancel(Owner owner);
  void advance(std::uint64_t now_ns);
  bool start_auction(Price reference);
  Indication indicate() const;
  bool end_auction(Phase then);
  bool halt();
  bool resume();
  void close();

  Phase phase() const { return phase_; }
  const Levels& levels(Side side) const { return ladders_[side == Side::Buy ? kBids : kAsks]; }
  std::size_t orders() const { return where_.size(); }
  bool rests(OrderId id) const { return where_.contains(id); }
  bool crossed() const {
    return !ladders_[kBids].empty() && !ladders_[kAsks].empty() && ladders_[kBids].begin()->first >= ladders_[kAsks].begin()->first;
  }

 private:
  struct Place {
    Ladder ladder;
    Price price;
  };

  static bool has(const NewOrder& order, unsigned traits) { return (order.traits & traits) != 0; }
  static bool falling(Price a, Price b) { return a > b; }
  static bool rising(Price a, Price b) { return a < b; }
  Price highest() const { return rules_.lowest + (rules_.price_levels - 1) * rules_.tick; }
  bool is_lot(Quantity quantity) const { return quantity != 0 && quantity % rules_.lot == 0; }
  Levels& makers(Side taker) { return ladders_[taker == Side::Buy ? kAsks : kBids]; }
  bool within(Side taker, const std::optional<Price>& limit, Price price) const {
    return !limit || (taker == Side::Buy ? price <= *limit : price >= *limit);
  }

  Level::iterator find(OrderId id) {
    const Place place = where_.at(id);
    Level& level = ladders_[place.ladder].at(place.price);
    return std::find_if(level.begin(), level.end(), [id](const Resting& resting) { return resting.order.id == id; });
  }
  Resting take_out(OrderId id);
  void put(Ladder ladder, Price price, const Resting& resting);
  void end(OrderId id, CancelReason reason);

  RejectReason price_fault(Price price) const;
  RejectReason fault(const NewOrder& order);
  bool would_trade(Side side, Price price) { return !makers(side).empty() && within(side, price, makers(side).begin()->first); }
  bool prevents(const NewOrder& taker, const Resting& maker) const {
    return taker.self_trade != SelfTrade::Allow && taker.owner != 0 && taker.owner == maker.order.owner;
  }
  Quantity could_trade(const NewOrder& taker, const std::optional<Price>& limit);
  Quantity match(const NewOrder& taker, const std::optional<Price>& limit, Quantity left);
  void admit(const NewOrder& order);
  void rest(const NewOrder& order, Price price, Quantity quantity);
  void used_up(OrderId id);
  void traded_at(Price price);
  void trigger_stops();
  void go_on(Phase phase);
  template <class Which>
  void cancel_each(CancelReason reason, Which&& which);

  Rules rules_;
  RecordedEvents& events_;
  std::array<Levels, 4> ladders_{Levels(falling), Levels(rising), Levels(rising), Levels(falling)};
  std::map<OrderId, Place> where_;
  Phase phase_ = Phase::Closed;
  std::uint64_t now_ns_ = 0;
  Price reference_ = 0;
  std::optional<Price> last_, reached_low_, reached_high_;
};

}  // namespace hopscope::matching
