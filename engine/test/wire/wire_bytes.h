// Messages as hexadecimal text, the way tables of specifications are read.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hopscope::wire {

// Spaces are skipped.
inline std::vector<std::byte> from_hex(const std::string& hex) {
  std::vector<std::byte> bytes;
  std::string digits;
  for (const char c : hex)
    if (c != ' ') digits += c;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

// What an encoder writes; it must not write behind the length that it returns.
template <class Encode>
std::vector<std::byte> encoded(Encode&& encode) {
  std::vector<std::byte> buffer(400, std::byte{0xee});
  const std::size_t bytes = encode(std::span(buffer));
  for (std::size_t i = bytes; i < buffer.size(); ++i) EXPECT_EQ(buffer[i], std::byte{0xee}) << "written behind the message at " << i;
  buffer.resize(bytes);
  return buffer;
}

}  // namespace hopscope::wire
