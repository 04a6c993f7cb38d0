// The last packets that an end of a MoldUDP64 session has sent, as they were, for a receiver that lost them. Heartbeats are not among them.
//
// All memory is there from the start: 1,416 bytes a packet. One thread.
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/book/prefaulted_array.h"
#include "engine/net/port.h"
#include "engine/wire/mold_request.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::net {

class SentPackets {
 public:
  // Throws std::bad_alloc when the machine has not got the memory.
  explicit SentPackets(std::uint32_t capacity) : packets_(capacity), capacity_(capacity) {}

  // A whole packet with the next messages of the session, at most kMaxPayloadBytes long.
  void keep(Payload payload) {
    const auto& header = *reinterpret_cast<const wire::MoldHeader*>(payload.data());
    Packet& packet = packets_[sent_++ % capacity_];
    packet.messages = {header.sequence, header.count};
    packet.bytes = static_cast<std::uint32_t>(payload.size());
    std::memcpy(packet.payload, payload.data(), payload.size());
    next_ = packet.messages.end();
  }

  bool empty() const { return sent_ == 0; }
  // Sequence number of the session's next message.
  std::uint64_t next() const { return next_; }
  // Of the last packet: its session's name stands in it. Needs !empty().
  const wire::MoldHeader& last_header() const {
    return *reinterpret_cast<const wire::MoldHeader*>(packets_[(sent_ - 1) % capacity_].payload);
  }

  // visit(payload) for each kept packet that holds any of `wanted`, oldest first, until it returns false.
  template <class Visit>
  void each(const wire::MoldRange& wanted, Visit&& visit) const {
    std::uint64_t low = sent_ > capacity_ ? sent_ - capacity_ : 0;
    for (std::uint64_t high = sent_; low < high;) {  // the first that does not end in front of it
      const std::uint64_t middle = low + (high - low) / 2;
      if (packets_[middle % capacity_].messages.end() <= wanted.from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (; low < sent_; ++low) {
      const Packet& packet = packets_[low % capacity_];
      if (packet.messages.from >= wanted.end() || !visit(Payload(packet.payload, packet.bytes))) return;
    }
  }

 private:
  struct Packet {
    wire::MoldRange messages;
    std::uint32_t bytes;
    std::byte payload[kMaxPayloadBytes];
  };

  book::PrefaultedArray<Packet> packets_;
  std::uint32_t capacity_;
  std::uint64_t sent_ = 0;
  std::uint64_t next_ = 1;
};

}  // namespace hopscope::net
