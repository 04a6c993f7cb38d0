// OUCH 5.0: how long each message is. The same letter may mean one thing inbound (client to venue) and another outbound, hence two tables.
//
// Appendage: u16 length, then elements (ouch_appendage.h). Some messages always end in its length, 0 where there are no elements; from the
// others the whole appendage, length and all, is absent unless there is something to say.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/wire/bytes.h"

namespace hopscope::wire::ouch {

enum class Direction : std::uint8_t { Inbound, Outbound };

enum class AppendageRule : std::uint8_t { None, Always, Optional };

struct FixedLength {
  std::uint8_t bytes = 0;  // 0: unknown type
  AppendageRule rule = AppendageRule::None;
  std::uint8_t extra_bytes = 0;  // that a later revision put behind the fixed part; there or not
};

inline constexpr std::size_t kAppendageLengthBytes = 2;

namespace detail {

struct Row {
  char type;
  FixedLength length;
};

template <std::size_t N>
constexpr std::array<FixedLength, 128> table(const Row (&rows)[N]) {
  std::array<FixedLength, 128> lengths{};
  for (const Row& row : rows) lengths[static_cast<unsigned char>(row.type)] = row.length;
  return lengths;
}

}  // namespace detail

// `bytes` counts the appendage's length where it is always there.
inline constexpr auto kInbound = detail::table({{'O', {47, AppendageRule::Always}},
                                                {'U', {40, AppendageRule::Always}},
                                                {'X', {9, AppendageRule::Optional}},
                                                {'M', {10, AppendageRule::Optional}},
                                                {'C', {19, AppendageRule::Always}},
                                                {'Q', {1, AppendageRule::Optional}}});

inline constexpr auto kOutbound = detail::table({{'S', {10, AppendageRule::None}},
                                                 {'A', {64, AppendageRule::Always}},
                                                 {'U', {68, AppendageRule::Always}},
                                                 {'C', {18, AppendageRule::Optional}},
                                                 {'D', {31, AppendageRule::Optional, 1}},  // its self-match strategy
                                                 {'E', {36, AppendageRule::Always}},
                                                 {'B', {36, AppendageRule::Optional}},
                                                 {'F', {49, AppendageRule::Optional}},
                                                 {'J', {29, AppendageRule::Optional}},
                                                 {'P', {13, AppendageRule::Optional}},
                                                 {'I', {13, AppendageRule::Optional}},
                                                 {'T', {30, AppendageRule::Optional}},
                                                 {'M', {18, AppendageRule::Optional}},
                                                 {'R', {16, AppendageRule::Always}},
                                                 {'X', {27, AppendageRule::Always}},
                                                 {'Q', {13, AppendageRule::Optional}}});

constexpr FixedLength length_of(Direction direction, char type) {
  const auto index = static_cast<unsigned char>(type);
  if (index >= 128) return {};
  return direction == Direction::Inbound ? kInbound[index] : kOutbound[index];
}

// Where the elements of a message begin; its size where it has none. 0 when it is not as long as the rule and its own length field say.
inline std::size_t appendage_at(Bytes message, FixedLength fixed) {
  if (fixed.bytes == 0 || message.size() < fixed.bytes) return 0;
  const auto ends = [&](std::size_t elements_at) {
    return elements_at <= message.size() && elements_at + load_be16(message.data() + elements_at - kAppendageLengthBytes) == message.size();
  };
  if (fixed.rule == AppendageRule::Always) return ends(fixed.bytes) ? fixed.bytes : 0;
  if (message.size() == fixed.bytes || (fixed.extra_bytes != 0 && message.size() == std::size_t{fixed.bytes} + fixed.extra_bytes))
    return message.size();
  // What carries the later revision's bytes carries them in front of the appendage.
  const std::size_t elements_at = std::size_t{fixed.bytes} + fixed.extra_bytes + kAppendageLengthBytes;
  return fixed.rule == AppendageRule::Optional && ends(elements_at) ? elements_at : 0;
}

// A view is laid over the bytes as they came: it must have the table's length and stand at any address.
template <class T>
inline constexpr bool kPinned = sizeof(T) == length_of(T::kDirection, T::kType).bytes && alignof(T) == 1;

}  // namespace hopscope::wire::ouch
