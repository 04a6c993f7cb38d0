// The order sessions of a run: one with each venue, in the order of their indices.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/lockstep.h"
#include "engine/net/port.h"
#include "engine/oms/order_session.h"

namespace hopscope::oms {

template <net::Port Port>
class OrderSessions {
 public:
  // slots: child orders that each can keep track of at once.
  OrderSessions(std::span<Port* const> venues, std::uint32_t slots, core::Lockstep& lockstep) : lockstep_(lockstep) {
    for (std::size_t v = 0; v < venues.size(); ++v) sessions_.emplace_back(*venues[v], static_cast<std::uint8_t>(v), slots);
  }

  OrderSession<Port>& operator[](std::size_t venue) { return sessions_[venue]; }
  auto begin() { return sessions_.begin(); }
  auto end() { return sessions_.end(); }

  // Whether each has room for one packet. emptied: and holds nothing back for a later burst.
  bool ready(bool emptied) {
    bool all = true;
    for (OrderSession<Port>& session : sessions_) {
      if (emptied) session.flush();
      all &= session.ready() && (!emptied || session.flushed());
    }
    return all;
  }

  void flush() {
    for (OrderSession<Port>& session : sessions_) session.flush();
  }

  // In lockstep a message is announced before it can be handled, so that the feed never sees both sides equal too early.
  void commit(OrderSession<Port>& session) {
    lockstep_.oms_sent[session.venue()].set(session.sent());
    session.commit();
  }

  // The child order, while its slot is its own.
  ChildOrder* find(std::uint8_t venue, std::uint32_t user_ref) { return sessions_[venue].orders().find(user_ref); }

  // visit(order) for each child order that was sent and is not over, venue by venue.
  template <class Visit>
  void each_open(Visit&& visit) const {
    for (const OrderSession<Port>& session : sessions_) session.orders().each_open(visit);
  }

 private:
  core::Lockstep& lockstep_;
  std::vector<OrderSession<Port>> sessions_;
};

}  // namespace hopscope::oms
