// Books, open client orders and positions of a venue as one digest: equal states, equal digests.
#pragma once

#include <cstdint>

#include "engine/core/digest.h"
#include "engine/torture/positions.h"
#include "engine/venue/matching_engine.h"

namespace hopscope::torture {

// symbols: highest locate. last_user_ref: of the client whose session it is. Walks everything: for when a run is over.
inline core::Digest venue_state(const venue::MatchingEngine& engine, const Positions& positions, std::uint16_t symbols,
                                std::uint32_t session, std::uint32_t last_user_ref) {
  core::Digest digest;
  for (std::uint32_t locate = 1; locate <= symbols; ++locate) {
    for (const book::Side side : {book::Side::Buy, book::Side::Sell}) {
      digest.add(std::uint64_t{locate} << 8 | static_cast<std::uint64_t>(side));
      engine.each_order(static_cast<std::uint16_t>(locate), side, [&](book::OrderId id, book::Price price, book::Quantity shown) {
        digest.add(id);
        digest.add(std::uint64_t{price} << 32 | shown);
        return true;
      });
    }
  }
  digest.add(engine.orders());
  // Stops and what an iceberg hides are not among the orders above; these are all that clients have open.
  for (std::uint32_t user_ref = 1; user_ref <= last_user_ref; ++user_ref) {
    const venue::OpenOrder* open = engine.open_order(venue::client_id(session, user_ref));
    if (open == nullptr) continue;
    digest.add(open->id);
    digest.add(std::uint64_t{open->executed} << 32 | open->open);
    digest.add(std::uint64_t{open->price} << 32 | std::uint64_t{open->locate} << 16 | static_cast<std::uint64_t>(open->side) << 8 |
               static_cast<std::uint64_t>(open->type));
  }
  positions.add_to(digest);
  return digest;
}

}  // namespace hopscope::torture
