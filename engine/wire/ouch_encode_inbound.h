// Writing what an OUCH 5.0 client sends; conventions in ouch_encode.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/ouch_lay.h"

namespace hopscope::wire::ouch {

// What a client sends to enter an order; unless told otherwise displayed, own account, no sweep, continuous market.
struct Order {
  std::uint32_t user_ref = 0;
  char side = kBuy;
  std::uint32_t quantity = 0;
  Symbol symbol{};
  std::uint64_t price = 0;  // 4 decimals, or kMarketPrice
  char time_in_force = kTimeInForceDay;
  ClientOrderId client_order_id = kNoClientOrderId;
  char display = kDisplayVisible;
  char capacity = 'P';
  char intermarket_sweep = 'N';
  char cross_type = kCrossNone;
};

inline std::size_t encode_enter(std::span<std::byte> out, const Order& order, Bytes appendage = {}) {
  auto& message = detail::lay<EnterOrder>(out);
  message.user_ref = order.user_ref;
  message.side = order.side;
  message.quantity = order.quantity;
  message.symbol = order.symbol;
  message.price = order.price;
  message.time_in_force = order.time_in_force;
  message.display = order.display;
  message.capacity = order.capacity;
  message.intermarket_sweep = order.intermarket_sweep;
  message.cross_type = order.cross_type;
  message.client_order_id = order.client_order_id;
  return detail::finish<EnterOrder>(out, appendage);
}

// `order` as it shall be from now on, with its new user_ref; side, symbol, capacity and cross type are not sent.
inline std::size_t encode_replace(std::span<std::byte> out, std::uint32_t original_user_ref, const Order& order, Bytes appendage = {}) {
  auto& message = detail::lay<ReplaceOrder>(out);
  message.original_user_ref = original_user_ref;
  message.user_ref = order.user_ref;
  message.quantity = order.quantity;
  message.price = order.price;
  message.time_in_force = order.time_in_force;
  message.display = order.display;
  message.intermarket_sweep = order.intermarket_sweep;
  message.client_order_id = order.client_order_id;
  return detail::finish<ReplaceOrder>(out, appendage);
}

// `intended` is what may be executed in all, what was executed included; 0 cancels the whole order.
inline std::size_t encode_cancel(std::span<std::byte> out, std::uint32_t user_ref, std::uint32_t intended, Bytes appendage = {}) {
  auto& message = detail::lay<CancelOrder>(out);
  message.user_ref = user_ref;
  message.quantity = intended;
  return detail::finish<CancelOrder>(out, appendage);
}

inline std::size_t encode_modify(std::span<std::byte> out, std::uint32_t user_ref, char side, std::uint32_t quantity,
                                 Bytes appendage = {}) {
  auto& message = detail::lay<ModifyOrder>(out);
  message.user_ref = user_ref;
  message.side = side;
  message.quantity = quantity;
  return detail::finish<ModifyOrder>(out, appendage);
}

// Every order of the firm, or those in one symbol.
inline std::size_t encode_mass_cancel(std::span<std::byte> out, std::uint32_t user_ref, const FirmId& firm = kNoFirm,
                                      const Symbol& symbol = kAllSymbols, Bytes appendage = {}) {
  auto& message = detail::lay<MassCancel>(out);
  message.user_ref = user_ref;
  message.firm = firm;
  message.symbol = symbol;
  return detail::finish<MassCancel>(out, appendage);
}

inline std::size_t encode_account_query(std::span<std::byte> out, Bytes appendage = {}) {
  detail::lay<AccountQuery>(out);
  return detail::finish<AccountQuery>(out, appendage);
}

}  // namespace hopscope::wire::ouch
