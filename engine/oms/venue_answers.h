// The answers of venues: from a session's port to the child orders they are about.
//
// An answer sends nothing. One that is lost shows as a gap in its session and is counted; its order times out, unless the link recovers the
// packet (net/recovered.h).
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/net/port.h"
#include "engine/oms/audit_trail.h"
#include "engine/oms/kill_guard.h"
#include "engine/oms/order_session.h"
#include "engine/oms/order_trace.h"
#include "engine/wire/moldudp64.h"
#include "engine/wire/ouch.h"

namespace hopscope::oms {

// Lifecycle: OrderLifecycle.
template <net::Port Port, class Lifecycle>
class VenueAnswers {
 public:
  VenueAnswers(Lifecycle& lifecycle, KillGuard& kill_guard, OrderTrace& trace, AuditTrail& audit, core::Counters& counters,
               core::Lockstep& lockstep)
      : lifecycle_(lifecycle), kill_guard_(kill_guard), trace_(trace), audit_(audit), counters_(counters), lockstep_(lockstep) {}

  // Takes what has come; returns whether there was anything.
  bool poll(OrderSession<Port>& session) {
    const std::span<const net::Payload> burst = session.port().rx_burst();
    const bool worked = !burst.empty();
    for (const net::Payload payload : burst) take(session, payload);
    session.port().rx_release();  // also of an empty burst: frames that were not ours may lie behind it
    if (worked) lockstep_.oms_handled[session.venue()].set(session.inbound().expected() - 1);
    return worked;
  }

 private:
  void take(OrderSession<Port>& session, net::Payload payload) {
    wire::MoldReader reader(payload);
    if (reader.malformed()) [[unlikely]]
      return counters_.add(HS_COUNTER_PORT_MALFORMED);
    const wire::MoldArrival arrival = session.inbound().on_packet(reader.sequence(), reader.messages());
    if (arrival.gap != 0) [[unlikely]]
      lose(session, reader.sequence() - arrival.gap, arrival.gap);
    std::uint64_t index = 0;
    for (wire::Bytes bytes; reader.next(bytes); ++index) {
      if (index < arrival.duplicate) continue;
      const wire::ouch::Message message(bytes);
      const bool of_mass_cancel = kill_guard_.pulled() && kill_guard_.take(session.venue(), message);
      const bool news = of_mass_cancel || lifecycle_.take(session.orders(), message);
      if (news && audit_.on()) audit_.answer(session.venue(), session.orders(), message);
    }
    trace_.settle();
    if (reader.malformed()) [[unlikely]] {
      counters_.add(HS_COUNTER_PORT_MALFORMED);
      lose(session, reader.sequence() + index, reader.messages() - index);
    }
  }

  void lose(const OrderSession<Port>& session, std::uint64_t first, std::uint64_t messages) {
    counters_.add(HS_COUNTER_SESSION_GAPS, messages);
    if (audit_.on()) audit_.answers_lost(session.venue(), first, messages);
  }

  Lifecycle& lifecycle_;
  KillGuard& kill_guard_;
  OrderTrace& trace_;
  AuditTrail& audit_;
  core::Counters& counters_;
  core::Lockstep& lockstep_;
};

}  // namespace hopscope::oms
