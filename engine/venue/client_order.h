// A client order as the matching engine takes it. order_reader.h makes it of an OUCH 5.0 Enter Order.
#pragma once

#include <cstdint>

#include "engine/book/matching/terms.h"
#include "engine/book/order.h"
#include "engine/journal/record.h"
#include "engine/wire/ouch_codes.h"

namespace hopscope::venue {

using RejectReason = wire::ouch::RejectReason;

// The letters of hs_capsule.order_type and journal::Record::order_type.
enum class OrderType : std::uint8_t { Limit = 'L', Market = 'M', ImmediateOrCancel = 'I' };

// Client orders share the books with the feed's orders: bit 63 tells them apart (ITCH references stay far below it).
inline constexpr book::OrderId kClientBit = 1ull << 63;

constexpr bool is_client(book::OrderId id) { return (id & kClientBit) != 0; }
constexpr book::OrderId client_id(std::uint32_t session, std::uint32_t user_ref) { return journal::client_order(session, user_ref); }
constexpr std::uint32_t user_ref_of(book::OrderId id) { return static_cast<std::uint32_t>(id); }
// Whose orders self-trade prevention and mass cancel look at: a session's. 0 is the feed's.
constexpr matching::Owner owner_of(book::OrderId id) { return static_cast<matching::Owner>((id >> 32 & 0xffff) + 1); }

// What an order asks for beyond its type.
struct Terms {
  std::uint16_t traits = 0;  // matching::trait; those of the order type are not among them
  matching::SelfTrade self_trade = matching::SelfTrade::Allow;
  book::Quantity minimum = 0;
  book::Quantity display = 0;
  book::Price stop = 0;
  std::uint64_t expires_ns = 0;  // market time

  bool any() const { return traits != 0 || self_trade != matching::SelfTrade::Allow; }
};

struct ClientOrder {
  book::OrderId id = 0;
  std::uint16_t locate = 0;
  book::Side side = book::Side::Buy;
  OrderType type = OrderType::Limit;
  book::Price price = 0;  // 0: market
  book::Quantity quantity = 0;
  Terms terms{};
};

// OUCH 5.0: at most 999,999 shares, prices up to 199,999.9900.
inline constexpr book::Quantity kMaxShares = 999'999;
inline constexpr std::uint64_t kMaxOrderPrice = 1'999'999'900;

}  // namespace hopscope::venue
