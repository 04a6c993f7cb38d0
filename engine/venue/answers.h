// The sending end of an order-entry session: OUCH 5.0 answers in MoldUDP64 packets, as many in one as fit. Nothing is sent again.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/net/port.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::venue {

template <net::Port Port>
class Answers {
 public:
  Answers(Port& port, unsigned venue) : port_(&port), session_(wire::mold_session("HS" + std::to_string(venue))) {}

  // Whether messages of `bytes` in all still fit the packet that is being built.
  bool has_room(std::size_t bytes) const { return open_ && packet_.size_bytes() + bytes <= limit_bytes_; }

  // Starts a packet. The last one must have been committed. False: the port is full.
  bool open() {
    if (port_->tx_reserve().empty()) [[unlikely]]
      flush();
    const std::span<std::byte> room = port_->tx_reserve();
    if (room.empty()) return false;
    packet_ = wire::MoldWriter(room);
    packet_.begin(session_, sent_ + 1);
    limit_bytes_ = room.size();
    open_ = true;
    return true;
  }

  std::span<std::byte> append(std::size_t bytes) { return packet_.reserve(bytes); }

  bool empty() const { return !open_ || packet_.count() == 0; }

  // Messages sent so far, those of the packet being built included.
  std::uint64_t sent() const { return open_ ? sent_ + packet_.count() : sent_; }

  void commit() {
    sent_ += packet_.count();
    port_->tx_commit(packet_.finish());
    open_ = false;
    unflushed_ = true;
  }

  void flush() {
    if (unflushed_) unflushed_ = port_->tx_flush() != 0;
  }

 private:
  Port* port_;
  wire::MoldSession session_;
  wire::MoldWriter packet_{{}};
  std::size_t limit_bytes_ = 0;
  std::uint64_t sent_ = 0;
  bool open_ = false;
  bool unflushed_ = false;
};

}  // namespace hopscope::venue
