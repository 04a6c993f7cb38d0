// CRC32C (Castagnoli polynomial, RFC 3720 appendix B.4), the checksum of every journal block.
//
// crc32c() uses the processor's instructions where it has them; crc32c_portable() is the bitwise definition: the reference in tests, and
// the fallback. All continue from `crc`, so that a block may be fed in pieces: crc32c(crc32c(0, a), b) covers a then b.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#else
#error "hopscope: engine/journal/crc32c.h has no CRC32C instruction for this processor yet"
#endif

namespace hopscope::journal {

inline constexpr std::uint32_t kReversedPolynomial = 0x82f63b78u;

inline std::uint32_t crc32c_portable(std::uint32_t crc, std::span<const std::byte> bytes) {
  crc = ~crc;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kReversedPolynomial : 0);
  }
  return ~crc;
}

[[gnu::target("sse4.2")]] inline std::uint64_t crc32c_word(std::uint64_t state, const std::byte* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return _mm_crc32_u64(state, word);
}

// One stream: 8 bytes every 3 cycles (the instruction's latency).
[[gnu::target("sse4.2")]] inline std::uint32_t crc32c_instruction(std::uint32_t crc, std::span<const std::byte> bytes) {
  std::uint64_t state = ~crc;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) state = crc32c_word(state, at);
  auto tail = static_cast<std::uint32_t>(state);
  if (left >= 4) {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    tail = _mm_crc32_u32(tail, word);
    left -= 4, at += 4;
  }
  for (; left > 0; --left, ++at) tail = _mm_crc32_u8(tail, static_cast<unsigned char>(*at));
  return ~tail;
}

// Three streams at a time, since the instruction's latency is three cycles and one can start every cycle. Each stream is up to kMostSteps
// steps long; the CRCs of the first two are moved behind the bytes that follow them and added up.
//
// Moving a CRC over n bytes multiplies it by x^(8n) modulo the polynomial. The carry-less product of two bit-reversed 32-bit numbers comes
// out multiplied by x, the instruction multiplies by x^32 and reduces: so the factor is x^(8n - 33). After Gopal et al., "Fast CRC
// Computation for iSCSI Polynomial Using CRC32 Instruction", Intel, 2011.
class Crc32cStreams {
 public:
  static constexpr std::size_t kStepBytes = 64;
  static constexpr std::size_t kMostSteps = 16;

  [[gnu::target("sse4.2,pclmul")]] static std::uint32_t crc(std::uint32_t crc, std::span<const std::byte> bytes) {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    while (left >= 3 * kStepBytes) {
      std::size_t steps = left / (3 * kStepBytes);
      if (steps > kMostSteps) steps = kMostSteps;
      const std::size_t length = steps * kStepBytes;
      std::uint64_t first = ~crc, second = 0, third = 0;
      for (const std::byte* const end = at + length; at != end; at += 8) {
        first = crc32c_word(first, at);
        second = crc32c_word(second, at + length);
        third = crc32c_word(third, at + 2 * length);
      }
      const std::uint64_t moved = multiply(first, kFactors[2 * steps - 1]) ^ multiply(second, kFactors[steps - 1]);
      crc = ~static_cast<std::uint32_t>(_mm_crc32_u64(0, moved) ^ third);
      at += 2 * length;
      left -= 3 * length;
    }
    return crc32c_instruction(crc, {at, left});
  }

 private:
  [[gnu::target("sse4.2,pclmul")]] static std::uint64_t multiply(std::uint64_t state, std::uint32_t factor) {
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(state)), _mm_cvtsi64_si128(static_cast<long long>(factor)), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
  }

  // [i]: moves a CRC over i + 1 steps.
  static constexpr std::array<std::uint32_t, 2 * kMostSteps> kFactors = [] {
    std::array<std::uint32_t, 2 * kMostSteps> factors{};
    std::uint32_t power = 1u << 31;  // x^0
    std::size_t exponent = 0;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      for (; exponent < 8 * kStepBytes * (i + 1) - 33; ++exponent) power = power >> 1 ^ (power & 1 ? kReversedPolynomial : 0);
      factors[i] = power;
    }
    return factors;
  }();
};

inline std::uint32_t crc32c(std::uint32_t crc, std::span<const std::byte> bytes) {
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  static const bool has_product = has_instruction && __builtin_cpu_supports("pclmul") != 0;
  return has_product ? Crc32cStreams::crc(crc, bytes) : has_instruction ? crc32c_instruction(crc, bytes) : crc32c_portable(crc, bytes);
}

}  // namespace hopscope::journal
