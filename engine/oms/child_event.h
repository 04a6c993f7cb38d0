// What has happened to a child order. The lifecycle tells the OMS of each change once; the OMS hands it on to whoever keeps count:
// positions, the risk gate, the router, the parent orders. None of them sends anything because of it: what follows is decided at the next
// feed message.
#pragma once

#include <cstdint>

#include "engine/book/order.h"
#include "engine/oms/child_orders.h"
#include "engine/wire/ouch_codes.h"

namespace hopscope::oms {

enum class ChildEventKind : std::uint8_t {
  Sent,           // handed to the port
  Blocked,        // stopped by the risk gate; reason: risk::Reason
  Accepted,       // the venue has it; also told by its first fill or cancel, should the acceptance be lost
  Rejected,       // by the venue; reason: wire::ouch's
  Filled,         // shares at price
  Cancelled,      // shares that were taken out; reason: the letter of the message
  CancelRefused,  // the venue knows nothing to cancel
  GivenUp,        // no answer in time, or the run has ended
  Revived,        // an answer came after all
  Replaced        // goes on under another UserRefNum; shares: what was open under this one. The other one's Accepted follows
};

struct ChildEvent {
  ChildEventKind kind;
  const ChildOrder& order;  // as it is after the change
  book::Quantity shares = 0;
  book::Price price = 0;         // of a fill, 4 decimals
  bool added_liquidity = false;  // of a fill: it had rested
  std::uint16_t reason = 0;
};

// With it the venue has nothing of the order any more, or never had; of one that was given up nobody knows.
inline bool is_last(const ChildEvent& event) {
  switch (event.kind) {
    case ChildEventKind::Blocked:
    case ChildEventKind::Rejected:
    case ChildEventKind::Cancelled:
    case ChildEventKind::GivenUp:
    case ChildEventKind::Replaced:
      return true;
    case ChildEventKind::Filled:
      return event.order.filled >= event.order.quantity;
    case ChildEventKind::Sent:
    case ChildEventKind::Accepted:
    case ChildEventKind::CancelRefused:
    case ChildEventKind::Revived:
      break;
  }
  return false;
}

// A replacement that found its order over, filled or cancelled while it was on its way: the venue has done nothing wrong.
inline bool came_too_late(const ChildEvent& event) {
  return event.kind == ChildEventKind::Rejected && event.order.replaces != 0 &&
         event.reason == static_cast<std::uint16_t>(wire::ouch::RejectReason::ReplaceNotAllowed);
}

}  // namespace hopscope::oms
