// A matching engine's state as bytes, and back: everything that its later records depend on. One chunk for the venue, one for each symbol
// that anything is known of. Equal states are equal bytes. docs/journal.md has the chunks byte by byte.
//
// Not part of it: the letters that the answer to a replacement echoes, which no journal has either; where things lie in memory.
// Between two messages only, records() taken away; for the rooms it needs, an engine of the same plan. Nothing here is for a hot path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/venue/matching_engine.h"

namespace hopscope::venue {

class EngineState {
 public:
  // Appends the chunk to `to`. A symbol of which nothing is known appends nothing.
  static void save_venue(const MatchingEngine& engine, std::vector<std::byte>& to);
  static void save_symbol(const MatchingEngine& engine, std::uint16_t locate, std::vector<std::byte>& to);

  // Into a new engine: the venue's chunk first, then the symbols'. False: it is no such chunk, or this engine has no room for it; the
  // engine is of no use any more.
  static bool restore_venue(std::span<const std::byte> chunk, MatchingEngine& engine);
  static bool restore_symbol(std::span<const std::byte> chunk, std::uint16_t locate, MatchingEngine& engine);

  static std::uint64_t feed_sequence(const MatchingEngine& engine) { return engine.feed_sequence_; }
  static std::uint16_t max_locate(const MatchingEngine& engine) { return engine.books_.max_locate(); }
};

}  // namespace hopscope::venue
