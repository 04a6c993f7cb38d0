// The Internet checksum (RFC 1071): ones'-complement sum of 16-bit words.
//
// The sum does not care for byte order (RFC 1071, 2B) nor for the width it is taken with, so eight bytes at a time are added in native
// order with end-around carry, and only the folded result is swapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/wire/bytes.h"

namespace hopscope::wire {

// Ones'-complement sum of native words; combine partial sums of even-length pieces with add().
class ChecksumSum {
 public:
  void add(Bytes bytes) {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; at += 8, left -= 8) add_word(load<std::uint64_t>(at));
    if (left & 4) {
      add_word(load<std::uint32_t>(at));
      at += 4;
    }
    if (left & 2) {
      add_word(load<std::uint16_t>(at));
      at += 2;
    }
    if (left & 1) add_word(static_cast<std::uint8_t>(*at));  // padded with a zero byte behind it
  }

  // A 16-bit field given in host order.
  void add_be16(std::uint16_t value) { add_word(__builtin_bswap16(value)); }

  // The sum folded to 16 bits, as its bytes lie in memory; all ones over data that holds its own right checksum.
  std::uint16_t folded() const {
    auto sum = static_cast<std::uint64_t>(wide_) + static_cast<std::uint64_t>(wide_ >> 64);
    sum += sum < static_cast<std::uint64_t>(wide_);
    std::uint64_t narrow = (sum >> 32) + (sum & 0xffffffffu);
    narrow = (narrow >> 16) + (narrow & 0xffffu);
    narrow = (narrow >> 16) + (narrow & 0xffffu);
    narrow = (narrow >> 16) + (narrow & 0xffffu);
    return static_cast<std::uint16_t>(narrow);
  }

  // The checksum field, ready to be stored with memcpy (it already is in wire order).
  std::uint16_t wire_checksum() const { return static_cast<std::uint16_t>(~folded()); }

  bool verifies() const { return folded() == 0xffff; }

 private:
  template <class Word>
  static Word load(const std::byte* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  void add_word(std::uint64_t word) { wide_ += word; }

  unsigned __int128 wide_ = 0;  // carries gather in the upper half
};

}  // namespace hopscope::wire
