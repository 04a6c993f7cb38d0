#include "engine/recovery/request.h"

#include "engine/venue/client_order.h"

namespace hopscope::recovery {
namespace {

using journal::Record;
using journal::RecordType;
using venue::RejectReason;

// As the venue had it before it met the book.
venue::ClientOrder order_of(const Request& request) {
  const Record& entered = request.asked;
  venue::ClientOrder order;
  order.id = entered.order;
  order.locate = entered.locate;
  order.side = static_cast<book::Side>(entered.side);
  order.type = static_cast<venue::OrderType>(entered.order_type);
  order.price = entered.price;
  order.quantity = entered.quantity;
  if (request.terms) {
    order.terms.traits = request.terms->reason;
    order.terms.self_trade = static_cast<matching::SelfTrade>(request.terms->side);
    order.terms.minimum = request.terms->quantity;
    order.terms.display = request.terms->price;
    order.terms.stop = static_cast<book::Price>(request.terms->match);
    order.terms.expires_ns = request.terms->maker;
  }
  return order;
}

// What check_replace() refuses, as far as the record shows it: a price that is none is journaled as 0.
bool unsound_replacement(const Record& asked, RejectReason reason) {
  switch (reason) {
    case RejectReason::InvalidQuantity:
      return asked.quantity == 0 || asked.quantity > venue::kMaxShares;
    case RejectReason::InvalidPrice:
      return asked.price == 0;
    case RejectReason::InvalidDisplay:
    case RejectReason::ReplaceNotAllowed:
      return true;  // for what stands in the message only
    default:
      return false;
  }
}

// An order's or a mass cancel's stock is looked up when all else is sound; one that is refused before that has locate 0.
bool refused_at_the_door(const Record& asked, RejectReason reason) {
  return asked.type == RecordType::ReplaceRequested ? unsound_replacement(asked, reason) : asked.locate == 0;
}

}  // namespace

bool is_request(RecordType type) {
  switch (type) {
    case RecordType::OrderEntered:
    case RecordType::CancelRequested:
    case RecordType::ReplaceRequested:
    case RecordType::ModifyRequested:
    case RecordType::MassCancelRequested:
    case RecordType::AccountQueried:
      return true;
    default:
      return false;
  }
}

std::string impossible(const Request& request) {
  const Record& asked = request.asked;
  if (!venue::is_client(asked.order)) return "no client's request has such an order id";
  switch (asked.type) {
    case RecordType::OrderEntered:
      if (asked.side != 'B' && asked.side != 'S') return "no order has such a side";
      if (asked.order_type != 'L' && asked.order_type != 'M' && asked.order_type != 'I') return "no order has such a type";
      if (request.terms && request.terms->side > static_cast<std::uint8_t>(matching::SelfTrade::Decrement))
        return "no order has such a self-trade mode";
      return {};
    case RecordType::ReplaceRequested:
      return venue::is_client(asked.maker) ? "" : "no replacement has such an order id";
    default:
      return {};
  }
}

RejectReason refusal(const Request& request, const Record* answer, bool has_queue) {
  const Record& asked = request.asked;
  if (answer == nullptr) return RejectReason::None;
  const book::OrderId refused_id = asked.type == RecordType::ReplaceRequested ? asked.maker : asked.order;
  if (answer->order != refused_id) return RejectReason::None;
  if (answer->type == RecordType::CancelRejected) return has_queue ? RejectReason::RiskPortMessageRate : RejectReason::None;
  if (answer->type != RecordType::Rejected) return RejectReason::None;
  const auto reason = static_cast<RejectReason>(answer->reason);
  const bool queue_full = has_queue && reason == RejectReason::RiskPortMessageRate;
  return queue_full || refused_at_the_door(asked, reason) ? reason : RejectReason::None;
}

void repeat(const Request& request, RejectReason refused, venue::MatchingEngine& engine) {
  const Record& asked = request.asked;
  switch (asked.type) {
    case RecordType::OrderEntered:
      return engine.enter(order_of(request), refused);
    case RecordType::CancelRequested:
      return engine.cancel(asked.order, asked.quantity, refused);
    case RecordType::ReplaceRequested:
      return engine.replace(asked.order, asked.maker, asked.price, asked.quantity, refused);
    case RecordType::ModifyRequested:
      return engine.modify(asked.order, asked.quantity, refused);
    case RecordType::MassCancelRequested:
      return engine.mass_cancel(asked.order, asked.locate, refused);
    case RecordType::AccountQueried:
      return engine.query(asked.order, asked.quantity);
    default:
      return;
  }
}

}  // namespace hopscope::recovery
