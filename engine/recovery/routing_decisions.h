// The router's decisions as the OMS's journal tells them: the records of one decision, gathered.
//
// With rule smart a decision is a Scored for each quote and a Routed for each part, with any other rule one Routed with every venue's far
// price (two where there are more than six venues). Behind each Routed stands what became of that order: RiskPassed and OrderSent, or
// RiskBlocked, or OrderRefused. A decision is over when the next one begins.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/journal/record.h"
#include "engine/router/quote.h"

namespace hopscope::recovery {

enum class PartFate : std::uint8_t { Unknown, Sent, Blocked, Refused };

// One order of a decision.
struct RoutedPart {
  std::uint64_t order = 0;  // client order: venue and UserRefNum
  book::Quantity shares = 0;
  book::Price limit = 0;  // 0: any price
  bool probes = false;    // to a venue that had been taken out, to see whether it answers
  PartFate fate = PartFate::Unknown;
};

struct RoutingDecision {
  std::uint64_t number = 0;  // in the journal, from 1
  std::uint64_t market_ns = 0, feed_sequence = 0;
  std::uint16_t locate = 0;
  std::string symbol;  // empty: the journal does not name it
  std::uint8_t side = 'B', order_type = 'L';
  bool smart = false;
  router::Wanted wanted;              // other rules: as the one order was sent
  std::vector<router::Quote> quotes;  // other rules: what each venue shows on the far side, without shares and terms
  std::vector<RoutedPart> parts;
};

class RoutingDecisions {
 public:
  // on_decision: called with each one that is whole; valid during the call.
  explicit RoutingDecisions(std::function<void(const RoutingDecision&)> on_decision) : on_decision_(std::move(on_decision)) {}

  // Every record of an OMS's journal, in order. A journal that begins in the middle of a decision begins with the next one.
  void take(const journal::Record& record);
  // There are no more.
  void finish();

 private:
  void begin(const journal::Record& record, bool smart);
  void scored(const journal::Record& record);
  void routed(const journal::Record& record);
  void settle(const journal::Record& record, PartFate fate);

  std::function<void(const RoutingDecision&)> on_decision_;
  std::unordered_map<std::uint16_t, std::string> symbols_;
  RoutingDecision decision_;
  bool open_ = false;
  std::uint64_t count_ = 0;
};

}  // namespace hopscope::recovery
