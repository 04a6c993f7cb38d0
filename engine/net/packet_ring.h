// Ring of packets from one port's thread to the capture's: single producer, single consumer, records of any length one behind the other.
//
// A record is a header and the payload, rounded up to 16 bytes and never split: what does not fit before the end of the memory leaves a
// skip there and stands at the start. Head and tail count bytes since the beginning; each side keeps a copy of the other's
// (core::SpscRing).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/book/prefaulted_array.h"
#include "engine/core/clock.h"
#include "engine/core/spsc_ring.h"
#include "engine/net/port.h"

namespace hopscope::net {

class PacketRing {
 public:
  struct Packet {
    core::Ticks tsc = 0;
    Payload payload;
  };

  // bytes: a power of two, at least a page. Throws std::bad_alloc when the machine has not got that much memory.
  explicit PacketRing(std::size_t bytes) : memory_(bytes), mask_(bytes - 1) {}

  // Producer only. False: no room, the packet is left out.
  bool push(core::Ticks tsc, Payload payload) {
    ++offered_;
    const std::size_t need = record_bytes(payload.size());
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t to_end = memory_.size() - (tail & mask_);
    const std::size_t skip = need > to_end ? to_end : 0;
    const std::size_t next = tail + skip + need;
    if (next - head_cache_ > memory_.size()) {
      head_cache_ = head_.load(std::memory_order_acquire);
      if (next - head_cache_ > memory_.size()) return false;
    }
    if (skip != 0) put(tail, {0, kSkip, 0});
    put(tail + skip, {tsc, static_cast<std::uint32_t>(payload.size()), 0});
    if (!payload.empty()) std::memcpy(memory_.data() + ((tail + skip) & mask_) + sizeof(Header), payload.data(), payload.size());
    tail_.store(next, std::memory_order_release);
    return true;
  }

  // Consumer only. The oldest packet; its payload stays until pop(). False: empty.
  bool front(Packet& packet) {
    for (;;) {
      const std::size_t head = head_.load(std::memory_order_relaxed);
      if (head == tail_cache_) {
        tail_cache_ = tail_.load(std::memory_order_acquire);
        if (head == tail_cache_) return false;
      }
      const std::size_t at = head & mask_;
      Header header;
      std::memcpy(&header, memory_.data() + at, sizeof header);
      if (header.bytes == kSkip) {
        head_.store(head + memory_.size() - at, std::memory_order_release);
        continue;
      }
      packet = {header.tsc, {memory_.data() + at + sizeof header, header.bytes}};
      return true;
    }
  }

  // Consumer only, after front() has given `packet`.
  void pop(const Packet& packet) {
    head_.store(head_.load(std::memory_order_relaxed) + record_bytes(packet.payload.size()), std::memory_order_release);
  }

  // Pushed, with room or without. For the producer, and for everybody once it has ended.
  std::uint64_t offered() const { return offered_; }

 private:
  struct Header {
    core::Ticks tsc;
    std::uint32_t bytes;
    std::uint32_t unused;
  };
  static_assert(sizeof(Header) == 16);
  static constexpr std::uint32_t kSkip = ~0u;

  static constexpr std::size_t record_bytes(std::size_t payload_bytes) { return (sizeof(Header) + payload_bytes + 15) & ~std::size_t{15}; }
  void put(std::size_t at, const Header& header) { std::memcpy(memory_.data() + (at & mask_), &header, sizeof header); }

  book::PrefaultedArray<std::byte> memory_;
  std::size_t mask_;
  alignas(core::kCacheLineBytes) std::atomic<std::size_t> head_{0};
  std::size_t tail_cache_ = 0;
  alignas(core::kCacheLineBytes) std::atomic<std::size_t> tail_{0};
  std::size_t head_cache_ = 0;
  std::uint64_t offered_ = 0;
};

}  // namespace hopscope::net
