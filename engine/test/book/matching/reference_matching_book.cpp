#include "engine/test/book/matching/reference_matching_book.h"

namespace hopscope::matching {

ReferenceMatchingBook::Resting ReferenceMatchingBook::take_out(OrderId id) {
  const Place place = where_.at(id);
  const auto at = find(id);
  const Resting resting = *at;
  ladders_[place.ladder].at(place.price).erase(at);
  if (ladders_[place.ladder].at(place.price).empty()) ladders_[place.ladder].erase(place.price);
  where_.erase(id);
  return resting;
}

void ReferenceMatchingBook::put(Ladder ladder, Price price, const Resting& resting) {
  ladders_[ladder][price].push_back(resting);
  where_[resting.order.id] = {ladder, price};
}

void ReferenceMatchingBook::end(OrderId id, CancelReason reason) { events_.cancelled({id, take_out(id).open(), 0, reason}); }

RejectReason ReferenceMatchingBook::price_fault(Price price) const {
  if (price % rules_.tick != 0) return RejectReason::Tick;
  return price < rules_.lowest || price > highest() ? RejectReason::Collar : RejectReason::None;
}

RejectReason ReferenceMatchingBook::fault(const NewOrder& order) {
  using namespace trait;
  if (phase_ == Phase::Closed) return RejectReason::Closed;
  if (phase_ == Phase::Halted) return RejectReason::Halted;
  const bool at_once = has(order, kImmediate | kFillOrKill);
  if (has(order, kPostOnly) && (at_once || has(order, kMarket | kMinimum | kStop))) return RejectReason::Terms;
  if (has(order, kIceberg) && (at_once || has(order, kMarket))) return RejectReason::Terms;
  if (has(order, kExpires) && !has(order, kStop) && (at_once || has(order, kMarket))) return RejectReason::Terms;
  if (has(order, kAuctionOnly) && (at_once || has(order, kMinimum | kPostOnly | kStop))) return RejectReason::Terms;
  if (has(order, kFillOrKill) && has(order, kMinimum)) return RejectReason::Terms;
  if (phase_ == Phase::Auction && !has(order, kStop) && (at_once || has(order, kMinimum))) return RejectReason::InAuction;
  if (phase_ != Phase::Auction && has(order, kAuctionOnly)) return RejectReason::OutsideAuction;
  if (!has(order, kMarket) && price_fault(order.price) != RejectReason::None) return price_fault(order.price);
  if (has(order, kStop) && price_fault(order.stop) != RejectReason::None) return price_fault(order.stop);
  if (!is_lot(order.quantity)) return RejectReason::Lot;
  if (has(order, kIceberg) && (!is_lot(order.display) || order.display > order.quantity)) return RejectReason::Display;
  if (has(order, kMinimum) && (order.minimum == 0 || order.minimum > order.quantity)) return RejectReason::Minimum;
  if (has(order, kExpires) && order.expires_ns <= now_ns_) return RejectReason::Expired;
  if (where_.contains(order.id)) return RejectReason::DuplicateId;
  if (where_.size() == rules_.max_orders) return RejectReason::Full;
  if (has(order, kPostOnly) && phase_ == Phase::Continuous && would_trade(order.side, order.price)) return RejectReason::WouldTrade;
  return RejectReason::None;
}

void ReferenceMatchingBook::enter(const NewOrder& order) {
  if (const RejectReason reason = fault(order); reason != RejectReason::None) return events_.rejected(order.id, reason);
  events_.accepted(order);
  if (has(order, trait::kStop)) {
    const bool reached = last_ && (order.side == Side::Buy ? *last_ >= order.stop : *last_ <= order.stop);
    if (phase_ != Phase::Continuous || !reached)
      return put(order.side == Side::Buy ? kBuyStops : kSellStops, order.stop, {order, order.quantity, 0, true, false});
    events_.triggered(order.id);
  }
  admit(order);
  trigger_stops();
}

void ReferenceMatchingBook::admit(const NewOrder& order) {
  const bool market = has(order, trait::kMarket);
  if (phase_ == Phase::Auction) {
    const Price most_aggressive = order.side == Side::Buy ? highest() : rules_.lowest;
    return rest(order, market ? most_aggressive : order.price, order.quantity);
  }
  const std::optional<Price> limit = market ? std::nullopt : std::optional(order.price);
  if (has(order, trait::kFillOrKill) && could_trade(order, limit) < order.quantity)
    return events_.cancelled({order.id, order.quantity, 0, CancelReason::FillOrKill});
  if (has(order, trait::kMinimum) && could_trade(order, limit) < std::min(order.minimum, order.quantity))
    return events_.cancelled({order.id, order.quantity, 0, CancelReason::Minimum});
  const Quantity left = match(order, limit, order.quantity);
  if (left == 0) return;
  if (market || has(order, trait::kImmediate)) return events_.cancelled({order.id, left, 0, CancelReason::Immediate});
  rest(order, order.price, left);
}

void ReferenceMatchingBook::rest(const NewOrder& order, Price price, Quantity quantity) {
  const Quantity shown = has(order, trait::kIceberg) ? std::min(quantity, order.display) : quantity;
  put(order.side == Side::Buy ? kBids : kAsks, price,
      {order, shown, quantity - shown, false, has(order, trait::kMarket | trait::kAuctionOnly)});
}

// Plays the fill through on a copy of the makers: first come, first served, icebergs again and again.
Quantity ReferenceMatchingBook::could_trade(const NewOrder& taker, const std::optional<Price>& limit) {
  Quantity left = taker.quantity;
  for (const auto& [price, level] : makers(taker.side)) {
    if (!within(taker.side, limit, price)) break;
    Level queue = level;
    while (left != 0 && !queue.empty()) {
      Resting maker = queue.front();
      queue.pop_front();
      if (prevents(taker, maker)) {
        if (taker.self_trade == SelfTrade::CancelOldest) continue;
        return taker.quantity - left;
      }
      const Quantity traded = std::min(left, maker.shown);
      left -= traded;
      maker.shown -= traded;
      if (maker.shown != 0 || maker.hidden == 0) continue;
      maker.shown = std::min(maker.hidden, maker.order.display);
      maker.hidden -= maker.shown;
      queue.push_back(maker);
    }
  }
  return taker.quantity - left;
}

Quantity ReferenceMatchingBook::match(const NewOrder& taker, const std::optional<Price>& limit, Quantity left) {
  Levels& side = makers(taker.side);
  while (left != 0 && !side.empty() && within(taker.side, limit, side.begin()->first)) {
    const Price price = side.begin()->first;
    Resting& maker = side.begin()->second.front();
    const OrderId maker_id = maker.order.id;
    const Quantity both = std::min(left, maker.shown);
    if (prevents(taker, maker)) {
      if (taker.self_trade == SelfTrade::Decrement) {
        left -= both;
        maker.shown -= both;
        events_.cancelled({maker_id, both, maker.open(), CancelReason::SelfTrade});
        events_.cancelled({taker.id, both, left, CancelReason::SelfTrade});
        if (maker.shown == 0) used_up(maker_id);
        continue;
      }
      if (taker.self_trade != SelfTrade::CancelNewest) end(maker_id, CancelReason::SelfTrade);
      if (taker.self_trade == SelfTrade::CancelOldest) continue;
      events_.cancelled({taker.id, left, 0, CancelReason::SelfTrade});
      return 0;
    }
    left -= both;
    maker.shown -= both;
    traded_at(price);
    events_.executed({maker_id, taker.id, price, both, maker.open(), left, false});
    if (maker.shown == 0) used_up(maker_id);
  }
  return left;
}

void ReferenceMatchingBook::used_up(OrderId id) {
  const Place place = where_.at(id);
  Resting resting = take_out(id);
  if (resting.hidden == 0) return;
  resting.shown = std::min(resting.hidden, resting.order.display);
  resting.hidden -= resting.shown;
  put(place.ladder, place.price, resting);
  events_.refreshed(id, resting.shown);
}

void ReferenceMatchingBook::traded_at(Price price) {
  last_ = price;
  reached_low_ = std::min(reached_low_.value_or(price), price);
  reached_high_ = std::max(reached_high_.value_or(price), price);
}

void ReferenceMatchingBook::trigger_stops() {
  for (;;) {
    const Levels &buys = ladders_[kBuyStops], &sells = ladders_[kSellStops];
    OrderId id;
    if (!buys.empty() && reached_high_ && buys.begin()->first <= *reached_high_) {
      id = buys.begin()->second.front().order.id;
    } else if (!sells.empty() && reached_low_ && sells.begin()->first >= *reached_low_) {
      id = sells.begin()->second.front().order.id;
    } else {
      break;
    }
    const Resting stop = take_out(id);
    events_.triggered(id);
    NewOrder order = stop.order;
    order.quantity = stop.shown;
    admit(order);
  }
  reached_low_ = reached_high_ = std::nullopt;
}

void ReferenceMatchingBook::reduce(OrderId id, Quantity remaining) {
  if (!where_.contains(id)) return events_.rejected(id, RejectReason::UnknownId);
  if (remaining == 0) return end(id, CancelReason::User);
  Resting& resting = *find(id);
  const Quantity open = resting.open();
  if (remaining >= open || remaining % rules_.lot != 0) return events_.rejected(id, RejectReason::Lot);
  resting.shown = std::min(resting.shown, remaining);
  resting.hidden = remaining - resting.shown;
  events_.cancelled({id, open - remaining, remaining, CancelReason::User});
}

void ReferenceMatchingBook::replace(OrderId old, OrderId now, Price price, Quantity quantity, Queue queue) {
  if (phase_ == Phase::Halted) return events_.rejected(old, RejectReason::Halted);
  if (!where_.contains(old)) return events_.rejected(old, RejectReason::UnknownId);
  const Place place = where_.at(old);
  Resting& there = *find(old);
  if (there.stop) return events_.rejected(old, RejectReason::WaitingStop);
  if (price_fault(price) != RejectReason::None) return events_.rejected(old, price_fault(price));
  if (!is_lot(quantity)) return events_.rejected(old, RejectReason::Lot);
  if (now != old && where_.contains(now)) return events_.rejected(old, RejectReason::DuplicateId);
  if (has(there.order, trait::kPostOnly) && phase_ == Phase::Continuous && would_trade(there.order.side, price))
    return events_.rejected(old, RejectReason::WouldTrade);
  const bool keeps = queue == Queue::KeepWhenReduced && price == place.price && quantity <= there.open();
  events_.replaced({old, now, price, quantity, keeps});
  if (keeps) {
    there.shown = std::min(there.shown, quantity);
    there.hidden = quantity - there.shown;
    there.order.id = now;
    where_.erase(old);
    where_[now] = place;
    return;
  }
  Resting resting = take_out(old);
  resting.order.id = now;
  Quantity left = quantity;
  if (phase_ == Phase::Continuous) left = match(resting.order, price, quantity);
  if (left != 0) {
    resting.shown = has(resting.order, trait::kIceberg) ? std::min(left, resting.order.display) : left;
    resting.hidden = left - resting.shown;
    put(place.ladder, price, resting);
  }
  trigger_stops();
}

void ReferenceMatchingBook::advance(std::uint64_t now_ns) {
  now_ns_ = std::max(now_ns_, now_ns);
  for (;;) {
    const NewOrder* first = nullptr;
    for (const Levels& levels : ladders_)
      for (const auto& [price, level] : levels)
        for (const Resting& resting : level) {
          const NewOrder& order = resting.order;
          if (!has(order, trait::kExpires) || order.expires_ns > now_ns_) continue;
          if (first == nullptr || std::pair(order.expires_ns, order.id) < std::pair(first->expires_ns, first->id)) first = &order;
        }
    if (first == nullptr) return;
    end(first->id, CancelReason::Expired);
  }
}

bool ReferenceMatchingBook::start_auction(Price reference) {
  if (phase_ == Phase::Auction) return false;
  reference = std::clamp(reference, rules_.lowest, highest());
  reference_ = reference - (reference - rules_.lowest) % rules_.tick;
  go_on(Phase::Auction);
  return true;
}

// Every price that the book takes, one after the other.
Indication ReferenceMatchingBook::indicate() const {
  Indication best;
  for (Price price = rules_.lowest; price <= highest(); price += rules_.tick) {
    std::int64_t buyers = 0, sellers = 0;
    for (const auto& [at, level] : ladders_[kBids])
      for (const Resting& resting : level) buyers += at >= price ? resting.open() : 0;
    for (const auto& [at, level] : ladders_[kAsks])
      for (const Resting& resting : level) sellers += at <= price ? resting.open() : 0;
    const auto volume = static_cast<std::uint64_t>(std::min(buyers, sellers));
    if (volume == 0 || volume < best.volume) continue;
    const auto rank = [this](Price where, std::int64_t imbalance) {
      return std::pair(std::abs(imbalance), std::abs(static_cast<std::int64_t>(where) - static_cast<std::int64_t>(reference_)));
    };
    if (volume > best.volume || rank(price, buyers - sellers) < rank(best.price, best.imbalance)) best = {price, volume, buyers - sellers};
  }
  return best;
}

template <class Which>
void ReferenceMatchingBook::cancel_each(CancelReason reason, Which&& which) {
  std::vector<OrderId> ids;
  for (const Levels& levels : ladders_)
    for (const auto& [price, level] : levels)
      for (const Resting& resting : level)
        if (which(resting)) ids.push_back(resting.order.id);
  for (const OrderId id : ids) end(id, reason);
}

bool ReferenceMatchingBook::end_auction(Phase then) {
  if (phase_ != Phase::Auction || (then != Phase::Continuous && then != Phase::Closed)) return false;
  const Indication indication = indicate();
  if (indication.volume != 0) events_.crossed(indication);
  for (std::uint64_t left = indication.volume; left != 0;) {
    Resting& buy = ladders_[kBids].begin()->second.front();
    Resting& sell = ladders_[kAsks].begin()->second.front();
    const auto traded = static_cast<Quantity>(std::min<std::uint64_t>({left, buy.shown, sell.shown}));
    const OrderId buyer = buy.order.id, seller = sell.order.id;
    left -= traded;
    buy.shown -= traded;
    sell.shown -= traded;
    events_.executed({buyer, seller, indication.price, traded, buy.open(), sell.open(), true});
    const bool buy_used = buy.shown == 0, sell_used = sell.shown == 0;
    if (buy_used) used_up(buyer);
    if (sell_used) used_up(seller);
  }
  if (indication.volume != 0) last_ = indication.price;
  cancel_each(CancelReason::AuctionEnd, [](const Resting& resting) { return resting.auction_only; });
  if (then == Phase::Closed) {
    close();
  } else {
    go_on(then);
  }
  return true;
}

bool ReferenceMatchingBook::halt() {
  if (phase_ != Phase::Auction && phase_ != Phase::Continuous) return false;
  go_on(Phase::Halted);
  return true;
}

bool ReferenceMatchingBook::resume() {
  bool auction_only = false;
  for (const Levels& levels : ladders_)
    for (const auto& [price, level] : levels)
      for (const Resting& resting : level) auction_only |= resting.auction_only;
  if ((phase_ != Phase::Closed && phase_ != Phase::Halted) || crossed() || auction_only) return false;
  go_on(Phase::Continuous);
  return true;
}

void ReferenceMatchingBook::close() {
  cancel_each(CancelReason::Closed, [](const Resting&) { return true; });
  go_on(Phase::Closed);
}

void ReferenceMatchingBook::go_on(Phase phase) {
  phase_ = phase;
  events_.phase(phase);
  if (phase != Phase::Continuous) return;
  reached_low_ = reached_high_ = last_;
  trigger_stops();
}

void ReferenceMatchingBook::mass_cancel(Owner owner) {
  cancel_each(CancelReason::MassCancel, [owner](const Resting& resting) { return resting.order.owner == owner; });
}

}  // namespace hopscope::matching
