// Nasdaq TotalView-ITCH 5.0: messages as packed structs laid over the bytes, no copies. Lengths of the revisions of 2015, 2017 and 2026.
//
// Integers are big-endian, prices carry 4 decimals, times are nanoseconds since midnight. Message::as<T>() checks type and length, so a
// view never reads outside its message. Encoders for what the simulator sends stand in itch_encode.h.
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

struct SystemEvent {  // event: O start of messages, S system hours, Q market hours, M end of market, E end of system, C end of messages
  static constexpr char kType = 'S';
  Head head;
  char event;
};

struct StockDirectory {
  static constexpr char kType = 'R';
  Head head;
  Symbol stock;
  char market_category, financial_status;
  Be32 round_lot_size;
  char round_lots_only, issue_classification, issue_subtype[2], authenticity, short_sale_threshold, ipo_flag, luld_tier, etp_flag;
  Be32 etp_leverage;
  char inverse;
};

struct AddOrder {
  static constexpr char kType = 'A';
  Head head;
  Be64 reference;
  char side;  // 'B' or 'S'
  Be32 shares;
  Symbol stock;
  Be32 price;
};

struct AddOrderMpid {
  static constexpr char kType = 'F';
  AddOrder add;  // the same fields, then:
  char mpid[4];
};

struct Executed {
  static constexpr char kType = 'E';
  Head head;
  Be64 reference;
  Be32 shares;
  Be64 match_number;
};

struct ExecutedWithPrice {
  static constexpr char kType = 'C';
  Head head;
  Be64 reference;
  Be32 shares;
  Be64 match_number;
  char printable;
  Be32 price;
};

struct Cancel {  // partial
  static constexpr char kType = 'X';
  Head head;
  Be64 reference;
  Be32 shares;  // taken off
};

struct Delete {
  static constexpr char kType = 'D';
  Head head;
  Be64 reference;
};

struct Replace {
  static constexpr char kType = 'U';
  Head head;
  Be64 old_reference;
  Be64 new_reference;
  Be32 shares;
  Be32 price;
};

struct Trade {  // against hidden interest: changes no visible order
  static constexpr char kType = 'P';
  Head head;
  Be64 reference;
  char side;
  Be32 shares;
  Symbol stock;
  Be32 price;
  Be64 match_number;
};

struct CrossTrade {
  static constexpr char kType = 'Q';
  Head head;
  Be64 shares;
  Symbol stock;
  Be32 price;
  Be64 match_number;
  char cross_type;
};

struct BrokenTrade {
  static constexpr char kType = 'B';
  Head head;
  Be64 match_number;
};

template <class T>
inline constexpr bool kPinned = sizeof(T) == length_of(T::kType) && alignof(T) == 1;

static_assert(sizeof(Head) == 11 && offsetof(Head, timestamp_ns) == 5);
static_assert(kPinned<SystemEvent> && kPinned<StockDirectory> && kPinned<AddOrder> && kPinned<AddOrderMpid> && kPinned<Executed>);
static_assert(kPinned<ExecutedWithPrice> && kPinned<Cancel> && kPinned<Delete> && kPinned<Replace> && kPinned<Trade>);
static_assert(kPinned<CrossTrade> && kPinned<BrokenTrade>);
static_assert(offsetof(AddOrder, side) == 19 && offsetof(AddOrder, price) == 32);
static_assert(offsetof(Executed, match_number) == 23 && offsetof(ExecutedWithPrice, price) == 32);
static_assert(offsetof(Replace, shares) == 27 && offsetof(Trade, match_number) == 36);
static_assert(offsetof(StockDirectory, round_lot_size) == 21 && offsetof(StockDirectory, etp_leverage) == 34);

class Message {
 public:
  constexpr Message() = default;
  explicit constexpr Message(Bytes bytes) : bytes_(bytes) {}

  Bytes bytes() const { return bytes_; }

  // Has a head, and where the type is known, exactly its length. The accessors below need it.
  bool well_formed() const {
    if (bytes_.size() < sizeof(Head)) return false;
    const std::size_t length_bytes = length_of(type());
    return length_bytes == 0 || length_bytes == bytes_.size();
  }

  char type() const { return static_cast<char>(bytes_[0]); }
  std::uint16_t locate() const { return head().locate; }
  std::uint16_t tracking() const { return head().tracking; }
  std::uint64_t timestamp_ns() const { return head().timestamp_ns; }

  // Null when the bytes are no T: other type or other length.
  template <class T>
  const T* as() const {
    if (bytes_.size() != sizeof(T) || type() != T::kType) return nullptr;
    return reinterpret_cast<const T*>(bytes_.data());
  }

 private:
  const Head& head() const { return *reinterpret_cast<const Head*>(bytes_.data()); }

  Bytes bytes_;
};

}  // namespace hopscope::wire::itch
