#include "engine/recovery/replay.h"

#include <limits>
#include <string_view>
#include <utility>

#include "engine/feed/room.h"
#include "engine/recovery/record_text.h"
#include "engine/venue/client_order.h"
#include "engine/venue/room.h"

namespace hopscope::recovery {
namespace {

using journal::Record;
using journal::RecordType;

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

Replay::Replay(const core::Plan& plan, std::uint32_t venue)
    : feed_(plan.feed),
      seed_(plan.seed),
      feed_messages_(plan.feed.measure_messages == 0 ? std::numeric_limits<std::uint64_t>::max()
                                                     : plan.feed.warmup_messages + plan.feed.measure_messages),
      has_queue_(venue < plan.venue_profiles.size() && plan.venue_profiles[venue].latency_ns != 0),
      engine_(feed::max_locate(plan.feed), venue::max_orders(plan.feed), venue::feed_share(plan, venue)) {}

std::string Replay::open() { return source_.open(feed_, seed_); }

std::string Replay::open(const SnapshotFile& snapshot) {
  if (std::string error = open(); !error.empty()) return error;
  RestoredVenue restored(engine_);
  if (!snapshot.restore(restored)) return "snapshot " + snapshot.path() + " is not of this plan: give the plan.json that belongs to it";
  for (std::uint64_t market_ns = 0; applied_ < snapshot.header().feed_sequence; ++applied_) {
    if (applied_ == feed_messages_ || source_.next(message_, market_ns) == 0)
      return "snapshot " + snapshot.path() + " has seen feed message " + std::to_string(snapshot.header().feed_sequence) +
             ", the plan's feed ends with " + std::to_string(applied_) + ": give the plan.json that belongs to it";
  }
  return {};
}

bool Replay::take(const Record& record) {
  if (request_) {
    const bool has_terms = record.type == RecordType::OrderTerms && request_->asked.type == RecordType::OrderEntered;
    if (has_terms && !request_->terms) {
      request_->terms = record;
      return true;
    }
    if (!repeat_request(&record)) return false;
  }
  if (!is_request(record.type)) {
    if (!pending() && !advance_to(record, true)) return false;
    if (!expect(record)) return false;
    ++outputs_;
    return true;
  }
  if (pending()) return differ("the replay has an answer where the journal has the next input", &record);
  if (!advance_to(record, false)) return false;
  ++inputs_;
  request_ = Request{record, std::nullopt};
  return true;
}

bool Replay::finish(bool closed) {
  if (request_ && !repeat_request(nullptr)) return false;
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

bool Replay::repeat_request(const Record* answer) {
  const Request request = *std::exchange(request_, std::nullopt);
  if (const std::string wrong = impossible(request); !wrong.empty()) return differ(wrong, &request.asked);
  repeat(request, refusal(request, answer, has_queue_), engine_);
  return expect(request.asked) && (!request.terms || expect(*request.terms));
}

bool Replay::expect(const Record& record) {
  if (!pending()) return differ("the replay has nothing here", &record);
  const Record& made = engine_.records()[next_];
  const std::string fields = differing_fields(record, made);
  if (!fields.empty()) return differ("different " + fields, &record);
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

}  // namespace hopscope::recovery
