// One order-entry session with one venue: OUCH 5.0 in MoldUDP64 packets, a sequence of its own in each direction.
//
// Loss shows as a gap at the receiver and is counted; nothing is sent again and nothing waits. UserRefNums rise by one from 1; one is
// also used up by an order that the risk gate stops, so that its capsule has an id of its own.
#pragma once

#include <cstdint>
#include <string>

#include "engine/net/port.h"
#include "engine/oms/child_orders.h"
#include "engine/wire/moldudp64.h"
#include "engine/wire/ouch_encode.h"

namespace hopscope::oms {

template <net::Port Port>
class OrderSession {
 public:
  // slots: child orders it can keep track of at once.
  OrderSession(Port& port, std::uint8_t venue, std::uint32_t slots)
      : port_(&port), venue_(venue), name_(wire::mold_session("HS" + std::to_string(venue))), orders_(slots) {}

  std::uint8_t venue() const { return venue_; }
  ChildOrders& orders() { return orders_; }
  const ChildOrders& orders() const { return orders_; }
  wire::SequenceTracker& inbound() { return inbound_; }
  Port& port() { return *port_; }

  // Room for one packet. False: the port is full, try again later.
  bool ready() {
    if (!port_->tx_reserve().empty()) [[likely]]
      return true;
    port_->tx_flush();
    return !port_->tx_reserve().empty();
  }

  std::uint32_t take_user_ref() { return next_user_ref_++; }

  // These put a message into the packet that commit() hands to the port. At least ready() must have been true.
  void enter(const wire::ouch::Order& order) { wire::ouch::encode_enter(append(sizeof(wire::ouch::EnterOrder)), order); }
  void replace(std::uint32_t original_user_ref, const wire::ouch::Order& order) {
    wire::ouch::encode_replace(append(sizeof(wire::ouch::ReplaceOrder)), original_user_ref, order);
  }
  void cancel(std::uint32_t user_ref) { wire::ouch::encode_cancel(append(sizeof(wire::ouch::CancelOrder)), user_ref, 0); }

  // Every order of the session.
  void mass_cancel(std::uint32_t user_ref) { wire::ouch::encode_mass_cancel(append(sizeof(wire::ouch::MassCancel)), user_ref); }

  // In place of commit(): nothing of the packet leaves.
  void abandon() { packet_ = wire::MoldWriter({}); }

  void commit() {
    sent_ += packet_.count();
    port_->tx_commit(packet_.finish());
    packet_ = wire::MoldWriter({});
    unflushed_ = true;
  }

  // Messages sent so far, the packet being built included.
  std::uint64_t sent() const { return sent_ + packet_.count(); }

  void flush() {
    if (unflushed_) unflushed_ = port_->tx_flush() != 0;
  }

  bool flushed() const { return !unflushed_; }

 private:
  std::span<std::byte> append(std::size_t bytes) {
    if (packet_.size_bytes() == 0) {
      packet_ = wire::MoldWriter(port_->tx_reserve());
      packet_.begin(name_, sent_ + 1);
    }
    return packet_.reserve(bytes);
  }

  Port* port_;
  std::uint8_t venue_;
  bool unflushed_ = false;
  std::uint32_t next_user_ref_ = 1;
  wire::MoldSession name_;
  wire::MoldWriter packet_{{}};
  std::uint64_t sent_ = 0;
  wire::SequenceTracker inbound_;
  ChildOrders orders_;
};

}  // namespace hopscope::oms
