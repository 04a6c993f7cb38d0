// Which venues answer. One that has not answered several orders in a row in time is taken out: it gets no more, but for a small order now
// and then, and is back with the first answer to anything.
//
// Answers and timeouts only count; who is out is judged when an order is routed. So it is a function of what had been heard by then.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/router/allocation.h"

namespace hopscope::router {

class Availability {
 public:
  Availability(const core::RoutingPlan& plan, unsigned venues)
      : out_after_(plan.out_after), probe_every_ns_(plan.probe_every_ns), venues_(venues) {}

  void answered(unsigned venue) { unanswered_[venue] = 0; }
  void timed_out(unsigned venue) { ++unanswered_[venue]; }

  // To be asked once for each order, in front of it. takes: only such an order can probe, one that rests would wait for its fill.
  Probe look(std::uint64_t market_ns, bool takes) {
    Probe probe;
    for (unsigned v = 0; v < venues_; ++v) {
      const bool out = unanswered_[v] >= out_after_;
      if (out && !out_[v]) {
        probe_at_ns_[v] = market_ns + probe_every_ns_;
        ++times_out_;
      }
      out_[v] = out;
      if (!out || !takes || probe.shares != 0 || market_ns < probe_at_ns_[v]) continue;
      probe = {static_cast<std::uint8_t>(v), kProbeShares};
      probe_at_ns_[v] = market_ns + probe_every_ns_;
      ++probes_;
    }
    return probe;
  }
  bool is_out(unsigned venue) const { return out_[venue]; }

  std::uint64_t times_out() const { return times_out_; }
  std::uint64_t probes() const { return probes_; }

 private:
  static constexpr book::Quantity kProbeShares = 100;  // a round lot

  const std::uint32_t out_after_;
  const std::uint64_t probe_every_ns_;
  const unsigned venues_;
  std::array<std::uint32_t, core::kMaxVenues> unanswered_{};  // orders in a row
  std::array<bool, core::kMaxVenues> out_{};
  std::array<std::uint64_t, core::kMaxVenues> probe_at_ns_{};  // of those that are out
  std::uint64_t times_out_ = 0, probes_ = 0;
};

}  // namespace hopscope::router
