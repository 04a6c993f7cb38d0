// Strategy every-nth: one child order for every nth feed message, on that message's symbol.
//
// A message whose symbol lacks a side of its book is no opportunity: the strategy stays due until one has both. What it draws comes from
// its own random stream, one word a decision, so its orders are a function of the seed and the feed.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/book/books.h"
#include "engine/core/plan.h"
#include "engine/core/random.h"
#include "engine/oms/child_order.h"

namespace hopscope::oms {

class EveryNth {
 public:
  EveryNth(const core::OmsPlan& plan, std::uint64_t seed)
      : every_(plan.every),
        limit_percent_(plan.limit_percent),
        market_percent_(plan.market_percent),
        quantity_(plan.quantity),
        random_(seed, core::Stream::Strategy),
        left_(plan.every == 0 ? ~std::uint64_t{0} : plan.every) {}

  // Whether the next message may bring a decision.
  bool due() const { return left_ == 1; }

  // A message went by without one.
  void pass() { left_ -= !due(); }

  // Needs due() and a touch with both sides.
  ChildRequest decide(const book::Touch& touch) {
    left_ = every_;
    const std::uint64_t word = random_.next();
    const book::Side side = (word & 1) != 0 ? book::Side::Buy : book::Side::Sell;
    const auto roll = static_cast<std::uint32_t>(((word >> 32) * 100) >> 32);
    if (roll < limit_percent_) return {side, OrderType::Limit, behind(side, touch), quantity_};
    if (roll < limit_percent_ + market_percent_) return {side, OrderType::Market, 0, quantity_};
    return {side, OrderType::ImmediateOrCancel, side == book::Side::Buy ? touch.ask : touch.bid, quantity_};
  }

 private:
  // Reg NMS rule 612: a cent from one dollar on, a hundredth of a cent below.
  static book::Price tick(book::Price price) { return price >= 10'000 ? 100 : 1; }

  // One tick behind the near touch; at it where there is no room left.
  static book::Price behind(book::Side side, const book::Touch& touch) {
    if (side == book::Side::Sell) return std::min(touch.ask + tick(touch.ask), book::kMaxPrice);
    return touch.bid > tick(touch.bid) ? touch.bid - tick(touch.bid) : touch.bid;
  }

  const std::uint32_t every_, limit_percent_, market_percent_;
  const book::Quantity quantity_;
  core::Random random_;
  std::uint64_t left_;
};

}  // namespace hopscope::oms
