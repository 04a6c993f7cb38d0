// What a run leaves behind of positions: each symbol's at each venue and at all of them, valued by the OMS's own books, and whether the
// venues have the same. Made when all roles have ended.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/oms/oms.h"
#include "engine/reconciliation.h"
#include "engine/recovery/oms_fields.h"
#include "engine/result.h"
#include "engine/venue/venue.h"

namespace hopscope {

// swallows(venue): whether orders that it has never answered count as lost on their way to it.
template <class Port, class Swallows>
Holdings holdings_of(const oms::Oms<Port>& oms, Swallows&& swallows) {
  Holdings holdings;
  const oms::Positions& positions = oms.positions();
  for (unsigned venue = 0; venue < positions.venues(); ++venue) {
    for (std::uint32_t l = 0; l <= oms.market().max_locate(); ++l) {
      const auto locate = static_cast<std::uint16_t>(l);
      if (const book::Traded& traded = positions.at(venue, locate); traded.any()) holdings[{venue, locate}].traded = traded;
    }
  }
  oms.each_open_order([&](const oms::ChildOrder& order) {
    if (order.state == oms::ChildState::Unknown && swallows(order.venue)) return;
    holdings[{order.venue, order.locate}].open(order.side, order.leaves());
  });
  return holdings;
}
template <class Port>
Holdings holdings_of(const oms::Oms<Port>& oms) {
  return holdings_of(oms, [](unsigned) { return false; });
}

template <class Port>
Holdings holdings_at(const std::vector<std::unique_ptr<venue::Venue<Port>>>& venues, std::uint16_t max_locate) {
  Holdings holdings;
  for (const auto& venue : venues) {
    for (std::uint32_t l = 0; l <= max_locate; ++l) {
      const auto locate = static_cast<std::uint16_t>(l);
      if (const book::Traded& traded = venue->accounts()[locate]; traded.any()) holdings[{venue->index(), locate}].traded = traded;
    }
    venue->engine().open_orders().each([&](const venue::OpenOrder& order) {
      holdings[{venue->index(), order.locate}].open(order.side, order.open);
    });
  }
  return holdings;
}

inline std::string symbol_of(const oms::SymbolDirectory& symbols, std::uint16_t locate) {
  if (!symbols.knows(locate)) return "locate " + std::to_string(locate);
  std::uint64_t letters;
  std::memcpy(&letters, symbols[locate].data(), sizeof letters);
  return recovery::symbol_text(letters);
}

template <class Port>
std::vector<PositionRow> position_rows(const oms::Oms<Port>& oms) {
  std::vector<PositionRow> rows;
  std::map<std::uint16_t, Holding> of_symbols;
  const auto add = [&](std::optional<unsigned> venue, std::uint16_t locate, const Holding& holding) {
    const std::uint64_t mark = oms::doubled_mark(oms.market().touch(locate), oms.tape()[locate]);
    rows.push_back({venue, symbol_of(oms.symbols(), locate), holding, mark, oms::profit_of(holding.traded, mark)});
  };
  for (const auto& [key, holding] : holdings_of(oms)) {
    add(key.first, key.second, holding);
    of_symbols[key.second].add(holding);
  }
  for (const auto& [locate, holding] : of_symbols) add(std::nullopt, locate, holding);
  return rows;
}

template <class Port>
Reconciliation reconciled(const oms::Oms<Port>& oms, const std::vector<std::unique_ptr<venue::Venue<Port>>>& venues) {
  Reconciliation outcome;
  const auto had_outage = [&](unsigned index) {
    return std::any_of(venues.begin(), venues.end(),
                       [&](const auto& venue) { return venue->index() == index && venue->totals().lost_in_outage != 0; });
  };
  for (const Difference& difference : reconcile(holdings_of(oms, had_outage), holdings_at(venues, oms.market().max_locate()))) {
    if (++outcome.differences > Reconciliation::kShown) continue;
    outcome.first.push_back({symbol_of(oms.symbols(), difference.locate), difference});
  }
  return outcome;
}

}  // namespace hopscope
