// CRC32C (Castagnoli polynomial, RFC 3720 appendix B.4), the checksum of every journal block.
//
// crc32c() uses the processor's instruction where it has one; crc32c_portable() is the bitwise definition: the reference in tests, and the
// fallback. Both continue from `crc`, so that a block may be fed in pieces: crc32c(crc32c(0, a), b) covers a then b.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#if defined(__x86_64__)
#include <nmmintrin.h>
#else
#error "hopscope: engine/journal/crc32c.h has no CRC32C instruction for this processor yet"
#endif

namespace hopscope::journal {

inline std::uint32_t crc32c_portable(std::uint32_t crc, std::span<const std::byte> bytes) {
  constexpr std::uint32_t kReversedPolynomial = 0x82f63b78u;
  crc = ~crc;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kReversedPolynomial : 0);
  }
  return ~crc;
}

// One stream: 8 bytes every 3 cycles (the instruction's latency).
[[gnu::target("sse4.2")]] inline std::uint32_t crc32c_instruction(std::uint32_t crc, std::span<const std::byte> bytes) {
  std::uint64_t state = ~crc;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    state = _mm_crc32_u64(state, word);
  }
  auto tail = static_cast<std::uint32_t>(state);
  for (; left > 0; --left, ++at) tail = _mm_crc32_u8(tail, static_cast<unsigned char>(*at));
  return ~tail;
}

inline std::uint32_t crc32c(std::uint32_t crc, std::span<const std::byte> bytes) {
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  return has_instruction ? crc32c_instruction(crc, bytes) : crc32c_portable(crc, bytes);
}

}  // namespace hopscope::journal
