// MoldUDP64 1.00, retransmission request: a receiver sends the 20 bytes of a packet header, with the first sequence and the number of
// messages that it misses, to the re-request server. The answer is an ordinary packet, with as many of them as fit; the receiver asks again
// for the rest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "engine/wire/moldudp64.h"

namespace hopscope::wire {

// Messages of a session, by sequence: [from, from + count).
struct MoldRange {
  std::uint64_t from = 0;
  std::uint64_t count = 0;

  std::uint64_t end() const { return from + count; }
  bool empty() const { return count == 0; }
  bool operator==(const MoldRange&) const = default;
};

struct MoldRequest {
  MoldSession session{};
  MoldRange range;
};

// 0xFFFF is no request: a receiver's own end of session, come back, must not read as one.
inline constexpr std::uint64_t kMoldMaxRequest = kMoldEndOfSession - 1;

// Asks for the first kMoldMaxRequest messages of `range`, which is not empty. `out` has room for a header. Returns the length in bytes.
inline std::size_t encode_mold_request(std::span<std::byte> out, const MoldSession& session, const MoldRange& range) {
  auto& header = *reinterpret_cast<MoldHeader*>(out.data());
  std::memcpy(header.session, session.data(), session.size());
  header.sequence = range.from;
  header.count = static_cast<std::uint16_t>(std::min(range.count, kMoldMaxRequest));
  return kMoldHeaderBytes;
}

// Empty optional for everything that is no request: another length, a count of 0 or 0xFFFF, a range beyond the last sequence.
inline std::optional<MoldRequest> parse_mold_request(Bytes packet) {
  if (packet.size() != kMoldHeaderBytes) return std::nullopt;
  const auto& header = *reinterpret_cast<const MoldHeader*>(packet.data());
  MoldRequest request;
  std::memcpy(request.session.data(), header.session, request.session.size());
  request.range = {header.sequence, header.count};
  const bool wraps = request.range.end() < request.range.from;
  if (request.range.empty() || request.range.count > kMoldMaxRequest || wraps) return std::nullopt;
  return request;
}

}  // namespace hopscope::wire
