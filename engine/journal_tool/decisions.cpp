#include "engine/journal_tool/decisions.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "engine/journal/reader.h"
#include "engine/journal_tool/survey.h"
#include "engine/recovery/routing_decisions.h"

namespace hopscope::journal_tool {
namespace {

using recovery::RoutingDecision;

const char* name(recovery::PartFate fate) {
  switch (fate) {
    case recovery::PartFate::Sent:
      return "sent";
    case recovery::PartFate::Blocked:
      return "blocked";
    case recovery::PartFate::Refused:
      return "refused";
    case recovery::PartFate::Unknown:
      break;
  }
  return "unknown";
}

// Prices with 4 decimals, terms and scores in millionths of the currency a share.
nlohmann::ordered_json decision_json(const RoutingDecision& decision) {
  const router::Wanted& wanted = decision.wanted;
  // The other rules look at the far side whatever the order is to do.
  router::Wanted judged = wanted;
  judged.takes |= !decision.smart;
  nlohmann::ordered_json json = {{"decision", decision.number},
                                 {"market_ns", decision.market_ns},
                                 {"feed_sequence", decision.feed_sequence},
                                 {"locate", decision.locate},
                                 {"symbol", decision.symbol},
                                 {"side", std::string(1, decision.side == 'B' ? 'B' : 'S')},
                                 {"order_type", std::string(1, static_cast<char>(decision.order_type))},
                                 {"smart", decision.smart},
                                 {"takes", wanted.takes},
                                 {"limit", wanted.limit},
                                 {"shares", wanted.shares},
                                 {"quotes", nlohmann::ordered_json::array()},
                                 {"parts", nlohmann::ordered_json::array()}};
  for (const router::Quote& quote : decision.quotes) {
    json["quotes"].push_back({{"venue", quote.venue},
                              {"level", quote.level},
                              {"price", quote.price},
                              {"shares", quote.shares},
                              {"fee", quote.terms.fee},
                              {"fill", quote.terms.fill},
                              {"latency", quote.terms.latency},
                              {"rejects", quote.terms.rejects},
                              {"score", router::score(judged, quote)}});
  }
  for (const recovery::RoutedPart& part : decision.parts) {
    json["parts"].push_back({{"venue", journal::session_of(part.order)},
                             {"user_ref", static_cast<std::uint32_t>(part.order)},
                             {"shares", part.shares},
                             {"limit", part.limit},
                             {"probes", part.probes},
                             {"fate", name(part.fate)}});
  }
  return json;
}

// One pass. Damage does not matter here: what was decided before it is told.
std::string each_decision(const std::string& path, std::uint64_t after_message, const std::function<void(const RoutingDecision&)>& visit,
                          const bool& go_on) {
  journal::FileReader reader(path);
  const journal::FileContent& content = reader.content();
  if (!content.error.empty()) return content.error;
  if (content.venue != journal::kOmsJournal)
    return "journal: " + path + " is of " + owner_text(content.venue) + ": decisions stand in the OMS's journal, journal-oms.hsj";
  recovery::RoutingDecisions decisions([&](const RoutingDecision& decision) {
    if (decision.feed_sequence > after_message) visit(decision);
  });
  for (journal::Record record; go_on && reader.next(record);) decisions.take(record);
  decisions.finish();
  return {};
}

}  // namespace

Verdict print_decisions(const std::string& path, const DecisionQuery& query) {
  std::uint64_t all = 0;
  bool written = true;
  if (const std::string error = each_decision(
          path, query.after_message, [&all](const RoutingDecision&) { ++all; }, written);
      !error.empty()) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return Verdict::Unreadable;
  }
  const std::uint64_t most = std::max<std::uint64_t>(query.most, 1);
  const std::uint64_t every = std::max<std::uint64_t>(all / most + (all % most == 0 ? 0 : 1), 1);
  const auto write_line = [&written](std::string line) {
    line += '\n';
    written = written && std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
  };
  write_line(nlohmann::ordered_json{{"decisions", all}, {"every", every}}.dump());
  std::uint64_t index = 0;
  each_decision(
      path, query.after_message,
      [&](const RoutingDecision& decision) {
        if (index++ % every == 0) write_line(decision_json(decision).dump());
      },
      written);
  return written && std::fflush(stdout) == 0 ? Verdict::Good : unwritten("the decisions");
}

}  // namespace hopscope::journal_tool
