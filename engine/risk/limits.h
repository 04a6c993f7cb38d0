// The limits of one order: the firm's, its strategy's or parent's, and its symbol's, of which the tightest holds.
//
// What concerns firm and symbol is worked out when limits are set, so that an order costs one look at its symbol and one at its strategy.
// Nothing is allocated after construction but where set() is given more than kMostNamed named symbols.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/core/risk_plan.h"
#include "engine/risk/reason.h"
#include "engine/wire/itch.h"

namespace hopscope::risk {

struct Bound {
  static constexpr std::uint64_t kNone = ~0ull;
  std::uint64_t value = kNone;
  Level level = Level::Firm;

  Bound tighter(const Bound& other) const { return other.value < value ? other : *this; }
};

struct Bounds {
  Bound quantity, notional, collar_bps, last_trade_bps, position;
};

class Limits {
 public:
  Limits(const core::RiskPlan& plan, std::uint16_t max_locate) : names_(std::size_t{max_locate} + 1), symbols_(names_.size()) {
    named_.reserve(kMostNamed);
    set(plan);
  }

  void set(const core::RiskPlan& plan) {
    firm_ = {bound(plan.max_quantity, Level::Firm), bound(plan.max_notional, Level::Firm), bound(plan.collar_bps, Level::Firm),
             bound(plan.last_trade_bps, Level::Firm), bound(plan.max_position, Level::Firm)};
    strategy_ = bounds(plan.strategy, Level::Strategy);
    parent_ = bounds(plan.parent, Level::Parent);
    every_symbol_ = plan.symbol;
    named_ = plan.symbols;
    for (std::size_t locate = 0; locate < symbols_.size(); ++locate) work_out(locate);
  }

  // A symbol has become known by its name.
  void listed(std::uint16_t locate, const wire::itch::Symbol& name) {
    if (locate >= symbols_.size()) return;
    names_[locate] = name;
    work_out(locate);
  }

  struct OfSymbol {
    Bounds bounds;  // firm and symbol
    bool restricted = false;
    std::uint32_t max_orders_per_second = 0;
  };
  const OfSymbol& of_symbol(std::size_t locate) const { return symbols_[locate]; }
  const Bounds& of_strategy() const { return strategy_; }
  const Bounds& of_parent() const { return parent_; }

 private:
  static constexpr std::size_t kMostNamed = 512;  // what an experiment can write: restricted ones, and ones with limits

  static Bound bound(std::uint64_t limit, Level level) { return limit == 0 ? Bound{} : Bound{limit, level}; }
  static Bounds bounds(const core::RiskLimits& limits, Level level) {
    return {bound(limits.max_quantity, level), bound(limits.max_notional, level), bound(limits.collar_bps, level),
            bound(limits.last_trade_bps, level), bound(limits.max_position, level)};
  }

  void work_out(std::size_t locate) {
    core::RiskLimits own = every_symbol_;
    OfSymbol& symbol = symbols_[locate];
    symbol.restricted = false;
    for (const core::SymbolRisk& named : named_) {
      if (!is_name(names_[locate], named.symbol)) continue;
      symbol.restricted |= named.restricted;
      const auto instead = [](auto& limit, auto other) { limit = other != 0 ? other : limit; };
      instead(own.max_quantity, named.limits.max_quantity);
      instead(own.max_notional, named.limits.max_notional);
      instead(own.collar_bps, named.limits.collar_bps);
      instead(own.max_orders_per_second, named.limits.max_orders_per_second);
      instead(own.last_trade_bps, named.limits.last_trade_bps);
      instead(own.max_position, named.limits.max_position);
    }
    const Bounds tight = bounds(own, Level::Symbol);
    symbol.bounds = {firm_.quantity.tighter(tight.quantity), firm_.notional.tighter(tight.notional),
                     firm_.collar_bps.tighter(tight.collar_bps), firm_.last_trade_bps.tighter(tight.last_trade_bps),
                     firm_.position.tighter(tight.position)};
    symbol.max_orders_per_second = own.max_orders_per_second;
  }

  // ITCH pads names with blanks.
  static bool is_name(const wire::itch::Symbol& padded, const std::string& name) {
    std::string_view letters(padded.data(), padded.size());
    letters = letters.substr(0, letters.find_last_not_of(std::string_view(" \0", 2)) + 1);
    return !name.empty() && letters == name;
  }

  Bounds firm_, strategy_, parent_;
  core::RiskLimits every_symbol_;
  std::vector<core::SymbolRisk> named_;
  std::vector<wire::itch::Symbol> names_;  // by locate
  std::vector<OfSymbol> symbols_;          // by locate
};

}  // namespace hopscope::risk
