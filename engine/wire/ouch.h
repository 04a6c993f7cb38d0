// Nasdaq OUCH 5.0 order entry: messages as packed structs laid over the bytes, as in itch.h.
//
// Big-endian; prices u64 with 4 decimals; times are nanoseconds since midnight (market time here). Some messages end in an appendage:
// u16 length, then elements {length u8 including the tag, tag u8, value}; Message::appendage() returns it. Inbound is client to venue.
// The same letter may mean one thing inbound and another outbound, hence the two length tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/bytes.h"
#include "engine/wire/itch.h"

namespace hopscope::wire::ouch {

using Symbol = itch::Symbol;
using ClientOrderId = std::array<char, 14>;  // ClOrdID, padded with spaces

inline constexpr ClientOrderId kNoClientOrderId = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};

// Prices above 199,999.9900 are no prices; this one asks for a market order (OUCH 5.0, "Data types: price").
inline constexpr std::uint64_t kMarketPrice = 0x7fffffff;

inline constexpr char kTimeInForceDay = '0';
inline constexpr char kTimeInForceImmediate = '3';  // the rest is cancelled at once

struct FixedLength {
  std::uint8_t bytes = 0;      // 0: unknown type
  bool has_appendage = false;  // the last two of `bytes` hold its length
};

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

inline constexpr auto kInbound = detail::table({{'O', {47, true}}, {'U', {40, true}}, {'X', {9, false}}, {'M', {10, false}}});

inline constexpr auto kOutbound = detail::table({{'S', {10, false}},
                                                 {'A', {64, true}},
                                                 {'U', {68, true}},
                                                 {'C', {18, false}},
                                                 {'D', {31, false}},
                                                 {'E', {36, true}},
                                                 {'B', {36, false}},
                                                 {'F', {49, false}},
                                                 {'J', {29, false}},
                                                 {'P', {13, false}},
                                                 {'I', {13, false}},
                                                 {'T', {30, false}},
                                                 {'M', {18, false}},
                                                 {'R', {16, true}},
                                                 {'Q', {13, false}}});

enum class Direction : std::uint8_t { Inbound, Outbound };

constexpr FixedLength length_of(Direction direction, char type) {
  const auto index = static_cast<unsigned char>(type);
  if (index >= 128) return {};
  return direction == Direction::Inbound ? kInbound[index] : kOutbound[index];
}

struct EnterOrder {
  static constexpr char kType = 'O';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
  Be32 user_ref;
  char side;  // 'B' or 'S'
  Be32 quantity;
  Symbol symbol;
  Be64 price;
  char time_in_force, display, capacity, intermarket_sweep, cross_type;
  ClientOrderId client_order_id;
  Be16 appendage_bytes;
};

struct CancelOrder {
  static constexpr char kType = 'X';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
  Be32 user_ref;
  Be32 quantity;  // what is to remain; 0 cancels the whole order
};

struct SystemEvent {
  static constexpr char kType = 'S';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  char event;  // 'S' start of day, 'E' end of day
};

struct Accepted {
  static constexpr char kType = 'A';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  char side;
  Be32 quantity;
  Symbol symbol;
  Be64 price;
  char time_in_force, display;
  Be64 order_reference;
  char capacity, intermarket_sweep, cross_type;
  char order_state;  // 'L' live, 'D' dead
  ClientOrderId client_order_id;
  Be16 appendage_bytes;
};

struct Cancelled {
  static constexpr char kType = 'C';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be32 quantity;  // taken off the order
  char reason;
};

struct Executed {
  static constexpr char kType = 'E';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be32 quantity;
  Be64 price;
  char liquidity;
  Be64 match_number;
  Be16 appendage_bytes;
};

struct Rejected {
  static constexpr char kType = 'J';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be16 reason;
  ClientOrderId client_order_id;
};

template <class T>
inline constexpr bool kPinned = sizeof(T) == length_of(T::kDirection, T::kType).bytes && alignof(T) == 1;

static_assert(kPinned<EnterOrder> && kPinned<CancelOrder>);
static_assert(kPinned<SystemEvent> && kPinned<Accepted> && kPinned<Cancelled> && kPinned<Executed> && kPinned<Rejected>);
static_assert(offsetof(EnterOrder, price) == 18 && offsetof(EnterOrder, client_order_id) == 31);
static_assert(offsetof(Accepted, order_reference) == 36 && offsetof(Accepted, client_order_id) == 48);
static_assert(offsetof(Executed, match_number) == 26 && offsetof(Rejected, reason) == 13 && offsetof(Cancelled, reason) == 17);

// Cancelled.reason
inline constexpr char kCancelByUser = 'U';
inline constexpr char kCancelImmediate = 'I';  // what an immediate-or-cancel order could not fill

// Executed.liquidity
inline constexpr char kLiquidityAdded = 'A';
inline constexpr char kLiquidityRemoved = 'R';

class Message {
 public:
  constexpr Message() = default;
  explicit constexpr Message(Bytes bytes) : bytes_(bytes) {}

  Bytes bytes() const { return bytes_; }
  char type() const { return bytes_.empty() ? '\0' : static_cast<char>(bytes_[0]); }

  // Known type, exact length, appendage included.
  bool well_formed(Direction direction) const {
    const FixedLength fixed = length_of(direction, type());
    if (fixed.bytes == 0 || bytes_.size() < fixed.bytes) return false;
    const std::size_t extra = fixed.has_appendage ? load_be16(bytes_.data() + fixed.bytes - 2) : 0;
    return bytes_.size() == fixed.bytes + extra;
  }

  // Null when the bytes are no T: other type, too short, or an appendage that does not end with the message.
  template <class T>
  const T* as() const {
    if (bytes_.size() < sizeof(T) || type() != T::kType) return nullptr;
    const T* message = reinterpret_cast<const T*>(bytes_.data());
    std::size_t extra = 0;
    if constexpr (requires { message->appendage_bytes; }) extra = message->appendage_bytes;
    return bytes_.size() == sizeof(T) + extra ? message : nullptr;
  }

  // Elements behind the fixed part of a T; empty where there are none.
  template <class T>
  Bytes appendage() const {
    return as<T>() ? bytes_.subspan(sizeof(T)) : Bytes{};
  }

 private:
  Bytes bytes_;
};

}  // namespace hopscope::wire::ouch
