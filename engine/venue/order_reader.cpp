#include "engine/venue/order_reader.h"

#include <optional>

namespace hopscope::venue {
namespace {

namespace ouch = wire::ouch;
namespace trait = matching::trait;
using matching::SelfTrade;
using ouch::Tag;

std::optional<SelfTrade> self_trade_of(char letter) {
  switch (static_cast<ouch::SelfTrade>(letter)) {
    case ouch::SelfTrade::CancelNewest:
      return SelfTrade::CancelNewest;
    case ouch::SelfTrade::CancelOldest:
      return SelfTrade::CancelOldest;
    case ouch::SelfTrade::CancelBoth:
      return SelfTrade::CancelBoth;
    case ouch::SelfTrade::Decrement:
      return SelfTrade::Decrement;
  }
  return std::nullopt;
}

// One element. What does not change how an order is matched is taken and has no effect; what would, and this venue has not got, is refused.
RejectReason read_element(const ouch::Element& element, Terms& terms) {
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  switch (element.tag) {
    case Tag::MinimumQuantity:
      if (!element.u32()) return RejectReason::InvalidMinimumQuantity;
      terms.minimum = *element.u32();
      if (terms.minimum != 0) terms.traits |= trait::kMinimum;
      return RejectReason::None;
    case Tag::MaximumFloor:
      if (!element.u32()) return RejectReason::InvalidMaximumFloor;
      terms.display = *element.u32();
      if (terms.display != 0) terms.traits |= trait::kIceberg;
      return RejectReason::None;
    case Tag::PostOnly:
      if (element.character() != 'P' && element.character() != 'N') return RejectReason::Other;
      if (element.character() == 'P') terms.traits |= trait::kPostOnly;
      return RejectReason::None;
    case Tag::ExpireTime:
      if (!element.u32()) return RejectReason::Other;
      if (terms.expires_ns == 0) terms.expires_ns = *element.u32() * kSecondNs;
      return RejectReason::None;
    case Tag::ExpireTimeNs:
      if (!element.u64()) return RejectReason::Other;
      terms.expires_ns = *element.u64();
      return RejectReason::None;
    case Tag::StopPrice:
      if (!element.u64() || *element.u64() == 0 || *element.u64() > kMaxOrderPrice) return RejectReason::InvalidPrice;
      terms.stop = static_cast<book::Price>(*element.u64());
      terms.traits |= trait::kStop;
      return RejectReason::None;
    case Tag::SelfTradePrevention: {
      const auto mode = self_trade_of(element.character().value_or('\0'));
      if (!mode) return RejectReason::Other;
      terms.self_trade = *mode;
      return RejectReason::None;
    }
    case Tag::PriceType:
      return element.character() == 'L' ? RejectReason::None : RejectReason::InvalidPegType;
    case Tag::PegOffset:
    case Tag::DiscretionPrice:
    case Tag::DiscretionPriceType:
    case Tag::DiscretionPegOffset:
      return RejectReason::PeggingNotAllowed;
    case Tag::RandomReserves:
      return RejectReason::InvalidMaximumFloor;
    case Tag::HandlingInstruction:
      return element.character() == ' ' ? RejectReason::None : RejectReason::RoutingNotAllowed;
    default:
      return RejectReason::None;
  }
}

RejectReason read_elements(wire::Bytes bytes, Terms& terms) {
  ouch::Appendage appendage(bytes);
  for (ouch::Element element; appendage.next(element);) {
    if (appendage.find(element.tag)->value.data() != element.value.data()) continue;  // of two the first one counts
    if (const RejectReason fault = read_element(element, terms); fault != RejectReason::None) return fault;
  }
  return appendage.malformed() ? RejectReason::Other : RejectReason::None;
}

RejectReason read_display(char display) {
  return display == ouch::kDisplayVisible || display == ouch::kDisplayAttributable ? RejectReason::None : RejectReason::InvalidDisplay;
}

RejectReason read_time_in_force(char time_in_force, Terms& terms) {
  const bool has_end = terms.expires_ns != 0;
  switch (time_in_force) {
    case ouch::kTimeInForceDay:
    case ouch::kTimeInForceImmediate:
      return has_end ? RejectReason::Other : RejectReason::None;
    case ouch::kTimeInForceUntil:
      terms.traits |= trait::kExpires;
      return has_end ? RejectReason::None : RejectReason::Other;
    default:
      return RejectReason::Other;
  }
}

RejectReason read_cross(char cross_type, Terms& terms) {
  if (cross_type == ouch::kCrossNone) return RejectReason::None;
  if (cross_type != ouch::kCrossOpening && cross_type != ouch::kCrossClosing && cross_type != ouch::kCrossHalt)
    return RejectReason::InvalidCrossOrder;
  terms.traits |= trait::kAuctionOnly;
  return RejectReason::None;
}

}  // namespace

RejectReason read_order(const ouch::EnterOrder& enter, wire::Bytes appendage, std::uint32_t session, const SymbolIndex& symbols,
                        ClientOrder& order) {
  const std::uint64_t price = enter.price;
  const bool market = price == ouch::kMarketPrice;
  const bool sells = enter.side == ouch::kSell || enter.side == ouch::kSellShort || enter.side == ouch::kSellShortExempt;
  const bool immediate = enter.time_in_force == ouch::kTimeInForceImmediate;
  order.id = client_id(session, enter.user_ref);
  order.side = sells ? book::Side::Sell : book::Side::Buy;
  order.quantity = enter.quantity;
  order.price = market || price > kMaxOrderPrice ? 0 : static_cast<book::Price>(price);
  order.type = market ? OrderType::Market : immediate ? OrderType::ImmediateOrCancel : OrderType::Limit;
  if (!sells && enter.side != ouch::kBuy) return RejectReason::InvalidSide;
  if (order.quantity == 0 || order.quantity > kMaxShares) return RejectReason::InvalidQuantity;
  if (!market && (price == 0 || price > kMaxOrderPrice)) return RejectReason::InvalidPrice;
  if (!appendage.empty()) [[unlikely]]
    if (const RejectReason fault = read_elements(appendage, order.terms); fault != RejectReason::None) return fault;
  if (const RejectReason fault = read_display(enter.display); fault != RejectReason::None) return fault;
  if (const RejectReason fault = read_time_in_force(enter.time_in_force, order.terms); fault != RejectReason::None) return fault;
  if (const RejectReason fault = read_cross(enter.cross_type, order.terms); fault != RejectReason::None) return fault;
  if (order.terms.minimum > order.quantity) return RejectReason::InvalidMinimumQuantity;
  if (immediate && order.terms.minimum == order.quantity) {
    order.terms.traits = static_cast<std::uint16_t>((order.terms.traits & ~trait::kMinimum) | trait::kFillOrKill);
    order.terms.minimum = 0;
  }
  const std::optional<std::uint16_t> locate = symbols.find(enter.symbol);
  if (!locate) return RejectReason::InvalidSymbol;
  order.locate = *locate;
  return RejectReason::None;
}

RejectReason check_replace(const ouch::ReplaceOrder& replace, wire::Bytes appendage) {
  Terms terms;
  if (replace.quantity == 0 || replace.quantity > kMaxShares) return RejectReason::InvalidQuantity;
  if (replace.price == 0 || replace.price > kMaxOrderPrice || replace.price == ouch::kMarketPrice) return RejectReason::InvalidPrice;
  if (read_elements(appendage, terms) != RejectReason::None || terms.any() || terms.expires_ns != 0) return RejectReason::ReplaceNotAllowed;
  if (replace.time_in_force == ouch::kTimeInForceImmediate) return RejectReason::ReplaceNotAllowed;
  return read_display(replace.display);
}

}  // namespace hopscope::venue
