// A venue that runs as it does in the engine, one event at a time and without a journal: the plan's simulated market, a random client, the
// matching engine, and the records that it leaves. The same plan makes the same run, as far as it is taken.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/feed/market_source.h"
#include "engine/journal/record.h"
#include "engine/net/port.h"
#include "engine/torture/random_client.h"
#include "engine/venue/matching_engine.h"

namespace hopscope::torture {

inline constexpr unsigned kVenue = 0;

// A simulated market in a few symbols. feed_messages: more than the run will come to; a replay believes no record that speaks of more.
core::Plan plan_of(std::uint64_t seed, std::uint64_t feed_messages);

// Where the journal of its venue stands, if it is a file.
std::string journal_path(const core::Plan& plan);

class VenueRun {
 public:
  explicit VenueRun(const core::Plan& plan);

  // The next feed message, or the next request of the client: the records that it left, with sequence and venue as a journal sets them.
  // Valid until the next call.
  std::span<const journal::Record> step();

  std::uint64_t records() const { return last_record_; }  // so far
  std::uint64_t feed_messages() const { return feed_messages_; }
  const venue::MatchingEngine& engine() const { return engine_; }
  const RandomClient& client() const { return client_; }

 private:
  static constexpr std::uint64_t kQuietMessages = 60;  // the books fill

  feed::MarketSource source_;
  venue::MatchingEngine engine_;
  RandomClient client_;
  std::array<std::byte, net::kMaxPayloadBytes> message_{};
  std::uint64_t feed_messages_ = 0;
  unsigned requests_due_ = 0;
  std::uint64_t last_record_ = 0;
  std::vector<journal::Record> records_;
};

}  // namespace hopscope::torture
