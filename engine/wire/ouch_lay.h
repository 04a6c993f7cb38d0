// What the OUCH 5.0 encoders share: a struct laid over the output, and the appendage behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/wire/ouch.h"

namespace hopscope::wire::ouch::detail {

template <class T>
T& lay(std::span<std::byte> out) {
  auto& message = *reinterpret_cast<T*>(out.data());
  message.type = T::kType;
  return message;
}

// Ends the message with these elements, behind the `extra_bytes` that the caller wrote after the T. Returns the whole length in bytes.
template <class T>
std::size_t finish(std::span<std::byte> out, Bytes elements, std::size_t extra_bytes = 0) {
  constexpr AppendageRule kRule = length_of(T::kDirection, T::kType).rule;
  static_assert(kRule != AppendageRule::None);
  std::size_t bytes = sizeof(T) + extra_bytes;
  if constexpr (kRule == AppendageRule::Always) {
    reinterpret_cast<T*>(out.data())->appendage_bytes = static_cast<std::uint16_t>(elements.size());
  } else {
    if (elements.empty()) return bytes;
    store_be16(out.data() + bytes, static_cast<std::uint16_t>(elements.size()));
    bytes += kAppendageLengthBytes;
  }
  if (!elements.empty()) std::memcpy(out.data() + bytes, elements.data(), elements.size());
  return bytes + elements.size();
}

}  // namespace hopscope::wire::ouch::detail
