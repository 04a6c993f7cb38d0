// Random messages to a matching book: every order type, every phase, and a share of nonsense.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/matching/rules.h"
#include "engine/book/matching/terms.h"
#include "engine/core/random.h"

namespace hopscope::matching {

struct Shape {
  const char* name;
  Rules rules;
  std::uint32_t special_percent;  // orders with traits
  std::uint32_t cancel_percent;
  std::uint32_t phase_per_mille;
};

enum class Action : std::uint8_t { Enter, Cancel, Reduce, Replace, MassCancel, Advance, StartAuction, EndAuction, Halt, Resume, Close };

struct Message {
  Action action = Action::Enter;
  NewOrder order;  // of Enter; of the others id, price, quantity, owner
  OrderId now = 0;
  Queue queue = Queue::Rejoin;
  std::uint64_t now_ns = 0;
  Phase then = Phase::Continuous;
};

class RandomMessages {
 public:
  RandomMessages(const Shape& shape, std::uint64_t seed) : shape_(shape), random_(seed, core::Stream::FeedFlow) {}

  Message next() {
    Message message;
    NewOrder& order = message.order;
    now_ns_ += random_.below(20);
    message.now_ns = now_ns_;
    order.owner = static_cast<Owner>(random_.below(4));
    order.price = price();
    order.quantity = shares(8);
    if (random_.below(1000) < shape_.phase_per_mille) {
      constexpr Action kPhases[] = {Action::StartAuction, Action::EndAuction, Action::EndAuction, Action::Halt,
                                    Action::Resume,       Action::Resume,     Action::Close};
      message.action = kPhases[random_.below(random_.below(4) == 0 ? 7 : 6)];
      message.then = random_.below(12) == 0 ? Phase::Closed : Phase::Continuous;
      return message;
    }
    const std::uint32_t draw = random_.below(100);
    if (draw < shape_.cancel_percent) {
      order.id = known_id();
      message.action = draw % 8 == 0 ? Action::Reduce : Action::Cancel;
      if (message.action == Action::Reduce) order.quantity = random_.below(4) == 0 ? random_.below(3) : shares(4);
    } else if (draw < shape_.cancel_percent + 12) {
      message.action = Action::Replace;
      order.id = known_id();
      message.now = random_.below(4) == 0 ? order.id : fresh_id();
      message.queue = random_.below(2) == 0 ? Queue::KeepWhenReduced : Queue::Rejoin;
    } else if (draw == 98) {
      message.action = Action::Advance;
    } else if (draw == 99 && random_.below(8) == 0) {
      message.action = Action::MassCancel;
    } else {
      enter(order);
    }
    return message;
  }

 private:
  void enter(NewOrder& order) {
    order.id = fresh_id();
    order.side = random_.below(2) == 0 ? Side::Buy : Side::Sell;
    order.self_trade = static_cast<SelfTrade>(random_.below(5));
    if (random_.below(100) < shape_.special_percent) {
      order.traits = static_cast<std::uint16_t>(1u << random_.below(9));
      if (random_.below(3) == 0) order.traits |= static_cast<std::uint16_t>(1u << random_.below(9));
      if (random_.below(4) == 0) order.traits |= trait::kStop;
    }
    order.minimum = random_.below(30) == 0 ? 0 : shares(3);
    order.display = random_.below(30) == 0 ? random_.below(5) : shares(2);
    order.stop = price();
    order.expires_ns = random_.below(20) == 0 ? now_ns_ / 2 : now_ns_ + random_.below(2'000);
  }

  // Nearly always sound. Prices gather around a middle that wanders.
  Price price() {
    if (random_.below(200) == 0) middle_ = random_.below(shape_.rules.price_levels);
    const std::uint32_t at = (middle_ + random_.below(6) + random_.below(6)) % shape_.rules.price_levels;
    const Price sound = shape_.rules.lowest + at * shape_.rules.tick;
    switch (random_.below(150)) {
      case 0:
        return sound + 1;
      case 1:
        return shape_.rules.lowest + shape_.rules.price_levels * shape_.rules.tick;
      case 2:
        return random_.below(2) * (shape_.rules.lowest - 1);
      default:
        return sound;
    }
  }
  Quantity shares(std::uint32_t lots) {
    if (random_.below(150) == 0) return random_.below(3) * shape_.rules.lot / 2;
    return (1 + random_.below(lots)) * shape_.rules.lot;
  }
  OrderId fresh_id() {
    if (random_.below(40) == 0) return known_id();
    ids_[next_id_ % ids_.size()] = next_id_;
    return next_id_++;
  }
  OrderId known_id() { return ids_[random_.below(static_cast<std::uint32_t>(ids_.size()))]; }

  Shape shape_;
  core::Random random_;
  std::vector<OrderId> ids_ = std::vector<OrderId>(shape_.rules.max_orders);  // the youngest, of which some rest
  OrderId next_id_ = 1;
  std::uint64_t now_ns_ = 1;
  std::uint32_t middle_ = 0;
};

// Does what the message says.
template <class Book>
void send(Book& book, const Message& message) {
  const NewOrder& order = message.order;
  switch (message.action) {
    case Action::Enter:
      return book.enter(order);
    case Action::Cancel:
      return book.cancel(order.id);
    case Action::Reduce:
      return book.reduce(order.id, order.quantity);
    case Action::Replace:
      return book.replace(order.id, message.now, order.price, order.quantity, message.queue);
    case Action::MassCancel:
      return book.mass_cancel(order.owner);
    case Action::Advance:
      return book.advance(message.now_ns);
    case Action::StartAuction:
      return void(book.start_auction(order.price));
    case Action::EndAuction:
      return void(book.end_auction(message.then));
    case Action::Halt:
      return void(book.halt());
    case Action::Resume:
      return void(book.resume());
    case Action::Close:
      return book.close();
  }
}

}  // namespace hopscope::matching
