// Pacing `lockstep`: the next feed packet leaves when all consequences of the last one have been handled.
//
// Every role counts what it sent and what it has *completely* handled (its own sends included, so it counts a receive only after having
// counted what that receive made it send). The feed waits for equality. Venues get a packet, and have applied it, before the OMS sees it:
// that fixes the one race which would otherwise make fills depend on the build.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace hopscope::core {

inline constexpr unsigned kMaxVenues = 8;

struct alignas(64) LockstepCell {
  std::atomic<std::uint64_t> count{0};
  void set(std::uint64_t value) { count.store(value, std::memory_order_release); }
  void add(std::uint64_t n = 1) { count.store(count.load(std::memory_order_relaxed) + n, std::memory_order_release); }
  std::uint64_t get() const { return count.load(std::memory_order_acquire); }
};

struct Lockstep {
  bool enabled = false;
  unsigned venues = 0;
  LockstepCell oms_feed_sequence;                                // last feed sequence whose decisions have left the OMS
  std::array<LockstepCell, kMaxVenues> venue_feed_sequence;      // last feed sequence applied by each venue
  std::array<LockstepCell, kMaxVenues> oms_sent, venue_handled;  // order-entry messages OMS -> venue
  std::array<LockstepCell, kMaxVenues> venue_sent, oms_handled;  // order-entry messages venue -> OMS

  bool venues_have(std::uint64_t sequence) const {
    for (unsigned v = 0; v < venues; ++v)
      if (venue_feed_sequence[v].get() < sequence) return false;
    return true;
  }

  // What venues have said so far has been heard. Asked behind venues_have(): of a packet's own consequences there, too (fills of what
  // rests, answers whose time has come), so that the OMS knows of them before it sees that packet, in every build.
  bool answers_heard() const {
    for (unsigned v = 0; v < venues; ++v)
      if (venue_sent[v].get() != oms_handled[v].get()) return false;
    return true;
  }

  // Every order-entry message that was sent has been handled. Kept up to date in every pacing: a run ends when it is so.
  bool sessions_at_rest() const {
    for (unsigned v = 0; v < venues; ++v)
      if (oms_sent[v].get() != venue_handled[v].get()) return false;
    return answers_heard();  // last: an answer is counted before its cause
  }

  bool quiescent(std::uint64_t sequence) const { return oms_feed_sequence.get() >= sequence && sessions_at_rest(); }
};

}  // namespace hopscope::core
