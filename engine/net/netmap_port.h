// The port logic of build `netmap`: rings of slots shared with the kernel, moved on by syncs.
//
// Device is what stands behind the rings: the module (engine/net/netmap.h), or a fake in tests. It offers
//   std::span<netmap::Ring* const> tx_rings(), rx_rings()
//   bool tx_sync(), rx_sync()   false: the port is gone
//
// Frames are never copied here: received payloads point into the slots' buffers until rx_release, sent ones are built in the slot that
// leaves, and reflect() exchanges the buffers of two slots. What the kernel copies depends on the port: nothing between the ends of a pipe,
// every frame in a VALE switch or an emulated device.
//
// Contract with the kernel: touch only slots of [head, tail); one TXSYNC for a batch; RXSYNC when nothing is left.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "engine/net/netmap_abi.h"
#include "engine/net/port.h"
#include "engine/wire/frame.h"

namespace hopscope::net {

template <class Device>
class NetmapPort {
 public:
  template <class... Arguments>
  NetmapPort(const wire::UdpEndpoint& own, const wire::UdpEndpoint& peer, unsigned burst, Arguments&&... device)
      : device_(std::forward<Arguments>(device)...), own_(own), reflector_(own), writer_(own, peer), burst_(burst) {}
  NetmapPort(const NetmapPort&) = delete;
  NetmapPort& operator=(const NetmapPort&) = delete;

  Device& device() { return device_; }

  // After the device was opened: takes the rings as they are.
  void begin() {
    for (netmap::Ring* ring : device_.rx_rings()) rx_.push_back({ring, ring->head});
    for (netmap::Ring* ring : device_.tx_rings()) tx_.push_back({ring, ring->head});
  }

  std::span<const Payload> rx_burst() {
    std::size_t good = 0;
    each_received([&](netmap::Ring& ring, netmap::Slot& slot) {
      const std::span<const std::byte> frame(ring.buffer(slot.buffer), slot.bytes);
      if (const auto payload = wire::parse_frame(frame, own_)) {
        views_[good++] = *payload;
      } else {
        ++counters_.rx_malformed;
      }
    });
    counters_.rx += good;
    return {views_.data(), good};
  }

  // The slots go back to the kernel with the next RXSYNC.
  void rx_release() {
    for (const Cursor& cursor : rx_) cursor.ring->head = cursor.ring->cur = cursor.at;
  }

  std::span<std::byte> tx_reserve() {
    Cursor* cursor = free_slot();
    if (!cursor) return {};
    netmap::Ring& ring = *cursor->ring;
    return {ring.buffer(ring.slot(cursor->at)->buffer) + wire::FrameWriter::kHeaderBytes, kMaxPayloadBytes};
  }

  void tx_commit(std::size_t bytes) {
    Cursor& cursor = tx_[tx_index_];
    netmap::Slot& slot = *cursor.ring->slot(cursor.at);
    const std::span<std::byte> room(cursor.ring->buffer(slot.buffer), cursor.ring->buffer_bytes);
    send(cursor, slot, static_cast<std::uint16_t>(writer_.finish(room, bytes)), 0);
  }

  std::size_t tx_flush() {
    if (!unsynced_) return 0;
    for (const Cursor& cursor : tx_) cursor.ring->head = cursor.ring->cur = cursor.at;
    if (!device_.tx_sync()) {  // it will not get better: what was committed is lost, and counted
      counters_.drops += committed_;
      committed_ = 0;
      unsynced_ = false;
      return 0;
    }
    counters_.tx += committed_;
    committed_ = 0;
    std::size_t held = 0;
    for (const Cursor& cursor : tx_) held += held_by(*cursor.ring);
    unsynced_ = held > 0;
    return held;
  }

  std::size_t reflect(wire::Swap swap) {
    std::size_t sent = 0;
    each_received([&](netmap::Ring& ring, netmap::Slot& slot) {
      Cursor* cursor = free_slot();
      if (!cursor || !reflector_.reflect({ring.buffer(slot.buffer), slot.bytes}, swap)) {
        ++counters_.drops;
        return;
      }
      netmap::Slot& leaving = *cursor->ring->slot(cursor->at);
      std::swap(slot.buffer, leaving.buffer);
      slot.flags = netmap::kBufferChanged;
      send(*cursor, leaving, slot.bytes, netmap::kBufferChanged);
      ++sent;
    });
    counters_.rx += sent;
    rx_release();
    tx_flush();
    return sent;
  }

  PortCounters counters() const { return counters_; }

 private:
  struct Cursor {
    netmap::Ring* ring;
    std::uint32_t at;  // the first slot that is still the program's: head, once the kernel is told
  };

  // Up to a burst of received slots, from all rings in turn: the ring after the last one visited comes first.
  template <class Visit>
  void each_received(Visit visit) {
    if (!any_received() && (!device_.rx_sync() || !any_received())) return;
    unsigned left = burst_;
    for (std::size_t i = 0; i < rx_.size() && left > 0; ++i) {
      rx_index_ = rx_index_ + 1 < rx_.size() ? rx_index_ + 1 : 0;
      Cursor& cursor = rx_[rx_index_];
      for (; cursor.at != cursor.ring->tail && left > 0; --left) {
        visit(*cursor.ring, *cursor.ring->slot(cursor.at));
        cursor.at = cursor.ring->next(cursor.at);
      }
    }
  }

  bool any_received() const {
    for (const Cursor& cursor : rx_)
      if (cursor.at != cursor.ring->tail) return true;
    return false;
  }

  // Stays on a ring until it is full. nullptr: all are, until a sync frees slots.
  Cursor* free_slot() {
    for (std::size_t i = 0; i < tx_.size(); ++i) {
      Cursor& cursor = tx_[tx_index_];
      if (cursor.at != cursor.ring->tail) return &cursor;
      tx_index_ = tx_index_ + 1 < tx_.size() ? tx_index_ + 1 : 0;
    }
    unsynced_ = true;
    return nullptr;
  }

  void send(Cursor& cursor, netmap::Slot& slot, std::uint16_t bytes, std::uint16_t flags) {
    slot.bytes = bytes;
    slot.flags = flags;
    cursor.at = cursor.ring->next(cursor.at);
    ++committed_;
    unsynced_ = true;
  }

  // Slots that the kernel was given and has not given back: all but one are the program's when nothing is under way.
  static std::size_t held_by(const netmap::Ring& ring) {
    const std::uint32_t free = ring.tail >= ring.head ? ring.tail - ring.head : ring.tail + ring.slots - ring.head;
    return ring.slots - 1 - free;
  }

  Device device_;
  wire::UdpEndpoint own_;
  wire::Reflector reflector_;
  wire::FrameWriter writer_;
  unsigned burst_;
  std::vector<Cursor> rx_, tx_;
  std::size_t rx_index_ = 0, tx_index_ = 0;
  std::size_t committed_ = 0;  // since the last sync
  bool unsynced_ = false;      // the kernel has something to do on the transmit rings, or slots to give back
  std::array<Payload, kMaxBurst> views_;
  PortCounters counters_;
};

}  // namespace hopscope::net
