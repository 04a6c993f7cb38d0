// What a snapshot is taken of: a state as one chunk for the whole and one for each symbol that anything is known of. Equal states are equal
// bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/venue/engine_state.h"
#include "engine/venue/matching_engine.h"

namespace hopscope::recovery {

class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  virtual std::uint64_t feed_sequence() const = 0;  // of the last feed message in it
  virtual std::uint16_t max_locate() const = 0;
  // Append the chunk; nothing where there is nothing to tell.
  virtual void save_whole(std::vector<std::byte>& to) const = 0;
  virtual void save_symbol(std::uint16_t locate, std::vector<std::byte>& to) const = 0;
};

// What a snapshot is restored into: the whole's chunk first, then the symbols', lowest locate first. False: it is no such chunk, or there
// is no room for it; what has been restored by then is of no use.
class SnapshotTarget {
 public:
  virtual ~SnapshotTarget() = default;
  virtual std::uint64_t feed_sequence() const = 0;
  virtual bool restore_whole(std::span<const std::byte> chunk) = 0;
  virtual bool restore_symbol(std::span<const std::byte> chunk, std::uint16_t locate) = 0;
};

// A venue's: between two messages, its records taken away.
class VenueState final : public SnapshotSource {
 public:
  explicit VenueState(const venue::MatchingEngine& engine) : engine_(engine) {}
  std::uint64_t feed_sequence() const override { return venue::EngineState::feed_sequence(engine_); }
  std::uint16_t max_locate() const override { return venue::EngineState::max_locate(engine_); }
  void save_whole(std::vector<std::byte>& to) const override { venue::EngineState::save_venue(engine_, to); }
  void save_symbol(std::uint16_t locate, std::vector<std::byte>& to) const override {
    venue::EngineState::save_symbol(engine_, locate, to);
  }

 private:
  const venue::MatchingEngine& engine_;
};

// Into a new engine of the run's plan.
class RestoredVenue final : public SnapshotTarget {
 public:
  explicit RestoredVenue(venue::MatchingEngine& engine) : engine_(engine) {}
  std::uint64_t feed_sequence() const override { return venue::EngineState::feed_sequence(engine_); }
  bool restore_whole(std::span<const std::byte> chunk) override { return venue::EngineState::restore_venue(chunk, engine_); }
  bool restore_symbol(std::span<const std::byte> chunk, std::uint16_t locate) override {
    return venue::EngineState::restore_symbol(chunk, locate, engine_);
  }

 private:
  venue::MatchingEngine& engine_;
};

}  // namespace hopscope::recovery
