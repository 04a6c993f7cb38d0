// Writing ITCH 5.0 messages: what the market simulator sends. Each encoder fills `out`, which must have room, and returns the length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/itch.h"

namespace hopscope::wire::itch {

// What every message starts with, besides its type.
struct Stamp {
  std::uint16_t locate;
  std::uint64_t timestamp_ns;
  std::uint16_t tracking = 0;
};

template <class T>
T& lay(std::span<std::byte> out, const Stamp& stamp) {
  auto& message = *reinterpret_cast<T*>(out.data());
  auto& head = *reinterpret_cast<Head*>(out.data());
  head.type = T::kType;
  head.locate = stamp.locate;
  head.tracking = stamp.tracking;
  head.timestamp_ns = stamp.timestamp_ns;
  return message;
}

inline std::size_t encode_system_event(std::span<std::byte> out, const Stamp& stamp, char event) {
  lay<SystemEvent>(out, stamp).event = event;
  return sizeof(SystemEvent);
}

// An ordinary common stock on the Global Select Market, round lot 100.
inline std::size_t encode_stock_directory(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock) {
  auto& message = lay<StockDirectory>(out, stamp);
  message.stock = stock;
  message.market_category = 'Q';
  message.financial_status = 'N';
  message.round_lot_size = 100;
  message.round_lots_only = 'N';
  message.issue_classification = 'C';
  message.issue_subtype[0] = 'Z';  // not applicable
  message.issue_subtype[1] = ' ';
  message.authenticity = 'T';  // a test symbol: this market is simulated
  message.short_sale_threshold = 'N';
  message.ipo_flag = 'N';
  message.luld_tier = '1';
  message.etp_flag = 'N';
  message.etp_leverage = 0;
  message.inverse = 'N';
  return sizeof(StockDirectory);
}

inline std::size_t encode_add(std::span<std::byte> out, const Stamp& stamp, std::uint64_t reference, char side, std::uint32_t shares,
                              const Symbol& stock, std::uint32_t price) {
  auto& message = lay<AddOrder>(out, stamp);
  message.reference = reference;
  message.side = side;
  message.shares = shares;
  message.stock = stock;
  message.price = price;
  return sizeof(AddOrder);
}

inline std::size_t encode_executed(std::span<std::byte> out, const Stamp& stamp, std::uint64_t reference, std::uint32_t shares,
                                   std::uint64_t match_number) {
  auto& message = lay<Executed>(out, stamp);
  message.reference = reference;
  message.shares = shares;
  message.match_number = match_number;
  return sizeof(Executed);
}

inline std::size_t encode_cancel(std::span<std::byte> out, const Stamp& stamp, std::uint64_t reference, std::uint32_t shares) {
  auto& message = lay<Cancel>(out, stamp);
  message.reference = reference;
  message.shares = shares;
  return sizeof(Cancel);
}

inline std::size_t encode_delete(std::span<std::byte> out, const Stamp& stamp, std::uint64_t reference) {
  lay<Delete>(out, stamp).reference = reference;
  return sizeof(Delete);
}

inline std::size_t encode_replace(std::span<std::byte> out, const Stamp& stamp, std::uint64_t old_reference, std::uint64_t new_reference,
                                  std::uint32_t shares, std::uint32_t price) {
  auto& message = lay<Replace>(out, stamp);
  message.old_reference = old_reference;
  message.new_reference = new_reference;
  message.shares = shares;
  message.price = price;
  return sizeof(Replace);
}

// Side 'B' and reference 0 always, as Nasdaq sends them since 2014 and 2010: hidden interest is not to be tracked (ITCH 5.0, Trade
// Messages).
inline std::size_t encode_trade(std::span<std::byte> out, const Stamp& stamp, std::uint32_t shares, const Symbol& stock,
                                std::uint32_t price, std::uint64_t match_number) {
  auto& message = lay<Trade>(out, stamp);
  message.reference = 0;
  message.side = 'B';
  message.shares = shares;
  message.stock = stock;
  message.price = price;
  message.match_number = match_number;
  return sizeof(Trade);
}

}  // namespace hopscope::wire::itch
