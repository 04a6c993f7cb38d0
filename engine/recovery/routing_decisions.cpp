#include "engine/recovery/routing_decisions.h"

#include "engine/recovery/oms_fields.h"

namespace hopscope::recovery {

using journal::Record;
using journal::RecordType;

void RoutingDecisions::take(const Record& record) {
  switch (record.type) {
    case RecordType::SymbolListed:
      symbols_[record.locate] = symbol_text(record.maker);
      return;
    case RecordType::Scored:
      return scored(record);
    case RecordType::Routed:
      return routed(record);
    case RecordType::OrderSent:
      return settle(record, PartFate::Sent);
    case RecordType::RiskBlocked:
      return settle(record, PartFate::Blocked);
    case RecordType::OrderRefused:
      return settle(record, PartFate::Refused);
    default:
      return;
  }
}

void RoutingDecisions::finish() {
  if (open_ && !decision_.parts.empty()) on_decision_(decision_);
  open_ = false;
}

void RoutingDecisions::begin(const Record& record, bool smart) {
  finish();
  open_ = true;
  decision_ = {};
  decision_.number = ++count_;
  decision_.market_ns = record.market_ns;
  decision_.feed_sequence = record.feed_sequence;
  decision_.locate = record.locate;
  if (const auto symbol = symbols_.find(record.locate); symbol != symbols_.end()) decision_.symbol = symbol->second;
  decision_.side = record.side;
  decision_.order_type = record.order_type;
  decision_.smart = smart;
}

void RoutingDecisions::scored(const Record& record) {
  if (!open_ || !decision_.parts.empty()) begin(record, true);
  decision_.quotes.push_back(quote_of(record));
}

void RoutingDecisions::routed(const Record& record) {
  if (!is_leg(record)) {
    // A venue behind the sixth: of the same order.
    const bool goes_on = open_ && !decision_.parts.empty() && decision_.parts.back().order == record.order;
    if (record.reason == 0) begin(record, false);
    if (record.reason != 0 && !goes_on) return;
    if (record.reason == 0) decision_.parts.push_back({record.order});
    std::uint8_t venue = static_cast<std::uint8_t>(record.reason);
    for (const router::VenueView& view : routed_views(record)) {
      router::Quote quote;
      quote.venue = venue++;
      quote.price = record.side == 'B' ? view.touch.ask : view.touch.bid;
      if (quote.price != 0) decision_.quotes.push_back(quote);
    }
    return;
  }
  const bool first = record.reason == 0;
  if (first && (!open_ || !decision_.parts.empty())) begin(record, true);  // no venue had a quote
  if (!open_) return;
  const router::Probe probe = probe_of(record);
  if (first) {
    decision_.wanted = wanted_of(record);
    decision_.order_type = record.order_type == 'N' ? 'L' : 'I';
  }
  decision_.parts.push_back(
      {record.order, record.quantity, record.price, probe.shares != 0 && probe.venue == journal::session_of(record.order)});
}

// The order's type stands with what became of it: a Routed has no room for it.
void RoutingDecisions::settle(const Record& record, PartFate fate) {
  if (!open_ || decision_.parts.empty() || decision_.parts.back().order != record.order) return;
  RoutedPart& part = decision_.parts.back();
  part.fate = fate;
  decision_.order_type = record.order_type;
  if (decision_.smart) return;
  part.shares = record.quantity;
  part.limit = record.price;
  decision_.wanted = {static_cast<book::Side>(record.side), record.order_type != 'L', record.price, record.quantity,
                      record.order_type == 'M'};
}

}  // namespace hopscope::recovery
