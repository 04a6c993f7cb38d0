// Packets of answers that wait for the journal: a ring with room for a fixed number, in the order in which they will leave.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/net/port.h"
#include "engine/venue/answered_orders.h"

namespace hopscope::venue {

class HeldPackets {
 public:
  struct Packet {
    std::uint64_t block = 0;  // of the journal: the last one with records that it answers
    std::size_t length_bytes = 0;
    AnsweredOrders orders;
    std::array<std::byte, net::kMaxPayloadBytes> bytes{};
  };

  // room 0: nothing can be held.
  explicit HeldPackets(std::size_t room) : packets_(room) {}

  bool full() const { return count_ == packets_.size(); }
  bool empty() const { return count_ == 0; }

  // The next one, to be filled; there must be room. It is held once commit() is called.
  Packet& building() { return packets_[(first_ + count_) % packets_.size()]; }
  void commit() { ++count_; }

  // The next to leave; there must be one.
  Packet& front() { return packets_[first_]; }
  void pop() {
    first_ = (first_ + 1) % packets_.size();
    --count_;
  }

 private:
  std::vector<Packet> packets_;
  std::size_t first_ = 0, count_ = 0;
};

}  // namespace hopscope::venue
