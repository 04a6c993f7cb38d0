#include "engine/venue/book_terms.h"

namespace hopscope::venue {

namespace ouch = wire::ouch;
namespace trait = matching::trait;

RejectReason wire_reason(matching::RejectReason reason) {
  switch (reason) {
    case matching::RejectReason::Tick:
    case matching::RejectReason::Collar:
      return RejectReason::InvalidPrice;
    case matching::RejectReason::Lot:
      return RejectReason::InvalidQuantity;
    case matching::RejectReason::Display:
      return RejectReason::InvalidMaximumFloor;
    case matching::RejectReason::Minimum:
      return RejectReason::InvalidMinimumQuantity;
    case matching::RejectReason::Closed:
      return RejectReason::DestinationClosed;
    case matching::RejectReason::Halted:
      return RejectReason::Halted;
    case matching::RejectReason::InAuction:
    case matching::RejectReason::OutsideAuction:
      return RejectReason::InvalidCrossOrder;
    case matching::RejectReason::WaitingStop:
    case matching::RejectReason::WouldTrade:
    case matching::RejectReason::UnknownId:
      return RejectReason::ReplaceNotAllowed;
    case matching::RejectReason::Full:
    case matching::RejectReason::DuplicateId:
      return RejectReason::ProcessingError;
    case matching::RejectReason::None:
    case matching::RejectReason::Terms:
    case matching::RejectReason::Expired:
      break;
  }
  return RejectReason::Other;
}

char wire_reason(matching::CancelReason reason) {
  switch (reason) {
    case matching::CancelReason::User:
    case matching::CancelReason::MassCancel:
      return ouch::kCancelByUser;
    case matching::CancelReason::Immediate:
    case matching::CancelReason::FillOrKill:
    case matching::CancelReason::Minimum:
      return ouch::kCancelImmediate;
    case matching::CancelReason::SelfTrade:
      return ouch::kCancelSelfMatch;
    case matching::CancelReason::Expired:
      return ouch::kCancelTimeout;
    case matching::CancelReason::AuctionEnd:
      return ouch::kCancelCross;
    case matching::CancelReason::Closed:
      break;
  }
  return ouch::kCancelClosed;
}

matching::NewOrder book_order(const ClientOrder& order) {
  matching::NewOrder made;
  made.id = order.id;
  made.price = order.price;
  made.quantity = order.quantity;
  made.side = order.side;
  made.self_trade = order.terms.self_trade;
  made.owner = owner_of(order.id);
  made.traits = order.terms.traits;
  if (order.type == OrderType::Market) made.traits |= trait::kMarket;
  if (order.type == OrderType::ImmediateOrCancel && (made.traits & trait::kFillOrKill) == 0) made.traits |= trait::kImmediate;
  made.minimum = order.terms.minimum;
  made.display = order.terms.display;
  made.stop = order.terms.stop;
  made.expires_ns = order.terms.expires_ns;
  return made;
}

}  // namespace hopscope::venue
