// Ethernet II / IPv4 / UDP framing for the builds that own raw frames.
//
// Frames are never fragmented (DF set, identification 0: RFC 6864) and always carry a UDP checksum; one that does not is not ours. The
// Ethernet FCS is the device's business.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "engine/wire/bytes.h"
#include "engine/wire/checksum.h"

namespace hopscope::wire {

struct UdpEndpoint {
  std::array<std::uint8_t, 6> mac{};
  std::uint32_t ip = 0;  // host order: 10.0.0.1 = 0x0a000001
  std::uint16_t port = 0;
};

struct FrameHeader {
  std::uint8_t destination_mac[6], source_mac[6];
  Be16 ether_type;
  std::uint8_t version_and_length, service;
  Be16 total_bytes, identification, fragment;
  std::uint8_t time_to_live, protocol;
  Be16 ip_checksum;
  Be32 source_ip, destination_ip;
  Be16 source_port, destination_port, udp_bytes, udp_checksum;
};
static_assert(sizeof(FrameHeader) == 42 && alignof(FrameHeader) == 1);
static_assert(offsetof(FrameHeader, version_and_length) == 14 && offsetof(FrameHeader, ip_checksum) == 24);
static_assert(offsetof(FrameHeader, source_ip) == 26 && offsetof(FrameHeader, source_port) == 34);

inline constexpr std::size_t kEthernetBytes = 14;
inline constexpr std::size_t kIpv4Bytes = 20;
inline constexpr std::size_t kUdpBytes = 8;
inline constexpr std::size_t kMinFrameBytes = 60;  // IEEE 802.3 minimum of 64, without the FCS
inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint8_t kProtocolUdp = 17;

// Writes headers from one endpoint to another. Made once per link: everything that does not depend on the payload is computed here.
class FrameWriter {
 public:
  static constexpr std::size_t kHeaderBytes = sizeof(FrameHeader);

  FrameWriter(const UdpEndpoint& from, const UdpEndpoint& to) {
    std::copy(to.mac.begin(), to.mac.end(), header_.destination_mac);
    std::copy(from.mac.begin(), from.mac.end(), header_.source_mac);
    header_.ether_type = kEtherTypeIpv4;
    header_.version_and_length = 0x45;
    header_.fragment = 0x4000;  // do not fragment
    header_.time_to_live = 64;
    header_.protocol = kProtocolUdp;
    header_.source_ip = from.ip;
    header_.destination_ip = to.ip;
    header_.source_port = from.port;
    header_.destination_port = to.port;
    const Bytes fixed = std::as_bytes(std::span(&header_, 1));
    ip_sum_.add(fixed.subspan(kEthernetBytes, kIpv4Bytes));
    udp_sum_.add(fixed.subspan(offsetof(FrameHeader, source_ip), 12));  // both addresses, both ports
    udp_sum_.add_be16(kProtocolUdp);
  }

  // The payload stands at frame[kHeaderBytes ...]; the frame has room for kMinFrameBytes and for header + payload (at most 65,507 bytes).
  // Returns the frame's length, padded with zeroes to kMinFrameBytes.
  std::size_t finish(std::span<std::byte> frame, std::size_t payload_bytes) const {
    std::memcpy(frame.data(), &header_, sizeof header_);
    auto& header = *reinterpret_cast<FrameHeader*>(frame.data());
    const auto udp_bytes = static_cast<std::uint16_t>(kUdpBytes + payload_bytes);
    const auto total_bytes = static_cast<std::uint16_t>(kIpv4Bytes + udp_bytes);
    header.total_bytes = total_bytes;
    header.udp_bytes = udp_bytes;

    ChecksumSum ip = ip_sum_;
    ip.add_be16(total_bytes);
    const std::uint16_t ip_checksum = ip.wire_checksum();
    std::memcpy(header.ip_checksum.raw, &ip_checksum, sizeof ip_checksum);

    ChecksumSum udp = udp_sum_;
    udp.add_be16(udp_bytes);  // once for the pseudo header,
    udp.add_be16(udp_bytes);  // once for the header itself
    udp.add(frame.subspan(kHeaderBytes, payload_bytes));
    std::uint16_t udp_checksum = udp.wire_checksum();
    if (udp_checksum == 0) udp_checksum = 0xffff;  // 0 means "none" (RFC 768)
    std::memcpy(header.udp_checksum.raw, &udp_checksum, sizeof udp_checksum);

    const std::size_t frame_bytes = kHeaderBytes + payload_bytes;
    if (frame_bytes >= kMinFrameBytes) return frame_bytes;
    std::memset(frame.data() + frame_bytes, 0, kMinFrameBytes - frame_bytes);
    return kMinFrameBytes;
  }

 private:
  FrameHeader header_{};
  ChecksumSum ip_sum_, udp_sum_;
};

// The payload of a frame to this endpoint's IPv4 address and UDP port, Ethernet padding cut off. Empty optional for everything else, and
// for wrong lengths, fragments, IPv4 options and wrong checksums.
inline std::optional<Bytes> parse_frame(Bytes frame, const UdpEndpoint& to) {
  if (frame.size() < sizeof(FrameHeader)) return std::nullopt;
  const auto& header = *reinterpret_cast<const FrameHeader*>(frame.data());
  if (header.ether_type != kEtherTypeIpv4 || header.version_and_length != 0x45) return std::nullopt;
  if (header.protocol != kProtocolUdp || header.destination_ip != to.ip || header.destination_port != to.port) return std::nullopt;
  if (header.fragment & 0xbfff) return std::nullopt;  // all but "do not fragment"

  const std::size_t total_bytes = header.total_bytes;
  const std::size_t udp_bytes = header.udp_bytes;
  if (total_bytes > frame.size() - kEthernetBytes || udp_bytes < kUdpBytes || udp_bytes != total_bytes - kIpv4Bytes) return std::nullopt;

  ChecksumSum ip;
  ip.add(frame.subspan(kEthernetBytes, kIpv4Bytes));
  if (!ip.verifies() || header.udp_checksum == 0) return std::nullopt;

  ChecksumSum udp;
  udp.add_be16(kProtocolUdp);
  udp.add_be16(static_cast<std::uint16_t>(udp_bytes));
  udp.add(frame.subspan(offsetof(FrameHeader, source_ip), 8 + udp_bytes));  // addresses, UDP header and payload lie side by side
  if (!udp.verifies()) return std::nullopt;
  return frame.subspan(sizeof(FrameHeader), udp_bytes - kUdpBytes);
}

// What changes places when a frame is sent back: MAC addresses only, which is what dpdk-testpmd's macswap does, or IP addresses and UDP
// ports too, so that the sender takes it for an answer.
enum class Swap { Mac, All };

// Makes a frame to an endpoint one from it to its sender; every checksum stays right. No checksum is verified: what is broken is the
// sender's again.
class Reflector {
 public:
  explicit Reflector(const UdpEndpoint& own) {
    FrameHeader wanted{}, compared{};
    std::memcpy(wanted.destination_mac, own.mac.data(), own.mac.size());
    std::memset(compared.destination_mac, 0xff, sizeof compared.destination_mac);
    wanted.ether_type = kEtherTypeIpv4;
    wanted.destination_ip = own.ip;
    wanted.destination_port = own.port;
    compared.ether_type = compared.destination_port = 0xffff;
    compared.destination_ip = 0xffff'ffff;
    wanted_ = Ends(reinterpret_cast<const std::byte*>(&wanted));
    compared_ = Ends(reinterpret_cast<const std::byte*>(&compared));
  }

  // Frames are looked at together: one branch for kTogether of them. False: one is to somebody else, and none has changed. Every frame has
  // room for a header.
  static constexpr unsigned kTogether = 4;
  template <Swap kSwap, unsigned kFrames>
  bool reflect(const std::array<std::byte*, kFrames>& frames) const {
    std::array<Ends, kFrames> ends;
    Lanes odd{};
#pragma GCC unroll 4  // gcc -O2 does not by itself, and takes every lane through memory
    for (unsigned i = 0; i < kFrames; ++i) {
      ends[i] = Ends(frames[i]);
      odd |= (ends[i].macs ^ wanted_.macs) & compared_.macs;
      if constexpr (kSwap == Swap::All) odd |= (ends[i].addresses ^ wanted_.addresses) & compared_.addresses;
    }
    std::uint64_t halves[2];
    std::memcpy(halves, &odd, sizeof halves);
    if ((halves[0] | halves[1]) != 0) return false;
#pragma GCC unroll 4
    for (unsigned i = 0; i < kFrames; ++i) {
      ends[i].write_swapped_macs(frames[i]);
      if constexpr (kSwap == Swap::All) ends[i].write_swapped_addresses(frames[i]);
    }
    return true;
  }

  // False for a frame to somebody else, unchanged.
  bool reflect(std::span<std::byte> frame, Swap swap) const {
    if (frame.size() < sizeof(FrameHeader)) return false;
    return swap == Swap::Mac ? reflect<Swap::Mac, 1>({frame.data()}) : reflect<Swap::All, 1>({frame.data()});
  }

 private:
  typedef std::uint8_t Lanes __attribute__((vector_size(16)));
  static constexpr std::size_t kAddressesAt = offsetof(FrameHeader, source_ip);

  struct Ends {
    Lanes macs, addresses;  // MAC addresses, Ethernet type and 2 bytes; IP addresses, UDP header
    static_assert(kAddressesAt + sizeof addresses == sizeof(FrameHeader));

    Ends() = default;
    explicit Ends(const std::byte* frame) {
      std::memcpy(&macs, frame, sizeof macs);
      std::memcpy(&addresses, frame + kAddressesAt, sizeof addresses);
    }
    void write_swapped_macs(std::byte* frame) const {
      const Lanes swapped = __builtin_shufflevector(macs, macs, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 12, 13, 14, 15);
      std::memcpy(frame, &swapped, sizeof swapped);
    }
    void write_swapped_addresses(std::byte* frame) const {
      const Lanes swapped = __builtin_shufflevector(addresses, addresses, 4, 5, 6, 7, 0, 1, 2, 3, 10, 11, 8, 9, 12, 13, 14, 15);
      std::memcpy(frame + kAddressesAt, &swapped, sizeof swapped);
    }
  };

  Ends wanted_, compared_;
};

}  // namespace hopscope::wire
