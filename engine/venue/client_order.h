// A client order as the matching engine takes it, and the way there from an OUCH 5.0 Enter Order.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/book/order.h"
#include "engine/venue/symbol_index.h"
#include "engine/wire/ouch.h"

namespace hopscope::venue {

// The letters of hs_capsule.order_type and journal::Record::order_type.
enum class OrderType : std::uint8_t { Limit = 'L', Market = 'M', ImmediateOrCancel = 'I' };

// OUCH 5.0, Order Rejected, reasons; those that this venue gives.
enum class RejectReason : std::uint16_t {
  None = 0,
  InvalidSide = 0x0009,
  Other = 0x000f,  // here: a time in force that this venue does not offer
  InvalidQuantity = 0x0013,
  InvalidSymbol = 0x0017,
  InvalidPrice = 0x001d,
};

// OUCH 5.0, Order Canceled, reasons.
enum class CancelReason : char {
  User = 'U',
  Immediate = 'I',  // the rest of an order that must not rest
  System = 'Z',     // the venue has no room for it
};

// Client orders share the books with the feed's orders: bit 63 tells them apart (ITCH references stay far below it).
inline constexpr book::OrderId kClientBit = 1ull << 63;

constexpr bool is_client(book::OrderId id) { return (id & kClientBit) != 0; }
constexpr book::OrderId client_id(std::uint32_t session, std::uint32_t user_ref) {
  return kClientBit | static_cast<book::OrderId>(session) << 32 | user_ref;
}
constexpr std::uint32_t user_ref_of(book::OrderId id) { return static_cast<std::uint32_t>(id); }

struct ClientOrder {
  book::OrderId id = 0;
  std::uint16_t locate = 0;
  book::Side side = book::Side::Buy;
  OrderType type = OrderType::Limit;
  book::Price price = 0;  // 0: market
  book::Quantity quantity = 0;
};

// OUCH 5.0: at most 999,999 shares, prices up to 199,999.9900.
inline constexpr book::Quantity kMaxShares = 999'999;
inline constexpr std::uint64_t kMaxOrderPrice = 1'999'999'900;

// Fills `order` as far as the message is sound, and says what is wrong with it.
inline RejectReason read_order(const wire::ouch::EnterOrder& enter, std::uint32_t session, const SymbolIndex& symbols, ClientOrder& order) {
  namespace ouch = wire::ouch;
  const std::uint64_t price = enter.price;
  const bool market = price == ouch::kMarketPrice;
  order.id = client_id(session, enter.user_ref);
  order.side = enter.side == 'S' ? book::Side::Sell : book::Side::Buy;
  order.quantity = enter.quantity;
  order.price = market || price > kMaxOrderPrice ? 0 : static_cast<book::Price>(price);
  order.type = market                                               ? OrderType::Market
               : enter.time_in_force == ouch::kTimeInForceImmediate ? OrderType::ImmediateOrCancel
                                                                    : OrderType::Limit;
  if (enter.side != 'B' && enter.side != 'S') return RejectReason::InvalidSide;
  if (order.quantity == 0 || order.quantity > kMaxShares) return RejectReason::InvalidQuantity;
  if (!market && (price == 0 || price > kMaxOrderPrice)) return RejectReason::InvalidPrice;
  if (enter.time_in_force != ouch::kTimeInForceDay && enter.time_in_force != ouch::kTimeInForceImmediate) return RejectReason::Other;
  const std::optional<std::uint16_t> locate = symbols.find(enter.symbol);
  if (!locate) return RejectReason::InvalidSymbol;
  order.locate = *locate;
  return RejectReason::None;
}

}  // namespace hopscope::venue
