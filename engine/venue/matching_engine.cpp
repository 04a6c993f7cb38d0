#include "engine/venue/matching_engine.h"

#include <algorithm>
#include <limits>

#include "engine/venue/book_terms.h"

namespace hopscope::venue {

namespace ouch = wire::ouch;
using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;
using journal::RecordType;

MatchingEngine::MatchingEngine(std::uint16_t max_locate, std::uint32_t max_orders, const FeedShare& share)
    : share_(share), books_(max_locate, max_orders, events_), symbols_(max_locate), clients_(books_.memory().room().books) {
  records_.reserve(kRecordsRoom);
}

void MatchingEngine::enter(const ClientOrder& order, RejectReason refused, const Letters& letters) {
  journal::Record& entered = record(RecordType::OrderEntered, order.id);
  entered.price = order.price;
  entered.quantity = order.quantity;
  entered.locate = order.locate;
  entered.side = static_cast<std::uint8_t>(order.side);
  entered.order_type = static_cast<std::uint8_t>(order.type);
  entered_ = entered;
  if (order.terms.any()) [[unlikely]] {
    journal::Record& terms = record(RecordType::OrderTerms, order.id);
    terms.maker = order.terms.expires_ns;
    terms.match = order.terms.stop;
    terms.price = order.terms.display;
    terms.quantity = order.terms.minimum;
    terms.reason = order.terms.traits;
    terms.side = static_cast<std::uint8_t>(order.terms.self_trade);
    terms.locate = order.locate;
  }
  if (refused != RejectReason::None) return reject(entered_, refused);
  if (closed_) return reject(entered_, RejectReason::DestinationClosed);
  if (order.locate > books_.max_locate()) return reject(entered_, RejectReason::InvalidSymbol);
  auto* book = books_.open(order.locate, order.price != 0 ? order.price : std::max<Price>(order.terms.stop, 1));
  if (book == nullptr) [[unlikely]] {
    ++bookless_;
    return reject(entered_, RejectReason::ProcessingError);
  }
  if (open_.full()) [[unlikely]]
    return cancel_at_once(entered_, ouch::kCancelSystem);
  const std::uint32_t number = books_.number_of(*book);
  entering_ = {order.id,          0,          order.quantity, order.price,  number,
               order.locate,      order.side, order.type,     letters.side, letters.capacity,
               letters.cross_type};
  request_ = Request::Enter;
  if (order.terms.expires_ns != 0) book->advance(market_ns_);
  book->enter(book_order(order));
  request_ = Request::None;
}

void MatchingEngine::cancel(OrderId id, Quantity intended, RejectReason refused) {
  record(RecordType::CancelRequested, id).quantity = intended;
  if (refused != RejectReason::None) {
    record(RecordType::CancelRejected, id);
    return;
  }
  const OpenOrder* order = open_.find(id);
  if (order == nullptr) return;
  const Quantity remaining = intended - std::min(intended, order->executed);
  if (remaining >= order->open) return;
  request_ = Request::Cancel;
  book_of(*order).reduce(id, remaining);
  request_ = Request::None;
}

void MatchingEngine::replace(OrderId old, OrderId now, Price price, Quantity quantity, RejectReason refused) {
  const OpenOrder* order = open_.find(old);
  journal::Record& asked = record(RecordType::ReplaceRequested, old);
  asked.maker = now;
  asked.price = price;
  asked.quantity = quantity;
  if (order != nullptr) asked.locate = order->locate;
  entered_ = asked;
  entered_.order = now;
  entered_.maker = old;
  if (refused != RejectReason::None) return reject(entered_, refused);
  if (order == nullptr || order->type != OrderType::Limit) return reject(entered_, RejectReason::ReplaceNotAllowed);
  request_ = Request::Replace;
  if (quantity <= order->executed) {
    book_of(*order).cancel(old);
  } else {
    book_of(*order).replace(old, now, price, quantity - order->executed);
  }
  request_ = Request::None;
}

void MatchingEngine::modify(OrderId id, Quantity quantity, RejectReason refused) {
  journal::Record& asked = record(RecordType::ModifyRequested, id);
  asked.quantity = quantity;
  entered_ = asked;
  if (refused != RejectReason::None) {
    record(RecordType::CancelRejected, id);
    return;
  }
  const OpenOrder* order = open_.find(id);
  if (order == nullptr) return;
  const Quantity remaining = quantity - std::min(quantity, order->executed);
  if (remaining == order->open) {
    record(RecordType::Modified, *order).quantity = remaining;
    return;
  }
  auto& book = book_of(*order);
  if (remaining == 0) return book.cancel(id);
  request_ = Request::Modify;
  if (remaining < order->open) {
    book.reduce(id, remaining);
  } else {
    book.replace(id, id, order->price, remaining);
  }
  request_ = Request::None;
}

void MatchingEngine::mass_cancel(OrderId request, std::uint16_t locate, RejectReason refused) {
  journal::Record& asked = record(RecordType::MassCancelRequested, request);
  asked.locate = locate;
  const journal::Record kept = asked;
  if (refused != RejectReason::None) return reject(kept, refused);
  record(RecordType::MassCancelled, request).locate = locate;
  for (std::uint32_t number = 0; number < books_.opened(); ++number) {
    auto& book = books_[number];
    if (clients_[number] != 0 && (locate == 0 || books_.find(locate) == &book)) book.mass_cancel(owner_of(request));
  }
}

void MatchingEngine::query(OrderId session, std::uint32_t next_user_ref) {
  record(RecordType::AccountQueried, session).quantity = next_user_ref;
}

book::Touch MatchingEngine::touch(std::uint16_t locate) const {
  book::Touch touch;
  const auto* book = books_.find(locate);
  if (book == nullptr) return touch;
  const auto best = [&](Side side, Price& price, Quantity& size) {
    book->each_level(side, [&](Price at, std::uint64_t shown, std::uint64_t) {
      price = at;
      size = static_cast<Quantity>(std::min<std::uint64_t>(shown, std::numeric_limits<Quantity>::max()));
      return false;
    });
  };
  best(Side::Buy, touch.bid, touch.bid_size);
  best(Side::Sell, touch.ask, touch.ask_size);
  return touch;
}

Quantity MatchingEngine::open_shares(OrderId id) {
  const std::uint32_t index = books_.memory().find(id);
  return index == 0 ? 0 : books_.of_order(index).open_shares(index);
}

journal::Record& MatchingEngine::record(RecordType type, OrderId order) {
  journal::Record& record = records_.emplace_back();
  record.type = type;
  record.market_ns = market_ns_;
  record.feed_sequence = feed_sequence_;
  record.order = order;
  return record;
}

journal::Record& MatchingEngine::record(RecordType type, const OpenOrder& order) {
  journal::Record& made = record(type, order.id);
  made.price = order.price;
  made.locate = order.locate;
  made.side = static_cast<std::uint8_t>(order.side);
  made.order_type = static_cast<std::uint8_t>(order.type);
  return made;
}

void MatchingEngine::reject(const journal::Record& request, RejectReason reason) {
  journal::Record& rejected = records_.emplace_back(request);
  rejected.type = RecordType::Rejected;
  rejected.reason = static_cast<std::uint16_t>(reason);
}

void MatchingEngine::cancel_at_once(const journal::Record& entered, char reason) {
  records_.emplace_back(entered).type = RecordType::Accepted;
  journal::Record& cancelled = records_.emplace_back(entered);
  cancelled.type = RecordType::Cancelled;
  cancelled.reason = static_cast<unsigned char>(reason);
}

void MatchingEngine::done(OpenOrder& order) {
  --clients_[order.book];
  open_.erase(order);
}

MatchingEngine::Books::Book& MatchingEngine::book_of(const OpenOrder& order) { return books_[order.book]; }

void MatchingEngine::accept() {
  records_.emplace_back(entered_).type = RecordType::Accepted;
  open_.insert(entering_).open = entered_.quantity;
  ++clients_[entering_.book];
}

void MatchingEngine::refuse(OrderId id, matching::RejectReason reason) {
  switch (request_) {
    case Request::Enter:
      // An order for which there is no room, or that must not trade but would, was fine in itself.
      if (reason == matching::RejectReason::Full) return cancel_at_once(entered_, ouch::kCancelSystem);
      if (reason == matching::RejectReason::WouldTrade) return cancel_at_once(entered_, ouch::kCancelPostOnlyContra);
      return reject(entered_, wire_reason(reason));
    case Request::Replace:
      return reject(entered_, wire_reason(reason));
    case Request::Cancel:
    case Request::Modify:
      record(RecordType::CancelRejected, id);
      return;
    case Request::None:
      return;
  }
}

// At least one of both is a client's.
void MatchingEngine::execute(const matching::Execution& execution) {
  const OrderId taker = execution.taker, maker = execution.maker;
  journal::Record& trade = record(RecordType::Executed, taker);
  trade.maker = maker;
  trade.match = ++match_;
  trade.price = execution.price;
  trade.quantity = execution.quantity;
  trade.reason = execution.in_cross;
  if (const OpenOrder* order = is_client(taker) ? open_.find(taker) : nullptr) {
    trade.locate = order->locate;
    trade.side = static_cast<std::uint8_t>(order->side);
    trade.order_type = static_cast<std::uint8_t>(order->type);
  } else {
    trade.locate = feed_order_.locate;
    trade.side = static_cast<std::uint8_t>(feed_order_.side);
    trade.order_type = static_cast<std::uint8_t>(OrderType::Limit);
  }
  const Side maker_side = trade.side == static_cast<std::uint8_t>(Side::Buy) ? Side::Sell : Side::Buy;
  if (!is_client(maker)) taken_.put(maker, maker_side);
  execute_one(taker, execution.quantity, execution.taker_left);
  execute_one(maker, execution.quantity, execution.maker_left);
}

void MatchingEngine::execute_one(OrderId id, Quantity quantity, Quantity left) {
  if (!is_client(id)) return;
  OpenOrder* order = open_.find(id);
  if (order == nullptr) return;
  order->executed += quantity;
  order->open = left;
  if (left == 0) done(*order);
}

void MatchingEngine::cancelled(const matching::Cancellation& cancellation) {
  OpenOrder* order = is_client(cancellation.id) ? open_.find(cancellation.id) : nullptr;
  if (order == nullptr) return;  // the feed's, of a book that moved or closed
  order->open = cancellation.left;
  if (request_ == Request::Modify && cancellation.reason == matching::CancelReason::User) {
    record(RecordType::Modified, *order).quantity = cancellation.left;
    return;
  }
  journal::Record& made = record(RecordType::Cancelled, *order);
  made.quantity = cancellation.quantity;
  made.reason = static_cast<unsigned char>(wire_reason(cancellation.reason));
  if (cancellation.left == 0) done(*order);
}

void MatchingEngine::replaced(const matching::Replacement& replacement) {
  OpenOrder* order = open_.find(replacement.old);
  if (order == nullptr) return;
  OpenOrder renewed = *order;
  renewed.id = replacement.now;
  renewed.price = replacement.price;
  renewed.open = replacement.quantity;
  open_.erase(*order);
  open_.insert(renewed);
  journal::Record& made = record(request_ == Request::Modify ? RecordType::Modified : RecordType::Replaced, renewed);
  made.quantity = replacement.quantity;
  if (request_ == Request::Replace) made.maker = replacement.old;
}

void MatchingEngine::restated(OrderId id, Quantity shown) {
  if (const OpenOrder* order = open_.find(id)) record(RecordType::Restated, *order).quantity = shown;
}

}  // namespace hopscope::venue
