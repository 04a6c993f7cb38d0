// Writing OUCH 5.0 messages. Each encoder fills `out`, which must have room, and returns the length in bytes. No appendages yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/ouch.h"

namespace hopscope::wire::ouch {

namespace detail {

template <class T>
T& lay(std::span<std::byte> out) {
  auto& message = *reinterpret_cast<T*>(out.data());
  message.type = T::kType;
  return message;
}

}  // namespace detail

// What a client sends to enter an order; displayed, own account, no sweep, continuous market.
struct Order {
  std::uint32_t user_ref = 0;
  char side = 'B';
  std::uint32_t quantity = 0;
  Symbol symbol{};
  std::uint64_t price = 0;  // 4 decimals, or kMarketPrice
  char time_in_force = kTimeInForceDay;
  ClientOrderId client_order_id = kNoClientOrderId;
};

inline std::size_t encode_enter(std::span<std::byte> out, const Order& order) {
  auto& message = detail::lay<EnterOrder>(out);
  message.user_ref = order.user_ref;
  message.side = order.side;
  message.quantity = order.quantity;
  message.symbol = order.symbol;
  message.price = order.price;
  message.time_in_force = order.time_in_force;
  message.display = 'Y';
  message.capacity = 'P';
  message.intermarket_sweep = 'N';
  message.cross_type = 'N';
  message.client_order_id = order.client_order_id;
  message.appendage_bytes = 0;
  return sizeof(EnterOrder);
}

// `remaining` 0 cancels the whole order.
inline std::size_t encode_cancel(std::span<std::byte> out, std::uint32_t user_ref, std::uint32_t remaining) {
  auto& message = detail::lay<CancelOrder>(out);
  message.user_ref = user_ref;
  message.quantity = remaining;
  return sizeof(CancelOrder);
}

inline std::size_t encode_system_event(std::span<std::byte> out, std::uint64_t timestamp_ns, char event) {
  auto& message = detail::lay<SystemEvent>(out);
  message.timestamp_ns = timestamp_ns;
  message.event = event;
  return sizeof(SystemEvent);
}

// Echoes the order as entered. `state` 'L' live, 'D' dead (nothing of it rests).
inline std::size_t encode_accepted(std::span<std::byte> out, std::uint64_t timestamp_ns, const EnterOrder& order,
                                   std::uint64_t order_reference, char state) {
  auto& message = detail::lay<Accepted>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = order.user_ref;
  message.side = order.side;
  message.quantity = order.quantity;
  message.symbol = order.symbol;
  message.price = order.price;
  message.time_in_force = order.time_in_force;
  message.display = order.display;
  message.order_reference = order_reference;
  message.capacity = order.capacity;
  message.intermarket_sweep = order.intermarket_sweep;
  message.cross_type = order.cross_type;
  message.order_state = state;
  message.client_order_id = order.client_order_id;
  message.appendage_bytes = 0;
  return sizeof(Accepted);
}

inline std::size_t encode_cancelled(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, std::uint32_t quantity,
                                    char reason) {
  auto& message = detail::lay<Cancelled>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.quantity = quantity;
  message.reason = reason;
  return sizeof(Cancelled);
}

inline std::size_t encode_executed(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, std::uint32_t quantity,
                                   std::uint64_t price, char liquidity, std::uint64_t match_number) {
  auto& message = detail::lay<Executed>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.quantity = quantity;
  message.price = price;
  message.liquidity = liquidity;
  message.match_number = match_number;
  message.appendage_bytes = 0;
  return sizeof(Executed);
}

inline std::size_t encode_rejected(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, std::uint16_t reason,
                                   const ClientOrderId& client_order_id = kNoClientOrderId) {
  auto& message = detail::lay<Rejected>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.reason = reason;
  message.client_order_id = client_order_id;
  return sizeof(Rejected);
}

}  // namespace hopscope::wire::ouch
