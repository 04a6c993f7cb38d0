// The strategy of a run: what makes child orders of its own, beside the parent orders. Every-nth sends on a count of messages; the reactive
// ones look at the touch of every message's symbol and take the far side when it tells them to, at most once a cooldown in each symbol.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/books.h"
#include "engine/core/plan.h"
#include "engine/oms/child_order.h"
#include "engine/oms/every_nth.h"
#include "engine/oms/imbalance.h"
#include "engine/oms/mean_reversion.h"

namespace hopscope::oms {

class Strategy {
 public:
  Strategy(const core::OmsPlan& plan, std::uint64_t seed, std::uint16_t max_locate)
      : rule_(plan.strategy),
        quantity_(plan.quantity),
        cooldown_ns_(plan.cooldown_ns),
        every_nth_(paced(plan), seed),
        imbalance_(plan.imbalance_ppm),
        mean_reversion_(plan.reversion_bps, max_locate),
        rests_until_ns_(std::size_t{max_locate} + 1) {}

  // Whether the next message may bring a decision.
  bool due() const { return every_nth_.due(); }

  // A message went by without one.
  void pass() { every_nth_.pass(); }

  // Whether it does. Needs due(), a touch with both sides and a locate up to max_locate.
  bool wants(const Tick& tick, const book::Touch& touch) {
    if (rule_ == core::StrategyRule::EveryNth) [[likely]]
      return true;
    signal_ = rule_ == core::StrategyRule::Imbalance ? imbalance_.signal(touch) : mean_reversion_.signal(tick.locate, touch);
    if (signal_ == 0 || tick.market_ns < rests_until_ns_[tick.locate]) return false;
    rests_until_ns_[tick.locate] = tick.market_ns + cooldown_ns_;
    return true;
  }

  // Needs wants().
  ChildRequest decide(const book::Touch& touch) {
    if (rule_ == core::StrategyRule::EveryNth) [[likely]]
      return every_nth_.decide(touch);
    const bool buys = signal_ > 0;
    return {buys ? book::Side::Buy : book::Side::Sell, OrderType::ImmediateOrCancel, buys ? touch.ask : touch.bid, quantity_};
  }

 private:
  // A reactive strategy is due at every message.
  static core::OmsPlan paced(core::OmsPlan plan) {
    if (plan.strategy != core::StrategyRule::EveryNth) plan.every = 1;
    return plan;
  }

  core::StrategyRule rule_;
  book::Quantity quantity_;
  std::uint64_t cooldown_ns_;
  EveryNth every_nth_;
  Imbalance imbalance_;
  MeanReversion mean_reversion_;
  std::vector<std::uint64_t> rests_until_ns_;  // market time, by locate
  int signal_ = 0;
};

}  // namespace hopscope::oms
