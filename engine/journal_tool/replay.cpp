#include "engine/journal_tool/replay.h"

#include <limits>
#include <string_view>
#include <utility>

#include "engine/journal_tool/record_text.h"
#include "engine/venue/client_order.h"
#include "engine/venue/room.h"

namespace hopscope::journal_tool {
namespace {

using journal::Record;
using journal::RecordType;

bool is_input(RecordType type) { return type == RecordType::OrderEntered || type == RecordType::CancelRequested; }

// As the venue had it before it met the book. An order that is refused at the door never has its stock looked up: locate 0.
venue::ClientOrder order_of(const Record& entered) {
  venue::ClientOrder order;
  order.id = entered.order;
  order.locate = entered.locate;
  order.side = static_cast<book::Side>(entered.side);
  order.type = static_cast<venue::OrderType>(entered.order_type);
  order.price = entered.price;
  order.quantity = entered.quantity;
  return order;
}

venue::RejectReason refused_at_the_door(const Record& entered, const Record* next) {
  const bool refused = next != nullptr && next->type == RecordType::Rejected && next->order == entered.order && entered.locate == 0;
  return refused ? static_cast<venue::RejectReason>(next->reason) : venue::RejectReason::None;
}

// `sequence` and `venue` are the journal's own, not the engine's.
std::string differing_fields(const Record& a, const Record& b) {
  std::string fields;
  const auto note = [&fields](bool differs, std::string_view name) {
    if (differs) fields += (fields.empty() ? "" : ", ") + std::string(name);
  };
  note(a.type != b.type, "type");
  note(a.order != b.order, "order");
  note(a.maker != b.maker, "maker");
  note(a.market_ns != b.market_ns, "market_ns");
  note(a.feed_sequence != b.feed_sequence, "feed_sequence");
  note(a.match != b.match, "match");
  note(a.price != b.price, "price");
  note(a.quantity != b.quantity, "quantity");
  note(a.locate != b.locate, "locate");
  note(a.reason != b.reason, "reason");
  note(a.side != b.side, "side");
  note(a.order_type != b.order_type, "order_type");
  return fields;
}

}  // namespace

Replay::Replay(const core::Plan& plan)
    : feed_(plan.feed),
      seed_(plan.seed),
      feed_messages_(plan.feed.measure_messages == 0 ? std::numeric_limits<std::uint64_t>::max()
                                                     : plan.feed.warmup_messages + plan.feed.measure_messages),
      engine_(venue::max_locate(plan.feed), venue::max_orders(plan.feed)) {}

std::string Replay::open() { return source_.open(feed_, seed_); }

bool Replay::take(const Record& record) {
  if (entered_) {
    const Record entered = *std::exchange(entered_, std::nullopt);
    if (!enter(entered, &record)) return false;
  }
  if (!is_input(record.type)) {
    if (!pending() && !advance_to(record, true)) return false;
    return expect(record);
  }
  if (pending()) return differ("the replay has an answer where the journal has the next input", &record);
  if (!advance_to(record, false)) return false;
  ++inputs_;
  switch (record.type) {
    case RecordType::OrderEntered:
      entered_ = record;
      return true;
    case RecordType::CancelRequested:
      engine_.cancel(record.order, record.quantity);
      return expect(record);
    default:
      return false;
  }
}

bool Replay::finish(bool closed) {
  if (entered_) {
    const Record entered = *std::exchange(entered_, std::nullopt);
    if (!enter(entered, nullptr)) return false;
  }
  return !closed || !pending() || differ("the journal ends, the replay goes on", nullptr);
}

// Applies the feed up to the message that the record speaks of, or until one of them leaves records.
bool Replay::advance_to(const Record& record, bool until_output) {
  if (record.feed_sequence < applied_)
    return differ("the record is older than feed message " + std::to_string(applied_) + ", which the record before it had seen", &record);
  if (record.feed_sequence > feed_messages_)
    return differ("the plan's feed has only " + std::to_string(feed_messages_) + " messages", &record);
  while (applied_ < record.feed_sequence) {
    std::uint64_t market_ns = 0;
    const std::size_t bytes = source_.next(message_, market_ns);
    if (bytes == 0) return differ("the plan's feed ends with message " + std::to_string(applied_), &record);
    engine_.apply(++applied_, wire::itch::Message(std::span(message_).first(bytes)));
    if (!pending()) continue;
    return until_output || differ("the replay has a trade of the feed where the journal has the next input", &record);
  }
  return true;
}

bool Replay::enter(const Record& entered, const Record* next) {
  engine_.enter(order_of(entered), refused_at_the_door(entered, next));
  return expect(entered);
}

bool Replay::expect(const Record& record) {
  if (!pending()) return differ("the replay has nothing here", &record);
  const Record& made = engine_.records()[next_];
  const std::string fields = differing_fields(record, made);
  if (!fields.empty()) return differ("different " + fields, &record);
  outputs_ += !is_input(record.type);
  if (++next_ == engine_.records().size()) {
    engine_.clear();
    next_ = 0;
  }
  return true;
}

bool Replay::differ(const std::string& what, const Record* record) {
  difference_ =
      what + "\n           " + table_heading() + "\n  journal  " + (record == nullptr ? "-" : table_line(*record)) + "\n  replay   ";
  if (pending()) {
    Record made = engine_.records()[next_];
    if (record != nullptr) {
      made.sequence = record->sequence;
      made.venue = record->venue;
    }
    difference_ += table_line(made);
  } else {
    difference_ += "-";
  }
  return false;
}

}  // namespace hopscope::journal_tool
