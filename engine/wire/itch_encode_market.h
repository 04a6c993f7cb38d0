// Writing the ITCH 5.0 messages that the simulator does not send (the tests, fuzz seeds and replayed auctions do). As in itch_encode.h:
// each encoder fills `out`, which must have room, and returns the length.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/wire/itch_encode.h"

namespace hopscope::wire::itch {

namespace detail {

// Left-justified, padded with spaces; what is beyond the field is cut.
template <std::size_t N>
void put_text(char (&field)[N], std::string_view text) {
  std::memset(field, ' ', N);
  std::copy_n(text.data(), std::min(text.size(), N), field);
}

}  // namespace detail

inline std::size_t encode_add_mpid(std::span<std::byte> out, const Stamp& stamp, std::uint64_t reference, char side, std::uint32_t shares,
                                   const Symbol& stock, std::uint32_t price, std::string_view mpid) {
  encode_add(out, stamp, reference, side, shares, stock, price);
  detail::put_text(lay<AddOrderMpid>(out, stamp).mpid, mpid);
  return sizeof(AddOrderMpid);
}

inline std::size_t encode_executed_with_price(std::span<std::byte> out, const Stamp& stamp, std::uint64_t reference, std::uint32_t shares,
                                              std::uint64_t match_number, char printable, std::uint32_t price) {
  auto& message = lay<ExecutedWithPrice>(out, stamp);
  message.reference = reference;
  message.shares = shares;
  message.match_number = match_number;
  message.printable = printable;
  message.price = price;
  return sizeof(ExecutedWithPrice);
}

inline std::size_t encode_cross_trade(std::span<std::byte> out, const Stamp& stamp, std::uint64_t shares, const Symbol& stock,
                                      std::uint32_t price, std::uint64_t match_number, char cross_type) {
  auto& message = lay<CrossTrade>(out, stamp);
  message.shares = shares;
  message.stock = stock;
  message.price = price;
  message.match_number = match_number;
  message.cross_type = cross_type;
  return sizeof(CrossTrade);
}

inline std::size_t encode_broken_trade(std::span<std::byte> out, const Stamp& stamp, std::uint64_t match_number) {
  lay<BrokenTrade>(out, stamp).match_number = match_number;
  return sizeof(BrokenTrade);
}

inline std::size_t encode_trading_action(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock, char state,
                                         std::string_view reason) {
  auto& message = lay<TradingAction>(out, stamp);
  message.stock = stock;
  message.state = state;
  message.reserved = ' ';
  detail::put_text(message.reason, reason);
  return sizeof(TradingAction);
}

inline std::size_t encode_short_sale_restriction(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock, char action) {
  auto& message = lay<ShortSaleRestriction>(out, stamp);
  message.stock = stock;
  message.action = action;
  return sizeof(ShortSaleRestriction);
}

// A primary market maker in normal mode, active.
inline std::size_t encode_participant_position(std::span<std::byte> out, const Stamp& stamp, std::string_view mpid, const Symbol& stock) {
  auto& message = lay<ParticipantPosition>(out, stamp);
  detail::put_text(message.mpid, mpid);
  message.stock = stock;
  message.primary_market_maker = 'Y';
  message.market_maker_mode = 'N';
  message.state = 'A';
  return sizeof(ParticipantPosition);
}

// Index values with 8 decimals.
inline std::size_t encode_circuit_breaker_levels(std::span<std::byte> out, const Stamp& stamp, std::uint64_t level_1, std::uint64_t level_2,
                                                 std::uint64_t level_3) {
  auto& message = lay<CircuitBreakerLevels>(out, stamp);
  message.level_1 = level_1;
  message.level_2 = level_2;
  message.level_3 = level_3;
  return sizeof(CircuitBreakerLevels);
}

inline std::size_t encode_circuit_breaker_tripped(std::span<std::byte> out, const Stamp& stamp, char level) {
  lay<CircuitBreakerTripped>(out, stamp).level = level;
  return sizeof(CircuitBreakerTripped);
}

inline std::size_t encode_ipo_quoting_period(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock,
                                             std::uint32_t release_time_s, char release_qualifier, std::uint32_t price) {
  auto& message = lay<IpoQuotingPeriod>(out, stamp);
  message.stock = stock;
  message.release_time_s = release_time_s;
  message.release_qualifier = release_qualifier;
  message.price = price;
  return sizeof(IpoQuotingPeriod);
}

inline std::size_t encode_auction_collar(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock, std::uint32_t reference_price,
                                         std::uint32_t upper_price, std::uint32_t lower_price, std::uint32_t extension) {
  auto& message = lay<AuctionCollar>(out, stamp);
  message.stock = stock;
  message.reference_price = reference_price;
  message.upper_price = upper_price;
  message.lower_price = lower_price;
  message.extension = extension;
  return sizeof(AuctionCollar);
}

inline std::size_t encode_operational_halt(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock, char market, char action) {
  auto& message = lay<OperationalHalt>(out, stamp);
  message.stock = stock;
  message.market = market;
  message.action = action;
  return sizeof(OperationalHalt);
}

// Prices 0 where the auction has none yet.
struct Imbalance {
  std::uint64_t paired_shares = 0;
  std::uint64_t imbalance_shares = 0;
  char direction = 'N';
  std::uint32_t far_price = 0;
  std::uint32_t near_price = 0;
  std::uint32_t reference_price = 0;
  char cross_type = 'O';
  char price_variation = ' ';
};

inline std::size_t encode_imbalance_indicator(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock,
                                              const Imbalance& imbalance) {
  auto& message = lay<ImbalanceIndicator>(out, stamp);
  message.paired_shares = imbalance.paired_shares;
  message.imbalance_shares = imbalance.imbalance_shares;
  message.direction = imbalance.direction;
  message.stock = stock;
  message.far_price = imbalance.far_price;
  message.near_price = imbalance.near_price;
  message.reference_price = imbalance.reference_price;
  message.cross_type = imbalance.cross_type;
  message.price_variation = imbalance.price_variation;
  return sizeof(ImbalanceIndicator);
}

inline std::size_t encode_retail_interest(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock, char interest) {
  auto& message = lay<RetailInterest>(out, stamp);
  message.stock = stock;
  message.interest = interest;
  return sizeof(RetailInterest);
}

// What the price discovery of a direct listing with capital raise shows.
struct PriceDiscovery {
  char open_eligibility = 'N';
  std::uint32_t minimum_price = 0;
  std::uint32_t maximum_price = 0;
  std::uint32_t near_price = 0;
  std::uint64_t near_time_ns = 0;
  std::uint32_t lower_price = 0;
  std::uint32_t upper_price = 0;
};

inline std::size_t encode_direct_listing(std::span<std::byte> out, const Stamp& stamp, const Symbol& stock,
                                         const PriceDiscovery& discovery) {
  auto& message = lay<DirectListing>(out, stamp);
  message.stock = stock;
  message.open_eligibility = discovery.open_eligibility;
  message.minimum_price = discovery.minimum_price;
  message.maximum_price = discovery.maximum_price;
  message.near_price = discovery.near_price;
  message.near_time_ns = discovery.near_time_ns;
  message.lower_price = discovery.lower_price;
  message.upper_price = discovery.upper_price;
  return sizeof(DirectListing);
}

}  // namespace hopscope::wire::itch
