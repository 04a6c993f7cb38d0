// Writing what an OUCH 5.0 venue sends; conventions in ouch_encode.h. Times are nanoseconds since midnight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/ouch_lay.h"

namespace hopscope::wire::ouch {

inline std::size_t encode_system_event(std::span<std::byte> out, std::uint64_t timestamp_ns, char event) {
  auto& message = detail::lay<SystemEvent>(out);
  message.timestamp_ns = timestamp_ns;
  message.event = event;
  return sizeof(SystemEvent);
}

// Echoes the order as entered. `state` 'L' live, 'D' dead (nothing of it rests).
inline std::size_t encode_accepted(std::span<std::byte> out, std::uint64_t timestamp_ns, const EnterOrder& order,
                                   std::uint64_t order_reference, char state, Bytes appendage = {}) {
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
  return detail::finish<Accepted>(out, appendage);
}

// What a Replace Order keeps of the order that it replaces.
struct ReplacedOrder {
  char side = kBuy;
  Symbol symbol{};
  char capacity = 'P';
  char cross_type = kCrossNone;
};

// Echoes the replacement as sent, with what it keeps; `quantity` is what the replacement has left to execute.
inline std::size_t encode_replaced(std::span<std::byte> out, std::uint64_t timestamp_ns, const ReplaceOrder& replacement,
                                   const ReplacedOrder& kept, std::uint32_t quantity, std::uint64_t order_reference, char state,
                                   Bytes appendage = {}) {
  auto& message = detail::lay<Replaced>(out);
  message.timestamp_ns = timestamp_ns;
  message.original_user_ref = replacement.original_user_ref;
  message.user_ref = replacement.user_ref;
  message.side = kept.side;
  message.quantity = quantity;
  message.symbol = kept.symbol;
  message.price = replacement.price;
  message.time_in_force = replacement.time_in_force;
  message.display = replacement.display;
  message.order_reference = order_reference;
  message.capacity = kept.capacity;
  message.intermarket_sweep = replacement.intermarket_sweep;
  message.cross_type = kept.cross_type;
  message.order_state = state;
  message.client_order_id = replacement.client_order_id;
  return detail::finish<Replaced>(out, appendage);
}

// `quantity` is what was taken off the order.
inline std::size_t encode_cancelled(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, std::uint32_t quantity,
                                    char reason, Bytes appendage = {}) {
  auto& message = detail::lay<Cancelled>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.quantity = quantity;
  message.reason = reason;
  return detail::finish<Cancelled>(out, appendage);
}

// What self-match prevention kept an order from doing.
struct SelfMatch {
  std::uint32_t quantity = 0;  // taken off the order
  std::uint32_t prevented_quantity = 0;
  std::uint64_t execution_price = 0;
  char liquidity = kLiquidityRemoved;
  char strategy = '\0';  // not '\0': written behind the fixed part, as later revisions have it
};

inline std::size_t encode_aiq_cancelled(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref,
                                        const SelfMatch& match) {
  auto& message = detail::lay<AiqCancelled>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.quantity = match.quantity;
  message.reason = kCancelSelfMatch;
  message.prevented_quantity = match.prevented_quantity;
  message.execution_price = match.execution_price;
  message.liquidity = match.liquidity;
  if (match.strategy == '\0') return sizeof(AiqCancelled);
  out[sizeof(AiqCancelled)] = static_cast<std::byte>(match.strategy);
  return sizeof(AiqCancelled) + 1;
}

inline std::size_t encode_executed(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, std::uint32_t quantity,
                                   std::uint64_t price, char liquidity, std::uint64_t match_number, Bytes appendage = {}) {
  auto& message = detail::lay<Executed>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.quantity = quantity;
  message.price = price;
  message.liquidity = liquidity;
  message.match_number = match_number;
  return detail::finish<Executed>(out, appendage);
}

inline std::size_t encode_broken_trade(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref,
                                       std::uint64_t match_number, char reason, const ClientOrderId& client_order_id = kNoClientOrderId) {
  auto& message = detail::lay<BrokenTrade>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.match_number = match_number;
  message.reason = reason;
  message.client_order_id = client_order_id;
  return sizeof(BrokenTrade);
}

// The execution as it stands now.
inline std::size_t encode_trade_correction(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref,
                                           std::uint32_t quantity, std::uint64_t price, char liquidity, std::uint64_t match_number,
                                           char reason, const ClientOrderId& client_order_id = kNoClientOrderId) {
  auto& message = detail::lay<TradeCorrection>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.quantity = quantity;
  message.price = price;
  message.liquidity = liquidity;
  message.match_number = match_number;
  message.reason = reason;
  message.client_order_id = client_order_id;
  return sizeof(TradeCorrection);
}

inline std::size_t encode_rejected(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, std::uint16_t reason,
                                   const ClientOrderId& client_order_id = kNoClientOrderId, Bytes appendage = {}) {
  auto& message = detail::lay<Rejected>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.reason = reason;
  message.client_order_id = client_order_id;
  return detail::finish<Rejected>(out, appendage);
}

inline std::size_t encode_cancel_pending(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref,
                                         Bytes appendage = {}) {
  auto& message = detail::lay<CancelPending>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  return detail::finish<CancelPending>(out, appendage);
}

inline std::size_t encode_cancel_rejected(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref,
                                          Bytes appendage = {}) {
  auto& message = detail::lay<CancelRejected>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  return detail::finish<CancelRejected>(out, appendage);
}

inline std::size_t encode_priority_update(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, std::uint64_t price,
                                          char display, std::uint64_t order_reference, Bytes appendage = {}) {
  auto& message = detail::lay<PriorityUpdate>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.price = price;
  message.display = display;
  message.order_reference = order_reference;
  return detail::finish<PriorityUpdate>(out, appendage);
}

inline std::size_t encode_modified(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, char side,
                                   std::uint32_t quantity, Bytes appendage = {}) {
  auto& message = detail::lay<Modified>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.side = side;
  message.quantity = quantity;
  return detail::finish<Modified>(out, appendage);
}

// The appendage says what changed.
inline std::size_t encode_restated(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t user_ref, char reason,
                                   Bytes appendage) {
  auto& message = detail::lay<Restated>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = user_ref;
  message.reason = reason;
  return detail::finish<Restated>(out, appendage);
}

// Echoes the request.
inline std::size_t encode_mass_cancelled(std::span<std::byte> out, std::uint64_t timestamp_ns, const MassCancel& request,
                                         Bytes appendage = {}) {
  auto& message = detail::lay<MassCancelled>(out);
  message.timestamp_ns = timestamp_ns;
  message.user_ref = request.user_ref;
  message.firm = request.firm;
  message.symbol = request.symbol;
  return detail::finish<MassCancelled>(out, appendage);
}

inline std::size_t encode_account_state(std::span<std::byte> out, std::uint64_t timestamp_ns, std::uint32_t next_user_ref,
                                        Bytes appendage = {}) {
  auto& message = detail::lay<AccountState>(out);
  message.timestamp_ns = timestamp_ns;
  message.next_user_ref = next_user_ref;
  return detail::finish<AccountState>(out, appendage);
}

}  // namespace hopscope::wire::ouch
