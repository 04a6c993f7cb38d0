// A client who sends a venue OUCH requests of every kind at random: sound ones, and ones that it must refuse.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/core/random.h"
#include "engine/venue/matching_engine.h"
#include "engine/wire/ouch.h"
#include "engine/wire/ouch_encode_inbound.h"

namespace hopscope::torture {

class RandomClient {
 public:
  // symbols: locates 1 to this are traded. session: of the order ids.
  RandomClient(std::uint64_t seed, std::uint16_t symbols, std::uint32_t session);

  // Requests to follow the feed message that has been applied.
  unsigned draw_requests() { return random_.below(3); }

  // Makes one request of the engine, as the venue would (venue/venue.h, handle()). What it asks depends on the seed, and on what the same
  // engine answered to the requests before it.
  void request(venue::MatchingEngine& engine);

  // All UserRefNums up to this one have been used.
  std::uint32_t last_user_ref() const { return user_ref_; }

 private:
  bool one_in(std::uint32_t n) { return random_.below(n) == 0; }
  std::uint32_t recent();
  std::uint16_t draw_locate() { return static_cast<std::uint16_t>(1 + random_.below(symbols_)); }
  std::uint32_t draw_shares() { return one_in(40) ? 0 : 1 + random_.below(400); }
  std::uint64_t draw_price(const venue::MatchingEngine& engine, std::uint16_t locate);

  void enter(venue::MatchingEngine& engine);
  void replace(venue::MatchingEngine& engine);
  void mass_cancel(venue::MatchingEngine& engine);
  book::OrderId id_of(std::uint32_t user_ref) const { return venue::client_id(session_, user_ref); }

  core::Random random_;
  const std::uint16_t symbols_;
  const std::uint32_t session_;
  std::uint32_t user_ref_ = 0;
};

}  // namespace hopscope::torture
