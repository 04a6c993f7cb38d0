// The sending end of an order-entry session: OUCH 5.0 answers in MoldUDP64 packets, as many in one as fit. Nothing is sent again.
//
// Where answers wait for the journal (the plan's `ack_after: write` or `durable`), packets are built in memory of our own, held until
// their block has come so far, and copied to the port then. At most kHeldPackets are: with no room left open() fails as it does where the
// port is full.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "engine/net/port.h"
#include "engine/venue/answered_orders.h"
#include "engine/venue/held_packets.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::venue {

template <net::Port Port>
class Answers {
 public:
  // At 250,000 orders a second, what comes within 2 ms, forty times a write's length here. 1.7 MB a venue.
  static constexpr std::size_t kHeldPackets = 512;

  Answers(Port& port, unsigned venue, bool holds)
      : port_(&port), session_(wire::mold_session("HS" + std::to_string(venue))), holds_(holds), held_(holds ? kHeldPackets : 0) {}

  // Whether messages of `bytes` in all still fit the packet that is being built.
  bool has_room(std::size_t bytes) const { return open_ && packet_.size_bytes() + bytes <= limit_bytes_; }

  // Starts a packet. The last one must have been committed. False: no room, in the port or for one more to hold.
  bool open() {
    const std::span<std::byte> room = holds_ ? held_room() : port_room();
    if (room.empty()) return false;
    packet_ = wire::MoldWriter(room);
    packet_.begin(session_, sent_ + 1);
    limit_bytes_ = room.size();
    orders().clear();
    open_ = true;
    return true;
  }

  std::span<std::byte> append(std::size_t bytes) { return packet_.reserve(bytes); }

  bool empty() const { return !open_ || packet_.count() == 0; }
  // Those in the packet being built.
  AnsweredOrders& orders() { return holds_ ? held_.building().orders : orders_; }

  // Messages sent or held so far, those of the packet being built included.
  std::uint64_t sent() const { return open_ ? sent_ + packet_.count() : sent_; }

  bool holds() const { return holds_; }
  // No room to hold one packet more.
  bool full() const { return holds_ && held_.full(); }

  // Without holds(): hands the packet to the port.
  void commit() {
    port_->tx_commit(close());
    unflushed_ = true;
  }

  // With holds(): the packet's answers tell of records up to this block.
  void hold(std::uint64_t block) {
    HeldPackets::Packet& packet = held_.building();
    packet.block = block;
    packet.length_bytes = close();
    held_.commit();
  }

  // The next packet that may leave, now that the blocks up to `reached` have come far enough, if the port has room for it; else null.
  HeldPackets::Packet* releasable(std::uint64_t reached) {
    if (held_.empty() || held_.front().block > reached) return nullptr;
    return port_room().empty() ? nullptr : &held_.front();
  }
  // Hands it to the port.
  void release() {
    const HeldPackets::Packet& packet = held_.front();
    std::memcpy(port_->tx_reserve().data(), packet.bytes.data(), packet.length_bytes);
    port_->tx_commit(packet.length_bytes);
    held_.pop();
    unflushed_ = true;
  }

  void flush() {
    if (unflushed_) unflushed_ = port_->tx_flush() != 0;
  }

 private:
  std::span<std::byte> held_room() { return held_.full() ? std::span<std::byte>() : std::span<std::byte>(held_.building().bytes); }
  std::span<std::byte> port_room() {
    if (port_->tx_reserve().empty()) [[unlikely]]
      flush();
    return port_->tx_reserve();
  }

  // Returns the packet's length in bytes.
  std::size_t close() {
    sent_ += packet_.count();
    open_ = false;
    return packet_.finish();
  }

  Port* port_;
  wire::MoldSession session_;
  wire::MoldWriter packet_{{}};
  std::size_t limit_bytes_ = 0;
  std::uint64_t sent_ = 0;
  bool open_ = false;
  bool unflushed_ = false;
  const bool holds_;
  HeldPackets held_;
  AnsweredOrders orders_;  // without holds()
};

}  // namespace hopscope::venue
