// The last gate before the wire: pre-trade checks on one child order.
//
// Nothing here reads a clock: rates and times live on market time, collars on the OMS's own book and on the tape. Everything is counted in
// integers. Limits are the firm's, the strategy's or parent's, and the symbol's; the tightest holds and names itself. From the moment the
// kill switch is pulled, nothing passes. One thread; nothing is allocated after construction but by set() (limits.h).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/core/risk_plan.h"
#include "engine/risk/breakers.h"
#include "engine/risk/exposure.h"
#include "engine/risk/kill_switch.h"
#include "engine/risk/limits.h"
#include "engine/risk/reason.h"
#include "engine/risk/recent_orders.h"
#include "engine/risk/request.h"
#include "engine/risk/sent_orders.h"
#include "engine/risk/strategy_state.h"
#include "engine/risk/token_bucket.h"

namespace hopscope::risk {

class Gate {
 public:
  struct Size {
    std::uint16_t max_locate = 0;
    unsigned venues = 1;
    std::uint32_t slots = 1;  // child orders that a session keeps track of
  };
  // Parent orders with an index from here on share the last one's state.
  static constexpr std::size_t kMostParents = 1'023;

  Gate(const core::RiskPlan& plan, KillSwitch kill_switch, const Size& size)
      : max_locate_(size.max_locate),
        kill_switch_(kill_switch),
        limits_(plan, size.max_locate),
        exposure_(size.max_locate),
        sent_(size.max_locate, size.venues, size.slots),
        breakers_(kill_switch, size.max_locate),
        strategies_(kMostParents + 1),
        symbol_rates_(std::size_t{size.max_locate} + 1),
        booked_ns_(std::size_t{size.max_locate} + 1) {
    self_cross_ = plan.self_cross;
    set(plan, {});
  }
  Gate(const core::RiskPlan& plan, KillSwitch kill_switch) : Gate(plan, kill_switch, Size{}) {}

  // When limits are set.
  struct Since {
    std::uint64_t market_ns = 0;
    std::uint64_t given_up = 0;  // feed messages that will not come, so far
  };
  // Other limits from now on. All but self_cross: own orders that rest already are not known to it.
  void set(const core::RiskPlan& plan, const Since& since) {
    limits_.set(plan);
    breakers_.set(plan.breakers);
    max_gross_ = no_limit_if_0(plan.max_gross);
    max_net_ = no_limit_if_0(plan.max_net);
    max_credit_ = no_limit_if_0(plan.max_credit);
    stale_after_ns_ = plan.stale_after_ns == 0 ? ~0ull : plan.stale_after_ns;
    duplicate_within_ns_ = plan.duplicate_within_ns;
    rate_.set_rate(plan.max_orders_per_second, since.market_ns);
    cancel_rate_.set_rate(plan.max_cancels_per_second, since.market_ns);
    for (std::size_t s = 0; s < strategies_.size(); ++s)
      strategies_[s].rate.set_rate((s == 0 ? plan.strategy : plan.parent).max_orders_per_second, since.market_ns);
    for (std::size_t locate = 0; locate < symbol_rates_.size(); ++locate) set_symbol_rate(locate, since.market_ns);
    const bool watched = watching_;
    // What stands is watched to its end.
    watching_ = breakers_.on() || plan.stale_after_ns != 0 || breakers_.all_trips() != breakers_.resets();
    if (watching_ && !watched) begin_watching(since);
  }

  void listen(BreakerListener* listener) { breakers_.listen(listener); }
  void listed(std::uint16_t locate, const wire::itch::Symbol& name) {
    limits_.listed(locate, name);
    if (locate <= max_locate_) set_symbol_rate(locate, 0);
  }

  // Whether it wants to see each feed message. observe() comes behind the books and before what is decided on the message.
  bool watching() const { return watching_; }
  void observe(const FeedMoment& moment) {
    if (moment.locate > max_locate_) return;
    if (moment.booked) booked_ns_[moment.locate] = moment.market_ns;
    if (exposure_.position(moment.locate) != 0) mark(moment.locate, moment.touch);
    breakers_.observe(moment, exposure_);
  }
  // Market time since the last change of the symbol's book; 0 where nobody watches.
  std::uint64_t quiet_ns(std::uint16_t locate, std::uint64_t market_ns) const {
    const std::uint64_t booked = booked_ns_[locate];
    return watching_ && market_ns > booked ? market_ns - booked : 0;
  }

  Reason check(const Request& request, const Market& market, std::uint64_t market_ns) {
    const Reason reason = judge(request, market, market_ns);
    ++counts_[static_cast<std::size_t>(reason)][reason == Reason::Pass ? 0 : static_cast<std::size_t>(evidence_.level)];
    return reason;
  }
  // Of check()'s last answer that was none to pass.
  const Evidence& evidence() const { return evidence_; }

  // The order that check() has just let pass was stopped behind it after all, by the kill switch: as if it had been stopped here.
  Reason overrule() {
    --counts_[static_cast<std::size_t>(Reason::Pass)][0];
    rate_.put_back();
    strategies_[passed_.strategy].rate.put_back();
    symbol_rates_[passed_.locate].put_back();
    const Reason reason = block(Reason::Killed, 1, 0);
    ++counts_[static_cast<std::size_t>(reason)][0];
    return reason;
  }

  // The order that check() has just let pass has left. rests: it may stay in the venue's book.
  void sent(const OrderKey& key, bool rests) {
    const Request& order = passed_;
    exposure_.opened(order.locate, order.side, order.quantity, passed_price_);
    strategies_[order.strategy].open(order.side) += order.quantity;
    sent_.open(
        {key.user_ref, order.quantity, passed_price_, order.locate, order.strategy, 0, 0, order.side, key.venue, rests && self_cross_});
    if (duplicate_within_ns_ != 0) recent_.note(duplicate_key(order), passed_ns_);
    breakers_.sent();
  }
  // locate, side: of the order, for one that the gate knows no longer.
  void filled(const OrderKey& key, std::uint16_t locate, book::Side side, book::Quantity shares, book::Price price) {
    if (SentOrder* order = sent_.find(key.venue, key.user_ref)) {
      release(*order, std::min(shares, order->open));
      strategies_[order->strategy].position += side == book::Side::Buy ? std::int64_t{shares} : -std::int64_t{shares};
    }
    exposure_.filled(locate, side, shares, price);
  }
  // Its venue has said that no more than `open` shares may yet be filled.
  void reduced(const OrderKey& key, book::Quantity open) {
    if (SentOrder* order = sent_.find(key.venue, key.user_ref); order != nullptr && order->open > open) release(*order, order->open - open);
  }
  // Its venue has said that nothing more will come of it.
  void ended(const OrderKey& key) {
    if (SentOrder* order = sent_.find(key.venue, key.user_ref)) release(*order, order->open);
  }
  // A venue's first answer to an order.
  void answered(bool rejected) { breakers_.answered(rejected); }

  // A cancel may leave, and does: the caller sends it.
  bool take_cancel(std::uint64_t market_ns) {
    if (!cancel_rate_.take(market_ns)) return false;
    breakers_.sent();
    return true;
  }

  const Exposure& exposure() const { return exposure_; }
  const Breakers& breakers() const { return breakers_; }

  // What later answers depend on, beside limits and kill switch, where none but the firm's own limits of an order are set.
  TokenBucket::State bucket_state() const { return rate_.state(); }
  void restore_bucket(const TokenBucket::State& state) { rate_.restore(state); }

  // How often check() gave this answer since the last reset.
  std::uint64_t count(Reason reason, Level level) const {
    return counts_[static_cast<std::size_t>(reason)][static_cast<std::size_t>(level)];
  }
  std::uint64_t count(Reason reason) const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts_[static_cast<std::size_t>(reason)]) sum += count;
    return sum;
  }
  void reset_counts() { counts_ = {}; }

 private:
  static constexpr Value kNoLimit = Value{1} << 120;
  static Value no_limit_if_0(std::uint64_t limit) { return limit == 0 ? kNoLimit : Value{limit}; }
  static std::uint64_t narrowed(Value value) { return value < 0 ? 0 : value > Value{~0ull} ? ~0ull : static_cast<std::uint64_t>(value); }

  static RecentOrders::Key duplicate_key(const Request& order) {
    return {order.locate, order.venue, order.side, order.price, order.quantity};
  }

  // A market order counts at the far touch.
  static std::uint64_t price_of(const Request& request, const book::Touch& touch) {
    if (request.price != 0) return request.price;
    return request.side == book::Side::Buy ? touch.ask : touch.bid;
  }

  void set_symbol_rate(std::size_t locate, std::uint64_t market_ns) {
    const std::uint32_t rate = limits_.of_symbol(locate).max_orders_per_second;
    if (symbol_rates_[locate].rate() != rate) symbol_rates_[locate].set_rate(rate, market_ns);
  }

  // Nobody has looked until now: what there was counts for nothing.
  void begin_watching(const Since& since) {
    std::fill(booked_ns_.begin(), booked_ns_.end(), since.market_ns);
    breakers_.begin(since.market_ns, since.given_up);
  }

  void mark(std::uint16_t locate, const book::Touch& touch) {
    if (touch.bid != 0 && touch.ask != 0) exposure_.mark(locate, static_cast<book::Price>((std::uint64_t{touch.bid} + touch.ask) / 2));
  }

  void release(SentOrder& order, std::uint32_t shares) {
    exposure_.released(order.locate, order.side, shares, order.price);
    strategies_[order.strategy].open(order.side) -= shares;
    sent_.reduce(order, shares);
  }

  Reason block(Reason reason, std::uint64_t value, const Bound& bound) {
    evidence_ = {value, bound.value, bound.level};
    return reason;
  }
  Reason block(Reason reason, std::uint64_t value, std::uint64_t bound) { return block(reason, value, Bound{bound, Level::Firm}); }

  // The cheapest and the most final first; the rates last, so that an order blocked by another check takes no token.
  Reason judge(const Request& asked, const Market& market, std::uint64_t market_ns) {
    if (kill_switch_.pulled()) [[unlikely]]
      return block(Reason::Killed, 1, 0);
    Request request = asked;
    request.locate = std::min(request.locate, max_locate_);
    request.strategy = static_cast<std::uint16_t>(std::min<std::size_t>(request.strategy, kMostParents));
    const Limits::OfSymbol& symbol = limits_.of_symbol(request.locate);
    const Bounds& own = request.strategy == 0 ? limits_.of_strategy() : limits_.of_parent();
    const std::size_t pause = breakers_.paused(request.locate, market_ns);
    if (pause != kBreakers) [[unlikely]]
      return block(Reason::Paused, pause + 1, 0);
    if (symbol.restricted) [[unlikely]]
      return block(Reason::Restricted, 1, Bound{0, Level::Symbol});
    const Bound quantity = symbol.bounds.quantity.tighter(own.quantity);
    if (request.quantity == 0 || request.quantity > quantity.value) [[unlikely]]
      return block(Reason::Quantity, request.quantity, quantity);
    const book::Touch& touch = market.touch;
    if (touch.bid == 0 || touch.ask == 0) [[unlikely]]
      return block(Reason::NoReference, 0, 0);
    if (market.quiet_ns > stale_after_ns_) [[unlikely]]
      return block(Reason::StalePrice, market.quiet_ns, stale_after_ns_);
    const std::uint64_t price = price_of(request, touch);
    if (const Reason reason = judge_price(request, market, price, symbol.bounds, own); reason != Reason::Pass) [[unlikely]]
      return reason;
    mark(request.locate, touch);
    if (const Reason reason = judge_exposure(request, price, symbol.bounds, own); reason != Reason::Pass) [[unlikely]]
      return reason;
    if (const Reason reason = judge_repetition(request, market_ns); reason != Reason::Pass) [[unlikely]]
      return reason;
    if (const Reason reason = take_tokens(request, market_ns); reason != Reason::Pass) [[unlikely]]
      return reason;
    passed_ = request;
    passed_price_ = static_cast<book::Price>(price);
    passed_ns_ = market_ns;
    return Reason::Pass;
  }

  // Of an order with a price and a book with both sides.
  Reason judge_price(const Request& request, const Market& market, std::uint64_t price, const Bounds& symbol, const Bounds& own) {
    const Bound notional = symbol.notional.tighter(own.notional);
    if (price * request.quantity > notional.value) [[unlikely]]
      return block(Reason::Notional, price * request.quantity, notional);
    // |price - mid| > mid x bps / 10,000, with mid = (bid + ask) / 2 and all of it doubled: no division, no rounding.
    const Bound collar = symbol.collar_bps.tighter(own.collar_bps);
    const std::uint64_t mid2 = std::uint64_t{market.touch.bid} + market.touch.ask;
    const std::uint64_t distance2 = 2 * price > mid2 ? 2 * price - mid2 : mid2 - 2 * price;
    if (collar.value != Bound::kNone && distance2 * 10'000 > mid2 * collar.value) [[unlikely]]
      return block(Reason::Collar, distance2, Bound{mid2 * collar.value / 10'000, collar.level});
    const Bound last = symbol.last_trade_bps.tighter(own.last_trade_bps);
    if (last.value != Bound::kNone && market.last_trade != 0) {
      const std::uint64_t trade = market.last_trade, distance = price > trade ? price - trade : trade - price;
      if (distance * 10'000 > trade * last.value) [[unlikely]]
        return block(Reason::LastTrade, distance, Bound{trade * last.value / 10'000, last.level});
    }
    if (breakers_.bands().on()) {
      const PriceBands::Band band = breakers_.bands().band(request.locate);
      const bool buys = request.side == book::Side::Buy;
      if (buys ? price > band.high : price < band.low) [[unlikely]]
        return block(Reason::Band, price, Bound{buys ? band.high : band.low, Level::Symbol});
    }
    return Reason::Pass;
  }

  Reason judge_exposure(const Request& request, std::uint64_t price, const Bounds& symbol, const Bounds& own) {
    const std::uint64_t position = exposure_.position_with(request.locate, request.side, request.quantity);
    if (position > symbol.position.value) [[unlikely]]
      return block(Reason::Position, position, symbol.position);
    if (own.position.value != Bound::kNone) {
      const std::uint64_t held = strategies_[request.strategy].position_with(request.side, request.quantity);
      if (held > own.position.value) [[unlikely]]
        return block(Reason::Position, held, own.position);
    }
    if (max_gross_ != kNoLimit) {
      const Value added = exposure_.gross_added(request.locate, request.side, request.quantity);
      if (added > 0 && exposure_.gross() + added > max_gross_) [[unlikely]]
        return block(Reason::Gross, narrowed(exposure_.gross() + added), narrowed(max_gross_));
    }
    const bool buys = request.side == book::Side::Buy;
    const Value notional = Value{price} * request.quantity;
    if (max_net_ != kNoLimit) {
      const Value one_sided = (buys ? exposure_.net() : -exposure_.net()) + exposure_.open(request.side) + notional;
      if (one_sided > max_net_) [[unlikely]]
        return block(Reason::Net, narrowed(one_sided), narrowed(max_net_));
    }
    if (buys && max_credit_ != kNoLimit && exposure_.credit() + notional > max_credit_) [[unlikely]]
      return block(Reason::Credit, narrowed(exposure_.credit() + notional), narrowed(max_credit_));
    return Reason::Pass;
  }

  Reason judge_repetition(const Request& request, std::uint64_t market_ns) {
    if (self_cross_) {
      const book::Price own = sent_.crossed(request.locate, request.venue, request.side, request.price);
      if (own != 0) [[unlikely]]
        return block(Reason::SelfCross, request.price, own);
    }
    if (duplicate_within_ns_ != 0) {
      const std::uint64_t since = recent_.since(duplicate_key(request), market_ns);
      if (since < duplicate_within_ns_) [[unlikely]]
        return block(Reason::Duplicate, since, duplicate_within_ns_);
    }
    return Reason::Pass;
  }

  // All of them, or none.
  Reason take_tokens(const Request& request, std::uint64_t market_ns) {
    TokenBucket& own = strategies_[request.strategy].rate;
    TokenBucket& of_symbol = symbol_rates_[request.locate];
    if (!rate_.has(market_ns)) [[unlikely]]
      return block(Reason::Rate, rate_.credit(), TokenBucket::kTokenCredit);
    if (!own.has(market_ns)) [[unlikely]]
      return block(Reason::Rate, own.credit(), Bound{TokenBucket::kTokenCredit, request.strategy == 0 ? Level::Strategy : Level::Parent});
    if (!of_symbol.has(market_ns)) [[unlikely]]
      return block(Reason::Rate, of_symbol.credit(), Bound{TokenBucket::kTokenCredit, Level::Symbol});
    rate_.take_one();
    own.take_one();
    of_symbol.take_one();
    return Reason::Pass;
  }

  std::uint16_t max_locate_;
  bool watching_ = false, self_cross_ = false;
  KillSwitch kill_switch_;
  Limits limits_;
  Value max_gross_ = kNoLimit, max_net_ = kNoLimit, max_credit_ = kNoLimit;
  std::uint64_t stale_after_ns_ = 0, duplicate_within_ns_ = 0;
  Exposure exposure_;
  SentOrders sent_;
  RecentOrders recent_;
  Breakers breakers_;
  TokenBucket rate_, cancel_rate_;
  std::vector<StrategyState> strategies_;  // the reactive one, then parent orders
  std::vector<TokenBucket> symbol_rates_;  // by locate
  std::vector<std::uint64_t> booked_ns_;   // by locate: when its book changed last
  Request passed_{book::Side::Buy, 0, 0};  // check()'s last
  book::Price passed_price_ = 0;
  std::uint64_t passed_ns_ = 0;
  Evidence evidence_;
  std::array<std::array<std::uint64_t, kLevels>, kReasons> counts_{};
};

}  // namespace hopscope::risk
