// The fields of a record of the OMS's journal that are more than a number each.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "engine/journal/record.h"
#include "engine/router/allocation.h"
#include "engine/router/router.h"

namespace hopscope::recovery {

// Of a Routed: what the router had of each venue from number `reason` on. Only the far side of each touch is known.
inline std::vector<router::VenueView> routed_views(const journal::Record& record) {
  constexpr std::size_t kScores = 6;
  std::array<std::uint32_t, kScores> scores{};
  std::memcpy(&scores[0], &record.maker, sizeof record.maker);
  std::memcpy(&scores[2], &record.match, sizeof record.match);
  scores[4] = record.price;
  scores[5] = record.quantity;
  std::vector<router::VenueView> views(std::min<std::size_t>(record.order_type, kScores));
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (record.side == 'B')
      views[i].touch.ask = scores[i] == ~0u ? 0 : scores[i];
    else
      views[i].touch.bid = ~scores[i];
  }
  return views;
}

// Of a Routed: one of the orders of a smart decision, which its Scored records stand in front of.
inline bool is_leg(const journal::Record& routed) {
  return routed.order_type == 'T' || routed.order_type == 'A' || routed.order_type == 'N';
}

// Of such a Routed: what was to be shared out, and the order to a venue that had been taken out.
inline router::Wanted wanted_of(const journal::Record& leg) {
  return {static_cast<book::Side>(leg.side), leg.order_type != 'N', static_cast<book::Price>(leg.maker >> 32),
          static_cast<book::Quantity>(leg.maker), leg.order_type == 'A'};
}
inline router::Probe probe_of(const journal::Record& leg) {
  return {static_cast<std::uint8_t>(leg.match >> 32), static_cast<book::Quantity>(leg.match)};
}

// Of a Scored.
inline router::Quote quote_of(const journal::Record& record) {
  router::Quote quote;
  quote.venue = static_cast<std::uint8_t>(record.reason);
  quote.level = static_cast<std::uint8_t>(record.reason >> 8);
  quote.price = record.price;
  quote.shares = record.quantity;
  std::memcpy(&quote.terms.fee, &record.maker, sizeof record.maker);
  std::memcpy(&quote.terms.latency, &record.match, sizeof record.match);
  return quote;
}

// Of a SymbolListed: eight characters, padded with blanks. What is no printable character of a symbol becomes '?'.
inline std::string symbol_text(std::uint64_t bytes) {
  std::string text(sizeof bytes, ' ');
  std::memcpy(text.data(), &bytes, sizeof bytes);
  for (char& letter : text)
    if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') letter = '?';
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace hopscope::recovery
