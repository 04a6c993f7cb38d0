// Big-endian integers in byte buffers. Everything on the wire here (Ethernet to OUCH) is big-endian, packed and unaligned.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace hopscope::wire {

static_assert(std::endian::native == std::endian::little, "the loads and stores below swap bytes");

using Bytes = std::span<const std::byte>;

inline std::uint16_t load_be16(const std::byte* at) {
  std::uint16_t value;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap16(value);
}

inline std::uint32_t load_be32(const std::byte* at) {
  std::uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap32(value);
}

inline std::uint64_t load_be48(const std::byte* at) { return std::uint64_t{load_be16(at)} << 32 | load_be32(at + 2); }

inline std::uint64_t load_be64(const std::byte* at) {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap64(value);
}

inline void store_be16(std::byte* at, std::uint16_t value) {
  value = __builtin_bswap16(value);
  std::memcpy(at, &value, sizeof value);
}

inline void store_be32(std::byte* at, std::uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(at, &value, sizeof value);
}

// The upper 16 bits of `value` are not stored.
inline void store_be48(std::byte* at, std::uint64_t value) {
  store_be16(at, static_cast<std::uint16_t>(value >> 32));
  store_be32(at + 2, static_cast<std::uint32_t>(value));
}

inline void store_be64(std::byte* at, std::uint64_t value) {
  value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
}

// Fields of packed message structs: one byte aligned, read and written as the integer they hold.
struct Be16 {
  std::byte raw[2];
  operator std::uint16_t() const { return load_be16(raw); }  // NOLINT(google-explicit-constructor): it is that integer
  Be16& operator=(std::uint16_t value) { return store_be16(raw, value), *this; }
};

struct Be32 {
  std::byte raw[4];
  operator std::uint32_t() const { return load_be32(raw); }  // NOLINT(google-explicit-constructor): it is that integer
  Be32& operator=(std::uint32_t value) { return store_be32(raw, value), *this; }
};

struct Be48 {
  std::byte raw[6];
  operator std::uint64_t() const { return load_be48(raw); }  // NOLINT(google-explicit-constructor): it is that integer
  Be48& operator=(std::uint64_t value) { return store_be48(raw, value), *this; }
};

struct Be64 {
  std::byte raw[8];
  operator std::uint64_t() const { return load_be64(raw); }  // NOLINT(google-explicit-constructor): it is that integer
  Be64& operator=(std::uint64_t value) { return store_be64(raw, value), *this; }
};

static_assert(sizeof(Be16) == 2 && sizeof(Be32) == 4 && sizeof(Be48) == 6 && sizeof(Be64) == 8);
static_assert(alignof(Be16) == 1 && alignof(Be32) == 1 && alignof(Be48) == 1 && alignof(Be64) == 1);

}  // namespace hopscope::wire
