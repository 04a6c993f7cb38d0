// Nasdaq TotalView-ITCH 5.0: what all messages share. Symbols, whole lengths by type, the head. Lengths of the revisions of 2015, 2017 and
// 2026; integers are big-endian, prices carry 4 decimals, times are nanoseconds since midnight.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/wire/bytes.h"

namespace hopscope::wire::itch {

// Stock symbol, left-justified, padded with spaces.
using Symbol = std::array<char, 8>;

constexpr Symbol symbol(std::string_view name) {
  Symbol padded{};
  for (std::size_t i = 0; i < padded.size(); ++i) padded[i] = i < name.size() ? name[i] : ' ';
  return padded;
}

inline constexpr std::size_t kMaxBytes = 50;  // 'I'

// Whole length in bytes by type; 0 for a type that none of the three revisions knows.
inline constexpr std::array<std::uint8_t, 256> kLengths = [] {
  std::array<std::uint8_t, 256> lengths{};
  constexpr std::pair<char, std::uint8_t> kKnown[] = {
      {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28}, {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40},
      {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19}, {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
  for (const auto& [type, bytes] : kKnown) lengths[static_cast<unsigned char>(type)] = bytes;
  return lengths;
}();

constexpr std::size_t length_of(char type) { return kLengths[static_cast<unsigned char>(type)]; }

struct Head {
  char type;
  Be16 locate;
  Be16 tracking;
  Be48 timestamp_ns;
};

// A view is laid over the bytes as they came: it must have the table's length and stand at any address.
template <class T>
inline constexpr bool kPinned = sizeof(T) == length_of(T::kType) && alignof(T) == 1;

static_assert(sizeof(Head) == 11 && offsetof(Head, locate) == 1 && offsetof(Head, tracking) == 3 && offsetof(Head, timestamp_ns) == 5);

}  // namespace hopscope::wire::itch
