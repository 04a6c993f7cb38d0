// The last gate before the wire: pre-trade checks on one child order.
//
// Checks run in the order of Reason; the first that fails blocks the order and is the one counted. Nothing here reads a clock: the rate
// limit lives on market time, the collar on the OMS's own book. From the moment the kill switch is pulled, nothing passes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/book/books.h"
#include "engine/core/plan.h"
#include "engine/risk/kill_switch.h"
#include "engine/risk/token_bucket.h"

namespace hopscope::risk {

enum class Reason : std::uint8_t {
  Pass,
  Killed,       // the kill switch was pulled
  Quantity,     // zero shares, or more than max_quantity
  NoReference,  // the local book lacks a side: there is nothing to judge the price by
  Notional,     // price x shares above max_notional; a market order counts at the far touch
  Collar,       // further from the local book's mid than collar_bps
  Rate,         // more orders than max_orders_per_second of market time
};
inline constexpr std::size_t kReasons = 7;

constexpr const char* name(Reason reason) {
  constexpr const char* kNames[kReasons] = {"pass", "killed", "quantity", "no_reference", "notional", "collar", "rate"};
  return kNames[static_cast<std::size_t>(reason)];
}

// Of an answer other than Pass.
constexpr hs_counter counter(Reason reason) {
  constexpr hs_counter kCounters[kReasons] = {HS_COUNTER_RISK_REJECTS,      HS_COUNTER_RISK_KILLED,   HS_COUNTER_RISK_QUANTITY,
                                              HS_COUNTER_RISK_NO_REFERENCE, HS_COUNTER_RISK_NOTIONAL, HS_COUNTER_RISK_COLLAR,
                                              HS_COUNTER_RISK_RATE};
  return kCounters[static_cast<std::size_t>(reason)];
}

struct Request {
  book::Side side;
  book::Price price;  // 0: market
  book::Quantity quantity;
};

// What a check that blocked an order looked at, and its bound.
//   Quantity      shares, most shares            Notional   price x shares, both with 4 decimals of the price
//   NoReference   0, 0                           Collar     distance from the mid, widest one; in half units of the 4th decimal
//   Killed        1, 0                           Rate       what there was of a token, a whole one; in billionths
// Blocked is what is above its bound; with Rate, what is below; with Quantity, 0 too.
struct Evidence {
  std::uint64_t value = 0;
  std::uint64_t bound = 0;
};

class Gate {
 public:
  Gate(const core::RiskPlan& plan, KillSwitch kill_switch) : plan_(plan), kill_switch_(kill_switch), bucket_(plan.max_orders_per_second) {}

  Reason check(const Request& request, const book::Touch& touch, std::uint64_t market_ns) {
    const Reason reason = judge(request, touch, market_ns);
    ++counts_[static_cast<std::size_t>(reason)];
    return reason;
  }

  // Of check()'s answer to the same request, asked before the next one.
  Evidence evidence(Reason reason, const Request& request, const book::Touch& touch) const {
    const std::uint64_t mid2 = std::uint64_t{touch.bid} + touch.ask;
    const std::uint64_t price = price_of(request, touch);
    switch (reason) {
      case Reason::Killed:
        return {1, 0};
      case Reason::Quantity:
        return {request.quantity, plan_.max_quantity};
      case Reason::Notional:
        return {price * request.quantity, plan_.max_notional};
      case Reason::Collar:
        return {2 * price > mid2 ? 2 * price - mid2 : mid2 - 2 * price, mid2 * plan_.collar_bps / 10'000};
      case Reason::Rate:
        return {bucket_.credit(), TokenBucket::kTokenCredit};
      case Reason::Pass:
      case Reason::NoReference:
        break;
    }
    return {};
  }

  // How often check() gave this answer since the last reset.
  std::uint64_t count(Reason reason) const { return counts_[static_cast<std::size_t>(reason)]; }
  void reset_counts() { counts_ = {}; }

 private:
  // A market order counts at the far touch.
  static std::uint64_t price_of(const Request& request, const book::Touch& touch) {
    if (request.price != 0) return request.price;
    return request.side == book::Side::Buy ? touch.ask : touch.bid;
  }

  Reason judge(const Request& request, const book::Touch& touch, std::uint64_t market_ns) {
    if (kill_switch_.pulled()) [[unlikely]]
      return Reason::Killed;
    if (request.quantity == 0 || request.quantity > plan_.max_quantity) [[unlikely]]
      return Reason::Quantity;
    if (touch.bid == 0 || touch.ask == 0) [[unlikely]]
      return Reason::NoReference;
    const std::uint64_t price = price_of(request, touch);
    if (price * request.quantity > plan_.max_notional) [[unlikely]]
      return Reason::Notional;
    // |price - mid| > mid x bps / 10,000, with mid = (bid + ask) / 2 and all of it doubled: no division, no rounding.
    const std::uint64_t mid2 = std::uint64_t{touch.bid} + touch.ask;
    const std::uint64_t distance2 = 2 * price > mid2 ? 2 * price - mid2 : mid2 - 2 * price;
    if (distance2 * 10'000 > mid2 * plan_.collar_bps) [[unlikely]]
      return Reason::Collar;
    // Last, so that an order blocked by another check takes no token.
    if (!bucket_.take(market_ns)) [[unlikely]]
      return Reason::Rate;
    return Reason::Pass;
  }

  core::RiskPlan plan_;
  KillSwitch kill_switch_;
  TokenBucket bucket_;
  std::array<std::uint64_t, kReasons> counts_{};
};

}  // namespace hopscope::risk
