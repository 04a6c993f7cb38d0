// The feed's re-request server: answers what its receivers ask for again, each on the link that the request came by.
//
// An answer is an ordinary packet with as many of the messages as fit; the receiver asks for the rest. A request whose first message is not
// kept any more is answered with those that are, or not at all. Where the port has no room for the answer the request is dropped: the
// receiver asks again.
//
// Looking for requests costs a poll of every port, a system call each in some builds. So that is done seldom while nothing is lost, and
// often for a while after a request. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/feed/history.h"
#include "engine/feed/session.h"
#include "engine/net/port.h"
#include "engine/wire/mold_request.h"

namespace hopscope::feed {

template <net::Port Port>
class RequestServer {
 public:
  RequestServer(std::uint32_t messages, const core::Calibration& calibration, core::Counters& counters)
      : history_(messages),
        counters_(counters),
        seldom_ticks_(calibration.ticks(kSeldomNs)),
        often_ticks_(calibration.ticks(kOftenNs)),
        alert_ticks_(calibration.ticks(kAlertNs)) {}

  // As History::add().
  void keep(wire::Bytes message) { history_.add(message); }

  bool due(core::Ticks now) const { return now >= next_look_; }

  // next: the sequence number that this receiver has not been sent yet. Answers leave with the port's
  // next tx_flush. Returns whether there was a request.
  bool serve(Port& port, std::uint64_t next, core::Ticks now) {
    const std::span<const net::Payload> burst = port.rx_burst();
    for (const net::Payload payload : burst) answer(port, payload, next);
    const bool asked = !burst.empty();
    port.rx_release();
    if (asked) alert_until_ = now + alert_ticks_;
    return asked;
  }

  // All ports have been looked at.
  void looked(core::Ticks now) { next_look_ = now + (now < alert_until_ ? often_ticks_ : seldom_ticks_); }

 private:
  static constexpr double kSeldomNs = 1e5;
  static constexpr double kOftenNs = 5e3;
  static constexpr double kAlertNs = 2e6;

  void answer(Port& port, net::Payload payload, std::uint64_t next) {
    const auto request = wire::parse_mold_request(payload);
    if (!request || request->session != kFeedSession) return counters_.add(HS_COUNTER_PORT_MALFORMED);
    const std::uint64_t end = std::min(request->range.end(), next);
    std::uint64_t at = request->range.from;
    while (at < end && history_.find(at).empty()) ++at;
    if (at >= end) return counters_.add(HS_COUNTER_FEED_UNSERVED);
    const std::span<std::byte> room = port.tx_reserve();
    if (room.empty()) return;
    wire::MoldWriter packet(room);
    packet.begin(kFeedSession, at);
    while (at < end && packet.append(history_.find(at))) ++at;
    counters_.add(HS_COUNTER_FEED_RESENT, packet.count());
    port.tx_commit(packet.finish());
  }

  History history_;
  core::Counters& counters_;
  const core::Ticks seldom_ticks_, often_ticks_, alert_ticks_;
  core::Ticks next_look_ = 0, alert_until_ = 0;
};

}  // namespace hopscope::feed
