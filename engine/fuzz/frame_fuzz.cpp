// An Ethernet frame as it comes from the network. The sums are put right first, where there are any: a fuzzer finds no checksum by trying.
#include <algorithm>
#include <array>
#include <vector>

#include "engine/fuzz/target.h"
#include "engine/wire/frame.h"

using namespace hopscope;

namespace {

const wire::UdpEndpoint kFrom{.mac = {2, 0, 0, 0, 0, 1}, .ip = 0x0a000001, .port = 26400};
const wire::UdpEndpoint kTo{.mac = {2, 0, 0, 0, 0, 2}, .ip = 0x0a000002, .port = 26401};

void parse(wire::Bytes frame) {
  const auto payload = wire::parse_frame(frame, kTo);
  if (!payload) return;
  fuzz::require(payload->empty() || fuzz::inside(*payload, frame), "a payload stays inside its frame");
  fuzz::touch(*payload);
}

// The frame with both checksums right, as far as it is long enough for them to be looked at.
std::vector<std::byte> with_sums(wire::Bytes frame) {
  std::vector<std::byte> fixed(frame.begin(), frame.end());
  if (fixed.size() < sizeof(wire::FrameHeader)) return fixed;
  auto& header = *reinterpret_cast<wire::FrameHeader*>(fixed.data());
  header.destination_ip = kTo.ip;
  header.destination_port = kTo.port;
  header.ip_checksum = 0;
  header.udp_checksum = 0;
  wire::ChecksumSum ip;
  ip.add(wire::Bytes(fixed).subspan(wire::kEthernetBytes, wire::kIpv4Bytes));
  const std::uint16_t ip_sum = ip.wire_checksum();
  std::memcpy(header.ip_checksum.raw, &ip_sum, sizeof ip_sum);
  const std::size_t udp_bytes = header.udp_bytes;
  constexpr std::size_t kAddressesAt = offsetof(wire::FrameHeader, source_ip);
  if (kAddressesAt + 8 + udp_bytes > fixed.size()) return fixed;
  wire::ChecksumSum udp;
  udp.add_be16(wire::kProtocolUdp);
  udp.add_be16(static_cast<std::uint16_t>(udp_bytes));
  udp.add(wire::Bytes(fixed).subspan(kAddressesAt, 8 + udp_bytes));
  std::uint16_t udp_sum = udp.wire_checksum();
  if (udp_sum == 0) udp_sum = 0xffff;
  std::memcpy(header.udp_checksum.raw, &udp_sum, sizeof udp_sum);
  return fixed;
}

// The input as a payload: what is written is read.
void write_and_read(wire::Bytes payload) {
  if (payload.size() > 1400) return;
  std::vector<std::byte> frame(std::max(wire::kMinFrameBytes, wire::FrameWriter::kHeaderBytes + payload.size()));
  std::copy(payload.begin(), payload.end(), frame.begin() + wire::FrameWriter::kHeaderBytes);
  fuzz::require(wire::FrameWriter(kFrom, kTo).finish(frame, payload.size()) == frame.size(), "a frame is as long as it must be");
  const auto read = wire::parse_frame(frame, kTo);
  fuzz::require(read && std::equal(read->begin(), read->end(), payload.begin(), payload.end()), "what is written is read");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::Bytes input = fuzz::bytes_of(data, size);
  parse(input);
  parse(with_sums(input));
  write_and_read(input);
  return 0;
}
