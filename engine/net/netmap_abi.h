// What a program and the netmap kernel module agree on: version 14 of /dev/netmap's interface.
//
// Written down from the layout that the module uses (sizes, offsets and numbers below), so that this build needs no netmap header and
// compiles everywhere. Memory is mapped from the descriptor; offsets in it are bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hopscope::net::netmap {

inline constexpr std::uint16_t kVersion = 14;
inline constexpr const char* kDevice = "/dev/netmap";

// ioctl requests
inline constexpr unsigned long kControl = 0xc0586997;  // takes a RequestHeader
inline constexpr unsigned long kTxSync = 0x6994;
inline constexpr unsigned long kRxSync = 0x6995;

// RequestHeader::type
inline constexpr std::uint16_t kRegister = 1;
inline constexpr std::uint16_t kPortInfoGet = 2;

struct RequestHeader {
  std::uint16_t version, type;
  std::uint32_t reserved;
  char name[64];  // of the port: eth0, x{1 and x}1 for the two ends of a pipe, vale0:1
  std::uint64_t options;
  std::uint64_t body;  // address of the request of that type
};
static_assert(sizeof(RequestHeader) == 88 && offsetof(RequestHeader, name) == 8 && offsetof(RequestHeader, body) == 80);

inline constexpr std::uint32_t kAllRings = 1;  // RegisterRequest::mode: all of the port's rings, not those towards the host's stack

struct RegisterRequest {
  std::uint64_t interface_offset, memory_bytes;  // out
  std::uint32_t tx_slots, rx_slots;              // in: 0 for the port's own
  std::uint16_t tx_rings, rx_rings, host_tx_rings, host_rx_rings;
  std::uint16_t memory_id, ring_id;
  std::uint32_t mode, extra_buffers;
  std::uint32_t padding;
  std::uint64_t flags;
};
static_assert(sizeof(RegisterRequest) == 56 && offsetof(RegisterRequest, tx_rings) == 24 && offsetof(RegisterRequest, mode) == 36);
static_assert(offsetof(RegisterRequest, flags) == 48);

struct PortInfoRequest {
  std::uint64_t memory_bytes;
  std::uint32_t tx_slots, rx_slots;
  std::uint16_t tx_rings, rx_rings, host_tx_rings, host_rx_rings;
  std::uint16_t memory_id, padding[3];
};
static_assert(sizeof(PortInfoRequest) == 32);

inline constexpr std::uint16_t kBufferChanged = 1;  // Slot::flags: the program put another buffer into the slot

struct Slot {
  std::uint32_t buffer;  // index
  std::uint16_t bytes;   // of the frame
  std::uint16_t flags;
  std::uint64_t pointer;
};
static_assert(sizeof(Slot) == 16);

// The program owns the slots [head, tail), and moves head and cur on; the kernel moves tail on, and only during a sync by that program.
struct alignas(8) Ring {
  std::int64_t buffers_offset;  // from this ring
  std::uint32_t slots, buffer_bytes;
  std::uint16_t id, direction;  // direction 0: transmit
  std::uint32_t head, cur, tail;
  std::uint32_t flags;
  std::byte rest[256 - 36];  // time of the last sync, offsets within buffers, room for a lock

  Slot* slot(std::uint32_t index) { return reinterpret_cast<Slot*>(reinterpret_cast<std::byte*>(this) + sizeof(Ring)) + index; }
  std::byte* buffer(std::uint32_t index) {
    return reinterpret_cast<std::byte*>(this) + buffers_offset + static_cast<std::int64_t>(index) * buffer_bytes;
  }
  std::uint32_t next(std::uint32_t index) const { return index + 1 == slots ? 0 : index + 1; }
};
static_assert(sizeof(Ring) == 256 && offsetof(Ring, head) == 20 && offsetof(Ring, cur) == 24 && offsetof(Ring, tail) == 28);

struct Interface {
  char name[16];
  std::uint32_t version, flags;
  std::uint32_t tx_rings, rx_rings;
  std::uint32_t first_extra_buffer;
  std::uint32_t host_tx_rings, host_rx_rings;
  std::uint32_t spare[3];

  // Ring offsets from this interface follow: transmit, host transmit, receive, host receive.
  Ring* ring(std::uint32_t index) {
    std::int64_t offset;
    __builtin_memcpy(&offset, reinterpret_cast<std::byte*>(this) + sizeof(Interface) + index * sizeof offset, sizeof offset);
    return reinterpret_cast<Ring*>(reinterpret_cast<std::byte*>(this) + offset);
  }
  Ring* tx_ring(std::uint32_t index) { return ring(index); }
  Ring* rx_ring(std::uint32_t index) { return ring(tx_rings + host_tx_rings + index); }
};
static_assert(sizeof(Interface) == 56 && offsetof(Interface, tx_rings) == 24 && offsetof(Interface, host_tx_rings) == 36);

}  // namespace hopscope::net::netmap
