// MatchingEngine: what the feed says.
#include <algorithm>

#include "engine/venue/matching_engine.h"

namespace hopscope::venue {

namespace itch = wire::itch;
using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;
using matching::Phase;

void MatchingEngine::apply(std::uint64_t feed_sequence, const itch::Message& message) {
  feed_sequence_ = feed_sequence;
  if (!message.well_formed()) [[unlikely]]
    return;
  market_ns_ = message.timestamp_ns();
  if (!books_.memory().expiries().empty()) [[unlikely]]
    expire();
  switch (message.type()) {
    case itch::AddOrder::kType:
    case itch::AddOrderMpid::kType: {
      const auto& add = *reinterpret_cast<const itch::AddOrder*>(message.bytes().data());  // F is an A with a tail
      if ((add.side != 'B' && add.side != 'S') || !share_.has(add.reference)) return;
      return add_background({add.reference, add.head.locate, static_cast<Side>(add.side), add.price, add.shares});
    }
    case itch::Executed::kType:
      return execute_background(message.as<itch::Executed>()->reference, message.as<itch::Executed>()->shares, 0);
    case itch::ExecutedWithPrice::kType: {
      const auto& executed = *message.as<itch::ExecutedWithPrice>();
      return execute_background(executed.reference, executed.shares, executed.price);
    }
    case itch::Cancel::kType:
      return reduce_background(message.as<itch::Cancel>()->reference, message.as<itch::Cancel>()->shares);
    case itch::Delete::kType:
      return remove_background(message.as<itch::Delete>()->reference);
    case itch::Replace::kType:
      return replace_background(*message.as<itch::Replace>());
    case itch::Trade::kType:
      return market_traded(message.as<itch::Trade>()->head.locate, message.as<itch::Trade>()->price);
    case itch::CrossTrade::kType: {
      const auto& cross = *message.as<itch::CrossTrade>();
      if (auto* book = books_.find(cross.head.locate)) book->cross_owned(cross.price);
      return;
    }
    case itch::StockDirectory::kType:
      return symbols_.learn(*message.as<itch::StockDirectory>());
    case itch::TradingAction::kType:
      return set_phase(message.as<itch::TradingAction>()->head.locate, message.as<itch::TradingAction>()->state);
    case itch::OperationalHalt::kType:
      return set_phase(message.as<itch::OperationalHalt>()->head.locate, message.as<itch::OperationalHalt>()->action);
    case itch::SystemEvent::kType:
      if (message.as<itch::SystemEvent>()->event != 'E' || closed_) return;  // end of system hours
      closed_ = true;
      return books_.close_all();
    default:
      return;
  }
}

void MatchingEngine::set_phase(std::uint16_t locate, char trading_state) {
  if (closed_) return;
  switch (trading_state) {
    case 'T':
      return books_.set_phase(locate, Phase::Continuous);
    case 'Q':
      return books_.set_phase(locate, Phase::Auction);
    default:  // H halted, P paused
      return books_.set_phase(locate, Phase::Halted);
  }
}

void MatchingEngine::expire() {
  const matching::BookMemory& memory = books_.memory();
  const auto due = [&] {
    const std::uint32_t first = memory.expiries().top();
    return memory.extras()[first - memory.first_order()].expires_ns <= market_ns_;
  };
  while (!memory.expiries().empty() && due()) books_.of_order(memory.expiries().top()).advance(market_ns_);
}

void MatchingEngine::add_background(const FeedOrder& order) {
  if (order.locate > books_.max_locate() || order.price == 0 || is_client(order.id)) [[unlikely]] {
    ++unresolved_;
    return;
  }
  auto* book = books_.open(order.locate, order.price);
  if (book == nullptr) [[unlikely]] {
    ++bookless_;
    return;
  }
  const Quantity left = fill_clients(*book, order);
  if (left != order.quantity) [[unlikely]]
    return settle_background(*book, order, left);
  matching::RejectReason fault = book->rest_background(order.id, order.side, order.price, left);
  if (fault == matching::RejectReason::None) [[likely]]
    return books_.stay(*book);
  const bool off_collar = fault == matching::RejectReason::Collar;
  if (off_collar && books_.follow(order.locate, order.price, clients_[books_.number_of(*book)] != 0))
    fault = book->rest_background(order.id, order.side, order.price, left);
  if (fault == matching::RejectReason::None) return;
  ++(off_collar || fault == matching::RejectReason::Tick ? outside_ : unresolved_);
}

// The new order has the feed's shares again, whatever clients took of the old one.
void MatchingEngine::replace_background(const itch::Replace& replace) {
  const OrderId old = replace.old_reference;
  if (is_client(old) || is_client(replace.new_reference)) [[unlikely]] {
    ++unresolved_;
    return;
  }
  FeedOrder order{replace.new_reference, 0, Side::Buy, replace.price, replace.shares};
  if (const std::uint32_t index = books_.memory().find(old); index != 0) [[likely]] {
    auto& book = books_.of_order(index);
    order.side = book.side_of_order(index);
    order.locate = replace.head.locate;
    const Quantity left = fill_clients(book, order);
    if (left == order.quantity) [[likely]] {
      const auto fault = book.move_background(index, order.id, order.price, order.quantity);
      if (fault == matching::RejectReason::None) [[likely]]
        return books_.stay(book);
      if (fault != matching::RejectReason::Collar && fault != matching::RejectReason::Tick) {
        ++unresolved_;
        return;
      }
      book.remove_background(index);
      return add_background(order);
    }
    book.remove_background(index);
    settle_background(book, order, left);
  } else if (const auto side = taken_.find(old)) {
    ++clamped_;
    order.locate = replace.head.locate;
    order.side = *side;
    add_background(order);
  } else {
    missing(old);
  }
}

// A feed order has traded with clients: what is left of it rests before their stops wake, which may trade with it. The order that it
// replaces must be gone by then: they would trade with that.
void MatchingEngine::settle_background(Books::Book& book, const FeedOrder& order, Quantity left) {
  books_.stay(book);
  if (left != 0) unresolved_ += book.rest_background(order.id, order.side, order.price, left) != matching::RejectReason::None;
  book.wake_stops();
}

// price 0: at the order's own.
void MatchingEngine::execute_background(OrderId id, Quantity shares, Price price) {
  const std::uint32_t index = books_.memory().find(id);
  if (index == 0 || is_client(id)) [[unlikely]]
    return missing(is_client(id) ? 0 : id);
  auto& book = books_.of_order(index);
  const Price traded_at = price == 0 ? book.price_of_order(index) : price;
  clamped_ += book.reduce_background(index, shares) < shares;
  book.note_market_trade(traded_at);
}

void MatchingEngine::market_traded(std::uint16_t locate, Price price) {
  if (auto* book = books_.find(locate)) book->note_market_trade(price);
}

void MatchingEngine::reduce_background(OrderId id, Quantity shares) {
  const std::uint32_t index = books_.memory().find(id);
  if (index == 0 || is_client(id)) [[unlikely]]
    return missing(is_client(id) ? 0 : id);
  clamped_ += books_.of_order(index).reduce_background(index, shares) < shares;
}

void MatchingEngine::remove_background(OrderId id) {
  const std::uint32_t index = books_.memory().find(id);
  if (index == 0 || is_client(id)) [[unlikely]]
    return missing(is_client(id) ? 0 : id);
  books_.of_order(index).remove_background(index);
}

// The order does not rest here: because a client took it, or because it was never seen, which is as it should be where it may rest at
// another venue.
void MatchingEngine::missing(OrderId id) {
  if (taken_.find(id)) {
    ++clamped_;
  } else if (share_.is_whole()) {
    ++unresolved_;
  }
}

// An incoming feed order trades with the client orders that it crosses, best first. Returns the shares left.
Quantity MatchingEngine::fill_clients(Books::Book& book, const FeedOrder& incoming) {
  if (clients_[books_.number_of(book)] == 0) [[likely]]
    return incoming.quantity;
  feed_order_ = incoming;
  const Quantity left = book.fill_owned(incoming.id, incoming.side, incoming.price, incoming.quantity);
  if (left != incoming.quantity) taken_.put(incoming.id, incoming.side);
  return left;
}

}  // namespace hopscope::venue
