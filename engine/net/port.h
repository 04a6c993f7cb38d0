// Port: one end of a datagram link, as small as the builds allow.
//
// A port moves UDP payloads. Who writes the Ethernet, IPv4 and UDP headers is the build's business: the kernel in `socket`, engine/wire's
// framing in the builds that own raw frames. The build is a template parameter of every role, so nothing here is virtual; a type is a port
// when it satisfies the concept.
//
//   rx_burst   up to the plan's burst of received payloads. They stay valid until rx_release, which must be called before the next burst.
//   tx_reserve room for one payload (kMaxPayloadBytes), or an empty span when the port is full: try again after the next tx_flush.
//   tx_commit  the reserved payload is `bytes` long: it is now handed to the port, and leaves at the latest with tx_flush.
//   tx_flush   gives everything committed to the wire; returns how many payloads it still holds. A port never drops what it took;
//              what the link loses shows up in counters() or as a sequence gap at the receiver.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/frame.h"

namespace hopscope::net {

using Payload = std::span<const std::byte>;

inline constexpr std::size_t kMaxPayloadBytes = 1400;
inline constexpr unsigned kMaxBurst = 64;

struct PortCounters {
  std::uint64_t rx = 0, tx = 0;
  std::uint64_t rx_malformed = 0;  // not ours: length, checksum, address or UDP port
  std::uint64_t drops = 0;         // what the device says it lost, either way
  // On purpose, on receive (impaired.h). Not among the drops, and rx counts what was left.
  std::uint64_t impaired_drops = 0, impaired_duplicates = 0, impaired_reorders = 0;
  // Of an order link that recovers (recovered.h): messages that were missing and came, requests sent for them.
  std::uint64_t recovered = 0, requests = 0;
};

template <class P>
concept Port = requires(P port, std::size_t bytes) {
  { port.rx_burst() } -> std::same_as<std::span<const Payload>>;
  { port.rx_release() } -> std::same_as<void>;
  { port.tx_reserve() } -> std::same_as<std::span<std::byte>>;
  { port.tx_commit(bytes) } -> std::same_as<void>;
  { port.tx_flush() } -> std::same_as<std::size_t>;
  { port.counters() } -> std::same_as<PortCounters>;
};

// A port that can also send back what it gets, for the echo (engine/echo.h): reflect() receives a burst and sends each of its frames back
// as it is, only the addresses swapped (those that wire::Swap names, or all where the port needs them), with no copy where the device
// allows; it returns how many. What does not fit is dropped and
// counted. Payloads of an earlier burst must have been released.
template <class P>
concept ReflectingPort = Port<P> && requires(P port, wire::Swap swap) {
  { port.reflect(swap) } -> std::same_as<std::size_t>;
};

}  // namespace hopscope::net
