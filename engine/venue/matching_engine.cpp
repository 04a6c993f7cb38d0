#include "engine/venue/matching_engine.h"

#include <algorithm>

namespace hopscope::venue {

namespace itch = wire::itch;
using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;
using journal::RecordType;

MatchingEngine::MatchingEngine(std::uint16_t max_locate, std::uint32_t max_orders)
    : books_(max_locate, max_orders), symbols_(max_locate), resting_((std::size_t{max_locate} + 1) * 2) {
  records_.reserve(kRecordsRoom);
}

void MatchingEngine::apply(std::uint64_t feed_sequence, const itch::Message& message) {
  feed_sequence_ = feed_sequence;
  if (!message.well_formed()) [[unlikely]]
    return;
  market_ns_ = message.timestamp_ns();
  switch (message.type()) {
    case itch::AddOrder::kType:
    case itch::AddOrderMpid::kType: {
      const auto& add = *reinterpret_cast<const itch::AddOrder*>(message.bytes().data());  // F is an A with a tail
      if (add.side != 'B' && add.side != 'S') return;
      return add_background({add.reference, add.head.locate, static_cast<Side>(add.side), OrderType::Limit, add.price, add.shares});
    }
    case itch::Executed::kType:
      return reduce_background(message.as<itch::Executed>()->reference, message.as<itch::Executed>()->shares);
    case itch::ExecutedWithPrice::kType:
      return reduce_background(message.as<itch::ExecutedWithPrice>()->reference, message.as<itch::ExecutedWithPrice>()->shares);
    case itch::Cancel::kType:
      return reduce_background(message.as<itch::Cancel>()->reference, message.as<itch::Cancel>()->shares);
    case itch::Delete::kType:
      return remove_background(message.as<itch::Delete>()->reference);
    case itch::Replace::kType:
      return replace_background(*message.as<itch::Replace>());
    case itch::StockDirectory::kType:
      return symbols_.learn(*message.as<itch::StockDirectory>());
    default:
      return;
  }
}

void MatchingEngine::enter(const ClientOrder& order, RejectReason reject) {
  journal::Record& entered = record(RecordType::OrderEntered, order.id);
  entered.price = order.price;
  entered.quantity = order.quantity;
  entered.locate = order.locate;
  entered.side = static_cast<std::uint8_t>(order.side);
  entered.order_type = static_cast<std::uint8_t>(order.type);
  journal::Record answer = entered;
  answer.type = reject == RejectReason::None ? RecordType::Accepted : RecordType::Rejected;
  answer.reason = static_cast<std::uint16_t>(reject);
  records_.push_back(answer);
  if (reject != RejectReason::None) return;

  const Quantity left = books_.match(order.locate, order.side, order.price, order.quantity,
                                     [&](OrderId maker, Price price, Quantity traded, bool maker_done) {
                                       record_trade(order, maker, price, traded);
                                       if (is_client(maker)) {
                                         resting(order.locate, opposite(order.side)) -= maker_done;
                                       } else {
                                         taken_.put(maker, opposite(order.side));
                                       }
                                     });
  if (left == 0) return;
  if (order.type == OrderType::Limit) {
    rest(order, left);
  } else {
    record_cancel(order, left, CancelReason::Immediate);
  }
}

void MatchingEngine::cancel(OrderId id, Quantity remaining) {
  journal::Record& request = record(RecordType::CancelRequested, id);
  request.quantity = remaining;
  const book::Order* found = books_.find(id);
  if (found == nullptr || found->quantity <= remaining) return;
  ClientOrder order;
  order.id = id;
  order.locate = books_.locate_of(*found);
  order.side = books_.side_of(*found);
  order.price = found->price;
  const Quantity gone = books_.reduce(id, found->quantity - remaining);
  resting(order.locate, order.side) -= remaining == 0;
  record_cancel(order, gone, CancelReason::User);
}

journal::Record& MatchingEngine::record(RecordType type, OrderId order) {
  journal::Record& record = records_.emplace_back();
  record.type = type;
  record.market_ns = market_ns_;
  record.feed_sequence = feed_sequence_;
  record.order = order;
  return record;
}

void MatchingEngine::record_trade(const ClientOrder& taker, OrderId maker, Price price, Quantity quantity) {
  journal::Record& trade = record(RecordType::Executed, taker.id);
  trade.maker = maker;
  trade.match = ++match_;
  trade.price = price;
  trade.quantity = quantity;
  trade.locate = taker.locate;
  trade.side = static_cast<std::uint8_t>(taker.side);
  trade.order_type = static_cast<std::uint8_t>(taker.type);
}

void MatchingEngine::record_cancel(const ClientOrder& order, Quantity quantity, CancelReason reason) {
  journal::Record& cancelled = record(RecordType::Cancelled, order.id);
  cancelled.price = order.price;
  cancelled.quantity = quantity;
  cancelled.locate = order.locate;
  cancelled.reason = static_cast<std::uint16_t>(reason);
  cancelled.side = static_cast<std::uint8_t>(order.side);
  cancelled.order_type = static_cast<std::uint8_t>(order.type);
}

void MatchingEngine::rest(const ClientOrder& order, Quantity quantity) {
  if (books_.add(order.id, order.locate, order.side, order.price, quantity)) {
    ++resting(order.locate, order.side);
  } else {
    record_cancel(order, quantity, CancelReason::System);
  }
}

void MatchingEngine::add_background(const ClientOrder& order) {
  if (order.locate > books_.max_locate() || order.price == 0 || is_client(order.id)) [[unlikely]] {
    ++unresolved_;
    return;
  }
  const Quantity left = fill_clients(order);
  if (left == 0) return;
  unresolved_ += !books_.add(order.id, order.locate, order.side, order.price, left);
}

// The new order has the feed's shares again, whatever clients took of the old one.
void MatchingEngine::replace_background(const itch::Replace& replace) {
  const OrderId old = replace.old_reference;
  if (is_client(old) || is_client(replace.new_reference)) [[unlikely]] {
    ++unresolved_;
    return;
  }
  ClientOrder order{replace.new_reference, 0, Side::Buy, OrderType::Limit, replace.price, replace.shares};
  if (const book::Order* resting_order = books_.find(old)) [[likely]] {
    order.locate = books_.locate_of(*resting_order);
    order.side = books_.side_of(*resting_order);
    if (resting(order.locate, opposite(order.side)) == 0) [[likely]] {
      unresolved_ += !books_.replace(old, order.id, order.price, order.quantity);
      return;
    }
    books_.remove(old);
  } else if (const auto side = taken_.find(old)) {
    ++clamped_;
    order.locate = replace.head.locate;
    order.side = *side;
  } else {
    ++unresolved_;
    return;
  }
  add_background(order);
}

void MatchingEngine::reduce_background(OrderId id, Quantity shares) {
  if (is_client(id)) [[unlikely]]
    return missing(0);
  const Quantity taken = books_.reduce(id, shares);
  if (taken == shares) [[likely]]
    return;
  if (taken == 0) return missing(id);
  ++clamped_;
}

void MatchingEngine::remove_background(OrderId id) {
  if (is_client(id) || !books_.remove(id)) [[unlikely]]
    missing(id);
}

// The order does not rest here: because a client took it, or because it was never seen.
void MatchingEngine::missing(OrderId id) { ++(taken_.find(id) ? clamped_ : unresolved_); }

// An incoming feed order trades with the client orders that it crosses, best first. Returns the shares left.
Quantity MatchingEngine::fill_clients(const ClientOrder& incoming) {
  const Side side = opposite(incoming.side);
  Quantity left = incoming.quantity;
  while (left != 0 && resting(incoming.locate, side) != 0) {
    OrderId maker = 0;
    Price price = 0;
    Quantity available = 0;
    books_.each_order(incoming.locate, side, [&](const book::Order& order) {
      const bool crosses = incoming.side == Side::Buy ? order.price <= incoming.price : order.price >= incoming.price;
      if (crosses && is_client(order.id)) {
        maker = order.id;
        price = order.price;
        available = order.quantity;
      }
      return crosses && maker == 0;
    });
    if (maker == 0) break;
    const Quantity traded = std::min(left, available);
    record_trade(incoming, maker, price, traded);
    taken_.put(incoming.id, incoming.side);
    books_.reduce(maker, traded);
    resting(incoming.locate, side) -= traded == available;
    left -= traded;
  }
  return left;
}

}  // namespace hopscope::venue
