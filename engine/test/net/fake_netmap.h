// A fake of the netmap module: two joined ports whose rings live in this process, with the module's contract on head, cur, tail and syncs.
//
// It checks what the module relies on: head and cur stay between what it gave and what it took back, nothing outside [head, tail) is
// touched, and no buffer is lost or used twice. It knows pipes (slots change places) and switches (frames are copied).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/net/netmap_abi.h"

namespace hopscope::net {

enum class FakeLinkKind { Pipe, Switch };

class FakeNetmapLink {
 public:
  struct Syncs {
    unsigned tx = 0, rx = 0;
  };

  FakeNetmapLink(FakeLinkKind kind, std::uint32_t rings, std::uint32_t slots) : kind_(kind) {
    constexpr std::uint32_t kBufferBytes = 2048;
    const std::size_t ring_bytes = sizeof(netmap::Ring) + slots * sizeof(netmap::Slot);
    const std::size_t count = std::size_t{4} * rings;
    memory_.resize((count * ring_bytes + (count * slots + 2) * kBufferBytes) / sizeof(std::uint64_t));
    auto* base = reinterpret_cast<std::byte*>(memory_.data());
    std::uint32_t next_buffer = 2;  // the module keeps the first two
    for (std::size_t i = 0; i < count; ++i) {
      auto* ring = reinterpret_cast<netmap::Ring*>(base + i * ring_bytes);
      ring->buffers_offset = static_cast<std::int64_t>(count * ring_bytes - i * ring_bytes);
      ring->slots = slots;
      ring->buffer_bytes = kBufferBytes;
      ring->direction = i % 2 == 0 ? 0 : 1;
      for (std::uint32_t s = 0; s < slots; ++s) ring->slot(s)->buffer = next_buffer++;
      Half& half = halves_[i / (2 * rings)];
      if (ring->direction == 0) {
        ring->tail = slots - 1;
        half.tx.push_back(ring);
        half.tx_taken.push_back(0);
      } else {
        half.rx.push_back(ring);
        half.rx_given.push_back(0);
        half.rx_taken.push_back(0);
      }
    }
    for (Half& half : halves_) remember(half);
  }

  std::span<netmap::Ring* const> tx_rings(int end) { return halves_[static_cast<std::size_t>(end)].tx; }
  std::span<netmap::Ring* const> rx_rings(int end) { return halves_[static_cast<std::size_t>(end)].rx; }
  const Syncs& syncs(int end) const { return halves_[static_cast<std::size_t>(end)].syncs; }

  // Which of the peer's rings the next frames go to; by default the one with the same index.
  int steer = -1;
  bool gone = false;

  bool tx_sync(int end) {
    if (gone) return false;
    Half& own = halves_[static_cast<std::size_t>(end)];
    Half& peer = halves_[static_cast<std::size_t>(1 - end)];
    ++own.syncs.tx;
    check(own);
    for (std::size_t r = 0; r < own.tx.size(); ++r) {
      netmap::Ring& ring = *own.tx[r];
      EXPECT_TRUE(between(ring, own.tx_taken[r], ring.head, ring.tail)) << "head left what it was given";
      EXPECT_EQ(ring.cur, ring.head);
      const std::size_t to = steer < 0 ? r : static_cast<std::size_t>(steer);
      while (own.tx_taken[r] != ring.head && deliver(*ring.slot(own.tx_taken[r]), ring, peer, to))
        own.tx_taken[r] = ring.next(own.tx_taken[r]);
      ring.tail = previous(ring, own.tx_taken[r]);
    }
    remember(own);
    remember_given(peer);
    return true;
  }

  bool rx_sync(int end) {
    if (gone) return false;
    Half& own = halves_[static_cast<std::size_t>(end)];
    ++own.syncs.rx;
    check(own);
    for (std::size_t r = 0; r < own.rx.size(); ++r) {
      netmap::Ring& ring = *own.rx[r];
      EXPECT_TRUE(between(ring, own.rx_taken[r], ring.head, ring.tail)) << "head left what it was given";
      EXPECT_EQ(ring.cur, ring.head);
      own.rx_taken[r] = ring.head;
      ring.tail = own.rx_given[r];
    }
    remember(own);
    return true;
  }

  // Every buffer stands in exactly one slot.
  void expect_all_buffers() const {
    std::vector<std::uint32_t> seen;
    for (const Half& half : halves_)
      for (const auto* rings : {&half.tx, &half.rx})
        for (netmap::Ring* ring : *rings)
          for (std::uint32_t s = 0; s < ring->slots; ++s) seen.push_back(ring->slot(s)->buffer);
    std::sort(seen.begin(), seen.end());
    for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], i + 2);
  }

 private:
  struct Half {
    std::vector<netmap::Ring*> tx, rx;
    std::vector<std::uint32_t> tx_taken;            // up to here the kernel has sent
    std::vector<std::uint32_t> rx_given, rx_taken;  // up to here it has received; from here slots are not its own
    std::vector<std::vector<netmap::Slot>> slots;   // as the last sync left them
    Syncs syncs;
  };

  static std::uint32_t previous(const netmap::Ring& ring, std::uint32_t index) { return index == 0 ? ring.slots - 1 : index - 1; }

  // Whether `at` stands in the circular range [from, to].
  static bool between(const netmap::Ring& ring, std::uint32_t from, std::uint32_t at, std::uint32_t to) {
    return (at + ring.slots - from) % ring.slots <= (to + ring.slots - from) % ring.slots;
  }

  bool deliver(netmap::Slot& from, netmap::Ring& ring, Half& peer, std::size_t to) {
    netmap::Ring& theirs = *peer.rx[to];
    if (theirs.next(peer.rx_given[to]) == peer.rx_taken[to]) return false;  // full
    netmap::Slot& slot = *theirs.slot(peer.rx_given[to]);
    slot.bytes = from.bytes;
    if (kind_ == FakeLinkKind::Pipe) {
      std::swap(slot.buffer, from.buffer);
    } else {
      std::memcpy(theirs.buffer(slot.buffer), ring.buffer(from.buffer), from.bytes);
    }
    from.flags = slot.flags = 0;
    peer.rx_given[to] = theirs.next(peer.rx_given[to]);
    return true;
  }

  static std::vector<netmap::Ring*> rings_of(const Half& half) {
    std::vector<netmap::Ring*> all = half.tx;
    all.insert(all.end(), half.rx.begin(), half.rx.end());
    return all;
  }

  void remember(Half& half) {
    half.slots.clear();
    for (netmap::Ring* ring : rings_of(half)) half.slots.emplace_back(ring->slot(0), ring->slot(0) + ring->slots);
  }

  // What the kernel itself put into the peer's slots is no fault of the peer's.
  void remember_given(Half& half) {
    for (std::size_t r = 0; r < half.rx.size(); ++r) {
      netmap::Ring& ring = *half.rx[r];
      for (std::uint32_t s = ring.tail; s != half.rx_given[r]; s = ring.next(s)) half.slots[half.tx.size() + r][s] = *ring.slot(s);
    }
  }

  // Slots outside what the program owned since the last sync are as they were.
  static void check(const Half& half) {
    const std::vector<netmap::Ring*> rings = rings_of(half);
    for (std::size_t i = 0; i < rings.size(); ++i) {
      netmap::Ring& ring = *rings[i];
      const std::uint32_t from = i < half.tx.size() ? half.tx_taken[i] : half.rx_taken[i - half.tx.size()];
      for (std::uint32_t s = ring.tail; s != from; s = ring.next(s))
        EXPECT_EQ(std::memcmp(ring.slot(s), &half.slots[i][s], sizeof(netmap::Slot)), 0) << "slot " << s << " is the kernel's";
    }
  }

  FakeLinkKind kind_;
  std::vector<std::uint64_t> memory_;
  std::array<Half, 2> halves_;
};

// One end, as a NetmapPort sees it.
class FakeNetmapDevice {
 public:
  FakeNetmapDevice(FakeNetmapLink& link, int end) : link_(link), end_(end) {}
  std::span<netmap::Ring* const> tx_rings() { return link_.tx_rings(end_); }
  std::span<netmap::Ring* const> rx_rings() { return link_.rx_rings(end_); }
  bool tx_sync() { return link_.tx_sync(end_); }
  bool rx_sync() { return link_.rx_sync(end_); }

 private:
  FakeNetmapLink& link_;
  int end_;
};

}  // namespace hopscope::net
