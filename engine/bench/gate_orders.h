// Orders for a risk gate with all checks on: 16 symbols, 4 venues, the reactive strategy and 15 parents, a feed message before each order,
// and each order's answer some orders later. Made up before the clock starts; which of them pass depends on the gate alone.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/core/random.h"
#include "engine/risk/gate.h"

namespace hopscope::bench {

class GateOrders {
 public:
  static constexpr std::uint16_t kSymbols = 16;
  static constexpr unsigned kVenues = 4;
  static constexpr std::uint32_t kSlots = 2'048;  // of a session

  explicit GateOrders(std::uint64_t seed) : orders_(kDistinct) {
    core::Random random(seed, core::Stream::Synthetic);
    for (Order& order : orders_) {
      const std::uint32_t draw = static_cast<std::uint32_t>(random.next() >> 32);
      order.locate = static_cast<std::uint16_t>(1 + random.below(kSymbols));
      const book::Price mid = 500'000 + 10'000 * order.locate + 100 * static_cast<book::Price>(random.below(20));
      order.touch = {mid - 100, mid + 100, 500, 500};
      order.traded = (draw & 7) == 0;
      const bool buys = (draw & 8) != 0, rests = (draw & 48) == 0;
      const book::Price price = (draw & 0x1c0) == 0 ? 0 : buys == rests ? order.touch.bid : order.touch.ask;
      order.request = {buys ? book::Side::Buy : book::Side::Sell,
                       price,
                       100 * static_cast<book::Quantity>(1 + random.below(10)),
                       order.locate,
                       static_cast<std::uint8_t>(random.below(kVenues)),
                       static_cast<std::uint16_t>(random.below(16))};
      order.rests = rests && price != 0;
      order.fills = (draw & 0x600) != 0;
    }
  }

  // Limits that nearly every order keeps, so that nearly every order takes the whole way.
  static core::RiskPlan all_on() {
    core::RiskPlan plan{5'000, 1ull << 40, 500, 1'000'000, 500, 1ull << 30};
    plan.max_gross = plan.max_net = plan.max_credit = 1ull << 60;
    plan.max_cancels_per_second = 1'000'000;
    plan.duplicate_within_ns = 100;
    plan.stale_after_ns = 1'000'000'000;
    plan.self_cross = true;
    for (core::RiskLimits* limits : {&plan.strategy, &plan.parent, &plan.symbol})
      *limits = {4'000, 1ull << 39, 400, 1'000'000, 400, 1ull << 29};
    plan.symbols.push_back({"NOTHERE", true, {}});
    plan.breakers.max_loss = 1ull << 60;
    plan.breakers.max_reject_ppm = 900'000;
    plan.breakers.max_messages_per_second = 1u << 30;
    plan.breakers.band_bps = 1'000;
    plan.breakers.gap_pause_ns = plan.breakers.stale_feed_ns = 1'000'000'000;
    return plan;
  }
  static risk::Gate::Size size() { return {kSymbols, kVenues, kSlots}; }

  // One order from its feed message to the end of the one before it by kUnderWay. Returns what the gate said.
  risk::Reason next(risk::Gate& gate) {
    const Order& order = orders_[static_cast<std::size_t>(done_ % kDistinct)];
    market_ns_ += 10'000;
    if (gate.watching()) {
      book::Trades& trades = trades_[order.locate];
      if (order.traded) trades.last = order.touch.ask, trades.shares += 100;
      gate.observe({market_ns_, order.locate, order.touch, trades, 0});
    }
    const risk::Market market{order.touch, trades_[order.locate].last, gate.quiet_ns(order.locate, market_ns_)};
    const risk::Reason reason = gate.check(order.request, market, market_ns_);
    UnderWay& oldest = under_way_[static_cast<std::size_t>(done_++ % kUnderWay)];
    if (oldest.order != nullptr) answer(gate, oldest);
    oldest = {};
    if (reason != risk::Reason::Pass) return reason;
    oldest = {&order, {order.request.venue, ++user_refs_[order.request.venue]}};
    gate.sent(oldest.key, order.rests);
    return reason;
  }

 private:
  static constexpr std::size_t kDistinct = 256, kUnderWay = 32;

  struct Order {
    risk::Request request{book::Side::Buy, 0, 0};
    book::Touch touch;
    std::uint16_t locate = 0;
    bool traded = false, rests = false, fills = false;
  };
  struct UnderWay {
    const Order* order = nullptr;
    risk::OrderKey key{};
  };

  static void answer(risk::Gate& gate, const UnderWay& under_way) {
    const risk::Request& request = under_way.order->request;
    gate.answered(false);
    const book::Price price = request.price != 0 ? request.price : under_way.order->touch.ask;
    if (under_way.order->fills) gate.filled(under_way.key, request.locate, request.side, request.quantity, price);
    gate.ended(under_way.key);
  }

  std::vector<Order> orders_;
  std::array<UnderWay, kUnderWay> under_way_{};
  std::array<std::uint32_t, kVenues> user_refs_{};
  std::array<book::Trades, kSymbols + 1> trades_{};
  std::uint64_t market_ns_ = 34'200'000'000'000, done_ = 0;  // 9:30
};

}  // namespace hopscope::bench
