// Packets that came too early, until what is missing in front of them has come: copied into memory that was there from the start.
//
// A packet lies at the place that its first sequence number names, modulo the capacity: so the buffer reaches `capacity` messages beyond
// the next one to be delivered, whatever is in it, and the next packet is found with one look. What lies further ahead has no room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/book/prefaulted_array.h"
#include "engine/core/clock.h"
#include "engine/net/port.h"
#include "engine/wire/mold_request.h"

namespace hopscope::net {

struct HeldPacket {
  std::uint64_t first;     // sequence number
  std::uint64_t messages;  // 0: the place is free
  core::Ticks arrived;
  std::uint32_t bytes;
  bool late;  // it filled a gap when it came
  wire::MoldRange range() const { return {first, messages}; }
};

class HoldBuffer {
 public:
  // Throws std::bad_alloc when the machine has not got the memory: 1,432 bytes a packet.
  explicit HoldBuffer(std::uint32_t capacity) : packets_(capacity), payloads_(capacity), capacity_(capacity) {}

  bool empty() const { return held_ == 0; }
  std::size_t size() const { return held_; }

  // Whether a packet of these messages could be put while `next` is the next to be delivered.
  bool has_room(const wire::MoldRange& range, std::uint64_t next) const {
    if (range.from - next >= capacity_) return false;
    const HeldPacket& there = packets_[range.from % capacity_];
    return there.messages == 0 || there.first == range.from || there.range().end() <= next;
  }

  // has_room() must have said so; payloads are at most kMaxPayloadBytes long. Of two packets that begin with the same message the one with
  // more stays.
  void put(const wire::MoldRange& range, Payload payload, core::Ticks arrived, bool late) {
    HeldPacket& there = packets_[range.from % capacity_];
    if (there.messages != 0 && there.first == range.from && there.messages >= range.count) return;
    held_ += there.messages == 0;
    there = {range.from, range.count, arrived, static_cast<std::uint32_t>(payload.size()), late};
    std::memcpy(payloads_[range.from % capacity_].bytes, payload.data(), payload.size());
  }

  // The packet that holds message `next`, if it begins with it. Null: none does.
  const HeldPacket* starting_at(std::uint64_t next) const {
    const HeldPacket& there = packets_[next % capacity_];
    return there.messages != 0 && there.first == next ? &there : nullptr;
  }

  // As starting_at(), for packets that begin earlier too: looks at every place.
  const HeldPacket* covering(std::uint64_t next) const {
    for (std::uint32_t i = 0; i < capacity_; ++i)
      if (packets_[i].messages != 0 && packets_[i].first <= next && packets_[i].range().end() > next) return &packets_[i];
    return nullptr;
  }

  // Frees the place. The payload stays readable until the next put().
  Payload take(const HeldPacket& packet) {
    const std::size_t place = packet.first % capacity_;
    packets_[place].messages = 0;
    --held_;
    return {payloads_[place].bytes, packet.bytes};
  }

  // Frees the places of packets whose last message lies below `next`: looks at every place.
  void drop_below(std::uint64_t next) {
    for (std::uint32_t i = 0; i < capacity_; ++i) {
      if (packets_[i].messages == 0 || packets_[i].range().end() > next) continue;
      packets_[i].messages = 0;
      --held_;
    }
  }

 private:
  struct Bytes {
    std::byte bytes[kMaxPayloadBytes];
  };
  book::PrefaultedArray<HeldPacket> packets_;
  book::PrefaultedArray<Bytes> payloads_;
  std::uint32_t capacity_;
  std::size_t held_ = 0;
};

}  // namespace hopscope::net
