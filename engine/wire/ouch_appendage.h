// OUCH 5.0, optional appendage: elements {length u8 including the tag, tag u8, value}, one after the other.
//
// Readers go over them in place with an Appendage, writers put them together in an AppendageBuilder and hand its bytes to an encoder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "engine/wire/bytes.h"

namespace hopscope::wire::ouch {

// Appendix "Optional Appendage"; the comment is the value. 8, 19, 20 and 21 are no longer or not yet given.
enum class Tag : std::uint8_t {
  SecondaryOrderReference = 1,  // u64
  Firm = 2,                     // 4 characters
  MinimumQuantity = 3,          // u32
  CustomerType = 4,             // R retail, N not, space port default
  MaximumFloor = 5,             // u32, what an iceberg displays
  PriceType = 6,                // L limit, P M R Q m pegged
  PegOffset = 7,                // i32, 4 decimals
  DiscretionPrice = 9,          // u64, 4 decimals
  DiscretionPriceType = 10,     // as PriceType
  DiscretionPegOffset = 11,     // i32, 4 decimals
  PostOnly = 12,                // P or N
  RandomReserves = 13,          // u32
  Route = 14,                   // 4 characters, outbound
  ExpireTime = 15,              // u32, seconds since midnight
  TradeNow = 16,                // Y, N or space
  HandlingInstruction = 17,     // I imbalance only, and others
  BboWeight = 18,               // outbound
  DisplayQuantity = 22,         // u32, outbound
  DisplayPrice = 23,            // u64, 4 decimals, outbound
  GroupId = 24,                 // u16
  SharesLocated = 25,           // Y or N
  LocateBroker = 26,            // 4 characters
  Side = 27,                    // of a mass cancel or a replace
  UserRefIndex = 28,            // u8
  AiqStrategy = 29,             // 1 character
  AiqGroup = 30,                // 2 characters
  // Private: what OUCH has no field for. The specification gives tags from 1 upward, these stand at the other end (docs/protocols.md).
  StopPrice = 0xe0,            // u64, 4 decimals: the order sleeps until a trade at or through it
  SelfTradePrevention = 0xe1,  // SelfTrade
  ExpireTimeNs = 0xe2,         // u64, nanoseconds since midnight: ExpireTime where a second is too coarse
};

inline constexpr std::uint8_t kFirstPrivateTag = 0xe0;

// Value of Tag::SelfTradePrevention: what happens to the orders of one client that would trade with each other.
enum class SelfTrade : char { CancelNewest = 'N', CancelOldest = 'O', CancelBoth = 'B', Decrement = 'D' };

struct Element {
  Tag tag{};
  Bytes value;

  // Empty optional when the value is not of that size.
  std::optional<char> character() const { return value.size() == 1 ? std::optional(static_cast<char>(value[0])) : std::nullopt; }
  std::optional<std::uint16_t> u16() const { return value.size() == 2 ? std::optional(load_be16(value.data())) : std::nullopt; }
  std::optional<std::uint32_t> u32() const { return value.size() == 4 ? std::optional(load_be32(value.data())) : std::nullopt; }
  std::optional<std::uint64_t> u64() const { return value.size() == 8 ? std::optional(load_be64(value.data())) : std::nullopt; }
};

// The elements of one message. Never reads beyond them, whatever their lengths say.
class Appendage {
 public:
  Appendage() = default;
  explicit Appendage(Bytes elements) : elements_(elements) {}

  // The next element; false after the last one and from the first fault on.
  bool next(Element& element) {
    const std::size_t room = elements_.size() - at_;
    if (room == 0 || malformed_) return false;
    const auto length_bytes = static_cast<std::size_t>(elements_[at_]);
    if (length_bytes == 0 || length_bytes > room - 1) {  // not even a tag, or past the end
      malformed_ = true;
      return false;
    }
    element.tag = static_cast<Tag>(elements_[at_ + 1]);
    element.value = elements_.subspan(at_ + 2, length_bytes - 1);
    at_ += 1 + length_bytes;
    return true;
  }

  // Final once next() has returned false.
  bool malformed() const { return malformed_; }

  // The first element with that tag, wherever the iteration stands; empty optional where there is none in front of a fault.
  std::optional<Element> find(Tag tag) const {
    Appendage from_start(elements_);
    for (Element element; from_start.next(element);)
      if (element.tag == tag) return element;
    return std::nullopt;
  }

 private:
  Bytes elements_;
  std::size_t at_ = 0;
  bool malformed_ = false;
};

// Room for every tag once, and then some.
class AppendageBuilder {
 public:
  // False, and nothing changes, when it is full.
  bool put(Tag tag, Bytes value) {
    if (value.size() > 0xfe || size_bytes_ + 2 + value.size() > room_.size()) return false;
    room_[size_bytes_] = static_cast<std::byte>(value.size() + 1);
    room_[size_bytes_ + 1] = static_cast<std::byte>(tag);
    if (!value.empty()) std::memcpy(room_.data() + size_bytes_ + 2, value.data(), value.size());
    size_bytes_ += 2 + value.size();
    return true;
  }
  bool put_character(Tag tag, char value) { return put(tag, std::as_bytes(std::span(&value, 1))); }
  bool put_u16(Tag tag, std::uint16_t value) { return put_field<Be16>(tag, value); }
  bool put_u32(Tag tag, std::uint32_t value) { return put_field<Be32>(tag, value); }
  bool put_u64(Tag tag, std::uint64_t value) { return put_field<Be64>(tag, value); }

  Bytes bytes() const { return Bytes(room_).first(size_bytes_); }

 private:
  template <class Field, class Value>
  bool put_field(Tag tag, Value value) {
    Field field{};
    field = value;
    return put(tag, field.raw);
  }

  std::array<std::byte, 256> room_{};
  std::size_t size_bytes_ = 0;
};

}  // namespace hopscope::wire::ouch
