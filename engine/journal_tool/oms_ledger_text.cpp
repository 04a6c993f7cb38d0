#include "engine/journal_tool/oms_ledger_text.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/recovery/record_text.h"

namespace hopscope::journal_tool {

using recovery::OmsCounts;
using recovery::OmsLedger;
using recovery::OmsOrder;
using recovery::Position;
using recovery::RunFacts;

namespace {

std::string symbol_of(const OmsLedger& ledger, std::uint16_t locate) {
  const auto found = ledger.symbols().find(locate);
  return found == ledger.symbols().end() ? "locate-" + std::to_string(locate) : found->second;
}

std::int64_t net(const Position& position) { return static_cast<std::int64_t>(position.bought) - static_cast<std::int64_t>(position.sold); }

const char* name_of(OmsOrder::State state) {
  switch (state) {
    case OmsOrder::State::Sent:
      return "sent";
    case OmsOrder::State::Live:
      return "live";
    case OmsOrder::State::GivenUp:
      return "given-up";
  }
  return "";
}

std::string counts_text(const OmsCounts& counts) {
  return std::to_string(counts.orders) + " orders (" + std::to_string(counts.replaces) + " of them replacements), " +
         std::to_string(counts.acks) + " acks, " + std::to_string(counts.rejects) + " rejects, " + std::to_string(counts.fills) +
         " fills of " + std::to_string(counts.filled_shares) + " shares, " + std::to_string(counts.cancels) + " cancels, " +
         std::to_string(counts.risk_rejects) + " blocked by risk, " + std::to_string(counts.timeouts) + " timed out";
}

nlohmann::json counts_json(const OmsCounts& counts) {
  return {{"orders", counts.orders},
          {"replaces", counts.replaces},
          {"cancels", counts.cancels},
          {"acks", counts.acks},
          {"rejects", counts.rejects},
          {"fills", counts.fills},
          {"filled_shares", counts.filled_shares},
          {"timeouts", counts.timeouts},
          {"risk_rejects", counts.risk_rejects}};
}

}  // namespace

std::string ledger_text(const OmsLedger& ledger) {
  const core::RiskPlan& limits = ledger.limits();
  std::string text = "  all        " + counts_text(ledger.all()) + "\n  measured   " + counts_text(ledger.measured()) + "\n  limits     " +
                     std::to_string(limits.max_quantity) + " shares, notional " + recovery::price_text(limits.max_notional) + ", collar " +
                     std::to_string(limits.collar_bps) + " bps, " +
                     (limits.max_orders_per_second == 0 ? "any number of" : std::to_string(limits.max_orders_per_second)) +
                     " orders a second\n  gaps       " + std::to_string(ledger.gaps_opened()) + " in the market data, " +
                     std::to_string(ledger.messages_given_up()) + " messages given up, " + std::to_string(ledger.gaps().size()) +
                     " open; " + std::to_string(ledger.answers_lost()) + " answers lost\n  open       " +
                     std::to_string(ledger.open_orders().size()) + " orders\n";
  char line[160];
  std::snprintf(line, sizeof line, "%5s  %-10s %12s %12s %12s %18s %18s\n", "venue", "symbol", "bought", "sold", "net", "paid", "received");
  text += line;
  for (const auto& [key, position] : ledger.positions()) {
    std::snprintf(line, sizeof line, "%5u  %-10s %12llu %12llu %12lld %18s %18s\n", key.first, symbol_of(ledger, key.second).c_str(),
                  static_cast<unsigned long long>(position.bought), static_cast<unsigned long long>(position.sold),
                  static_cast<long long>(net(position)), recovery::price_text(position.bought_value).c_str(),
                  recovery::price_text(position.sold_value).c_str());
    text += line;
  }
  return text;
}

nlohmann::json ledger_json(const OmsLedger& ledger) {
  nlohmann::json positions = nlohmann::json::array(), orders = nlohmann::json::array(), gaps = nlohmann::json::array();
  for (const auto& [key, position] : ledger.positions())
    positions.push_back({{"venue", key.first},
                         {"locate", key.second},
                         {"symbol", symbol_of(ledger, key.second)},
                         {"bought", position.bought},
                         {"sold", position.sold},
                         {"net", net(position)},
                         {"bought_value", position.bought_value},
                         {"sold_value", position.sold_value}});
  for (const auto& [id, order] : ledger.open_orders())
    orders.push_back({{"order", recovery::order_text(id)},
                      {"state", name_of(order.state)},
                      {"locate", order.locate},
                      {"symbol", symbol_of(ledger, order.locate)},
                      {"side", std::string(1, order.side == 'B' ? 'B' : 'S')},
                      {"price", order.price},
                      {"quantity", order.quantity},
                      {"filled", order.filled}});
  for (const auto& [from, end] : ledger.gaps()) gaps.push_back({{"first", from}, {"messages", end - from}});
  const core::RiskPlan& limits = ledger.limits();
  const RunFacts& run = ledger.run();
  return {{"all", counts_json(ledger.all())},
          {"measured", counts_json(ledger.measured())},
          {"positions", positions},
          {"open_orders", orders},
          {"limits",
           {{"max_quantity", limits.max_quantity},
            {"max_notional", limits.max_notional},
            {"collar_bps", limits.collar_bps},
            {"max_orders_per_second", limits.max_orders_per_second}}},
          {"gaps", {{"opened", ledger.gaps_opened()}, {"messages_given_up", ledger.messages_given_up()}, {"open", gaps}}},
          {"answers_lost", ledger.answers_lost()},
          {"plan_digest", recovery::hex_text(run.plan_digest)},
          {"seed", std::to_string(run.seed)},
          {"clock",
           {{"tsc", std::to_string(run.tsc)}, {"realtime_ns", std::to_string(run.realtime_ns)}, {"tsc_millihertz", run.tsc_millihertz}}}};
}

}  // namespace hopscope::journal_tool
