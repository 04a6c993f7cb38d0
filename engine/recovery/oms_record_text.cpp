#include "engine/recovery/oms_record_text.h"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/book/order.h"
#include "engine/core/plan.h"
#include "engine/oms/parent_state.h"
#include "engine/recovery/oms_fields.h"
#include "engine/recovery/record_text.h"
#include "engine/risk/gate.h"
#include "engine/risk/kill_switch.h"
#include "engine/risk/limit_list.h"

namespace hopscope::recovery {
namespace {

using journal::Record;
using journal::RecordType;

std::string check_of(const Record& record) {
  const unsigned check = record.reason & 0xff;
  return check < risk::kReasons ? risk::name(static_cast<risk::Reason>(check)) : "check-" + std::to_string(check);
}

std::string level_of(unsigned level) {
  return level < risk::kLevels ? risk::name(static_cast<risk::Level>(level)) : "level-" + std::to_string(level);
}

std::string limit_of(const Record& record) {
  return record.reason < risk::kLimitKinds ? risk::name(static_cast<risk::LimitKind>(record.reason))
                                           : "limit-" + std::to_string(record.reason);
}

std::string breaker_of(const Record& record) {
  return record.reason < risk::kBreakers ? risk::name(static_cast<risk::Breaker>(record.reason))
                                         : "breaker-" + std::to_string(record.reason);
}

// "venue 1, level 0: 300 shares at 100.01; micros a share: fee 3000, fill 100, latency 0, rejects 0"
std::string quote_words(const router::Quote& quote) {
  return "venue " + std::to_string(quote.venue) + ", level " + std::to_string(quote.level) + ": " + std::to_string(quote.shares) +
         " shares at " + (quote.price == 0 ? "-" : price_text(quote.price)) + "; micros a share: fee " + std::to_string(quote.terms.fee) +
         ", fill " + std::to_string(quote.terms.fill) + ", latency " + std::to_string(quote.terms.latency) + ", rejects " +
         std::to_string(quote.terms.rejects);
}

std::string leg_words(const Record& record) {
  const router::Wanted wanted = wanted_of(record);
  const router::Probe probe = probe_of(record);
  const std::uint32_t venue = journal::session_of(record.order);
  std::string text = std::to_string(record.quantity) + " of " + std::to_string(wanted.shares) + " shares to venue " + std::to_string(venue);
  if (record.price != 0) text += ", limit " + price_text(record.price);
  if (probe.shares != 0 && probe.venue == venue) text += ", to see whether it answers";
  return text;
}

// The far side's price at each venue: what the router compares. 0: nothing rests there.
std::vector<book::Price> far_prices(const Record& record) {
  std::vector<book::Price> prices;
  for (const router::VenueView& view : routed_views(record)) prices.push_back(record.side == 'B' ? view.touch.ask : view.touch.bid);
  return prices;
}

// Empty: of every symbol.
std::string limit_symbol(const Record& record) { return record.match == 0 ? std::string() : symbol_text(record.match); }
// Of a KillTripped or KillArmed.
const char* cause_of(const Record& record) { return risk::name(static_cast<hs_kill_cause>(record.reason)); }

std::string messages(const Record& record) {
  return std::to_string(record.maker) + (record.maker == 1 ? " message" : " messages") + " from " + std::to_string(record.order);
}

const char* letter_name(std::uint8_t letter) {
  switch (letter) {
    case 'L':
      return "lockstep";
    case 'O':
      return "open";
    case 'R':
      return "round-robin";
    case 'B':
      return "best-price";
    case '1':
      return "single";
    case 'S':
      return "smart";
    default:
      return "unknown";
  }
}

std::string algorithm_of(const Record& record) { return core::name(static_cast<core::Algorithm>(record.order_type)); }

std::string parent(const Record& record) { return "parent " + std::to_string(record.order) + " (" + algorithm_of(record) + ")"; }

// Of a ParentNamed. What is no printable character of a name becomes '?'.
std::string parent_name(const Record& record) {
  std::array<char, 25> letters{};
  std::memcpy(&letters[0], &record.maker, sizeof record.maker);
  std::memcpy(&letters[8], &record.match, sizeof record.match);
  std::memcpy(&letters[16], &record.price, sizeof record.price);
  std::memcpy(&letters[20], &record.quantity, sizeof record.quantity);
  std::string name(letters.data());
  for (char& letter : name)
    if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') letter = '?';
  return name;
}

std::string state_of(const Record& record) {
  return record.reason < oms::kParentStates ? oms::name(static_cast<oms::ParentState>(record.reason))
                                            : "state-" + std::to_string(record.reason);
}

}  // namespace

bool has_no_order(RecordType type) {
  switch (type) {
    case RecordType::RunConfigured:
    case RecordType::LimitsSet:
    case RecordType::ClockCalibrated:
    case RecordType::SymbolListed:
    case RecordType::LimitSet:
    case RecordType::BreakerTripped:
    case RecordType::BreakerReset:
    case RecordType::AnswersLost:
    case RecordType::GapOpened:
    case RecordType::GapClosed:
    case RecordType::GapGivenUp:
    case RecordType::KillTripped:
    case RecordType::KillArmed:
    case RecordType::ParentEntered:
    case RecordType::ParentSlice:
    case RecordType::ParentEnded:
    case RecordType::ParentAsked:
    case RecordType::ParentNamed:
    case RecordType::ParentReplaced:
    case RecordType::ParentCancelAsked:
      return true;
    default:
      return false;
  }
}

bool is_told_in_words(RecordType type) {
  return has_no_order(type) || type == RecordType::Routed || type == RecordType::Scored || type == RecordType::RiskPassed ||
         type == RecordType::RiskBlocked;
}

std::string oms_words(const Record& record) {
  switch (record.type) {
    case RecordType::RunConfigured:
      return "plan " + hex_text(record.match) + ", seed " + std::to_string(record.maker) + ", " + std::to_string(record.quantity) +
             (record.quantity == 1 ? " venue, " : " venues, ") + letter_name(record.side) + " pacing, router " +
             letter_name(record.order_type) + ", warm-up until feed message " + std::to_string(record.order);
    case RecordType::LimitsSet:
      return std::to_string(record.quantity) + " shares, notional " + price_text(record.match) + ", collar " +
             std::to_string(record.price) + " bps, " + (record.maker == 0 ? "any number of" : std::to_string(record.maker)) +
             " orders a second";
    case RecordType::ClockCalibrated:
      return "TSC " + std::to_string(record.maker) + " was " + std::to_string(record.match) + " ns of realtime, at " +
             std::to_string(record.order) + " mHz";
    case RecordType::SymbolListed:
      return symbol_text(record.maker) + " is locate " + std::to_string(record.locate);
    case RecordType::Scored:
      return quote_words(quote_of(record));
    case RecordType::Routed: {
      if (is_leg(record)) return leg_words(record);
      std::string text =
          "to venue " + std::to_string(journal::session_of(record.order)) + "; from venue " + std::to_string(record.reason) + " on:";
      for (const book::Price price : far_prices(record)) text += price == 0 ? " -" : " " + price_text(price);
      return text;
    }
    case RecordType::RiskPassed: {
      std::string text = "bid " + price_text(record.maker & ~0u) + ", ask " + price_text(record.match & ~0u);
      if (record.maker >> 32 != 0) text += ", last trade " + price_text(record.maker >> 32);
      if (record.match >> 32 != 0) text += ", quiet for " + std::to_string(record.match >> 32) + " us";
      return text;
    }
    case RecordType::LimitSet:
      return level_of(record.order_type) + (record.match == 0 ? "" : " " + limit_symbol(record)) + ": " + limit_of(record) + " " +
             std::to_string(record.maker);
    case RecordType::BreakerTripped:
      return breaker_of(record) + (record.locate == 0 ? "" : " of locate " + std::to_string(record.locate)) + ": " +
             std::to_string(record.maker) + ", bound " + std::to_string(record.match) +
             (record.order == 0 ? ", kill switch" : ", pause until " + std::to_string(record.order));
    case RecordType::BreakerReset:
      return breaker_of(record) + (record.locate == 0 ? "" : " of locate " + std::to_string(record.locate)) + ": the pause is over";
    case RecordType::RiskBlocked:
      return (record.reason >> 8 == 0 ? "" : level_of(record.reason >> 8) + " ") + check_of(record) + ": " + std::to_string(record.maker) +
             ", bound " + std::to_string(record.match);
    case RecordType::ParentEntered:
      return parent(record) + (record.side == 'B' ? " buys " : " sells ") + std::to_string(record.quantity) + " shares of locate " +
             std::to_string(record.locate) + " in " + std::to_string(record.reason) + " slices" +
             (record.price == 0 ? "" : ", limit " + price_text(record.price)) + ", arrival mid " + price_text(record.match / 2);
    case RecordType::ParentSlice:
      return parent(record) + ", slice " + std::to_string(record.reason) + ": " + std::to_string(record.price) + " shares filled, target " +
             std::to_string(record.quantity) + "; " + std::to_string(record.maker) + " sent in it, market " + std::to_string(record.match);
    case RecordType::ParentEnded:
      return parent(record) + " " + state_of(record) + ": " + std::to_string(record.quantity) + " shares filled, notional " +
             price_text(record.match) + ", market " + std::to_string(record.maker);
    case RecordType::ParentAsked:
      return parent(record) + " asked for by a trader:" + (record.side == 'B' ? " buys " : " sells ") + std::to_string(record.quantity) +
             " shares of locate " + std::to_string(record.locate) + " in " + std::to_string(record.reason) + " slices" +
             (record.price == 0 ? "" : ", limit " + price_text(record.price)) + ", from " + time_of_day(record.match) + " to " +
             time_of_day(record.maker);
    case RecordType::ParentNamed:
      return "parent " + std::to_string(record.order) + " is " + parent_name(record);
    case RecordType::ParentReplaced:
      return parent(record) + " replaced by a trader: " + std::to_string(record.quantity) + " shares" +
             (record.price == 0 ? ", no limit" : ", limit " + price_text(record.price)) + ", until " + time_of_day(record.maker) + "; " +
             std::to_string(record.match) + " filled or working";
    case RecordType::ParentCancelAsked:
      return parent(record) + " cancelled by a trader: " + std::to_string(record.quantity) + " shares filled, " +
             std::to_string(record.match) + " working";
    case RecordType::AnswersLost:
      return messages(record) + " of venue " + std::to_string(record.reason);
    case RecordType::KillTripped:
      return std::string("by ") + cause_of(record) + " at TSC " + std::to_string(record.maker) + ", seen at " +
             std::to_string(record.match);
    case RecordType::KillArmed:
      return std::string("what ") + cause_of(record) + " had pulled at TSC " + std::to_string(record.maker) + " was taken back at " +
             std::to_string(record.match) + (record.quantity == 0 ? ", confirmed by every venue" : ", not confirmed by every venue");
    default:
      return messages(record);
  }
}

std::string oms_json(const Record& record) {
  nlohmann::ordered_json json;
  switch (record.type) {
    case RecordType::RunConfigured:
      json = {{"plan_digest", hex_text(record.match)}, {"seed", std::to_string(record.maker)},
              {"warmup_messages", record.order},       {"venues", record.quantity},
              {"pacing", letter_name(record.side)},    {"router", letter_name(record.order_type)}};
      break;
    case RecordType::LimitsSet:
      json = {{"max_quantity", record.quantity},
              {"max_notional", record.match},
              {"collar_bps", record.price},
              {"max_orders_per_second", record.maker}};
      break;
    case RecordType::ClockCalibrated:
      json = {{"tsc", std::to_string(record.maker)}, {"realtime_ns", std::to_string(record.match)}, {"tsc_millihertz", record.order}};
      break;
    case RecordType::SymbolListed:
      json = {{"locate", record.locate}, {"symbol", symbol_text(record.maker)}};
      break;
    case RecordType::Scored: {
      const router::Quote quote = quote_of(record);
      json = {{"of_venue", quote.venue},
              {"level", quote.level},
              {"price", quote.price},
              {"shares", quote.shares},
              {"fee_micros", quote.terms.fee},
              {"fill_micros", quote.terms.fill},
              {"latency_micros", quote.terms.latency},
              {"rejects_micros", quote.terms.rejects},
              {"side", std::string(1, record.side == 'B' ? 'B' : 'S')},
              {"locate", record.locate}};
      break;
    }
    case RecordType::Routed:
      if (is_leg(record)) {
        const router::Wanted wanted = wanted_of(record);
        const router::Probe probe = probe_of(record);
        json = {{"picked", journal::session_of(record.order)},
                {"part", record.reason},
                {"shares", record.quantity},
                {"limit", record.price},
                {"of_shares", wanted.shares},
                {"takes", wanted.takes},
                {"is_probe", probe.shares != 0 && probe.venue == journal::session_of(record.order)},
                {"side", std::string(1, record.side == 'B' ? 'B' : 'S')},
                {"locate", record.locate}};
        break;
      }
      json = {{"picked", journal::session_of(record.order)},
              {"first_venue", record.reason},
              {"far_prices", far_prices(record)},
              {"side", std::string(1, record.side == 'B' ? 'B' : 'S')},
              {"locate", record.locate}};
      break;
    case RecordType::RiskPassed:
      json = {{"bid", record.maker & ~0u},      {"ask", record.match & ~0u}, {"last_trade", record.maker >> 32},
              {"quiet_us", record.match >> 32}, {"price", record.price},     {"quantity", record.quantity},
              {"locate", record.locate}};
      break;
    case RecordType::LimitSet:
      json = {
          {"limit", limit_of(record)}, {"level", level_of(record.order_type)}, {"symbol", limit_symbol(record)}, {"value", record.maker}};
      break;
    case RecordType::BreakerTripped:
      json = {{"breaker", breaker_of(record)},
              {"locate", record.locate},
              {"value", record.maker},
              {"bound", record.match},
              {"until_ns", record.order}};
      break;
    case RecordType::BreakerReset:
      json = {{"breaker", breaker_of(record)}, {"locate", record.locate}};
      break;
    case RecordType::RiskBlocked:
      json = {{"check", check_of(record)}, {"level", level_of(record.reason >> 8)}, {"value", record.maker},  {"bound", record.match},
              {"price", record.price},     {"quantity", record.quantity},           {"locate", record.locate}};
      break;
    case RecordType::KillTripped:
      json = {{"by", cause_of(record)}, {"tsc", std::to_string(record.maker)}, {"seen_tsc", std::to_string(record.match)}};
      break;
    case RecordType::KillArmed:
      json = {{"by", cause_of(record)},
              {"tsc", std::to_string(record.maker)},
              {"armed_tsc", std::to_string(record.match)},
              {"confirmed", record.quantity == 0}};
      break;
    case RecordType::ParentEntered:
      json = {{"parent", record.order},        {"algo", algorithm_of(record)}, {"side", std::string(1, record.side == 'B' ? 'B' : 'S')},
              {"locate", record.locate},       {"quantity", record.quantity},  {"limit", record.price},
              {"end_market_ns", record.maker}, {"slices", record.reason},      {"arrival_mid2", record.match}};
      break;
    case RecordType::ParentSlice:
      json = {{"parent", record.order}, {"slice", record.reason}, {"target", record.quantity},
              {"filled", record.price}, {"sent", record.maker},   {"market_shares", record.match}};
      break;
    case RecordType::ParentEnded:
      json = {{"parent", record.order},
              {"state", state_of(record)},
              {"filled", record.quantity},
              {"notional", record.match},
              {"market_shares", record.maker}};
      break;
    case RecordType::ParentAsked:
      json = {{"parent", record.order},
              {"algo", algorithm_of(record)},
              {"side", std::string(1, record.side == 'B' ? 'B' : 'S')},
              {"locate", record.locate},
              {"quantity", record.quantity},
              {"limit", record.price},
              {"end_market_ns", record.maker},
              {"start_market_ns", record.match},
              {"slices", record.reason},
              {"who", "operator"}};
      break;
    case RecordType::ParentNamed:
      json = {{"parent", record.order}, {"name", parent_name(record)}};
      break;
    case RecordType::ParentReplaced:
      json = {{"parent", record.order}, {"quantity", record.quantity}, {"limit", record.price}, {"end_market_ns", record.maker},
              {"done", record.match},   {"state", state_of(record)},   {"who", "operator"}};
      break;
    case RecordType::ParentCancelAsked:
      json = {{"parent", record.order},
              {"filled", record.quantity},
              {"working", record.match},
              {"state", state_of(record)},
              {"who", "operator"}};
      break;
    case RecordType::AnswersLost:
      json = {{"of_venue", record.reason}, {"first", record.order}, {"messages", record.maker}};
      break;
    default:
      json = {{"first", record.order}, {"messages", record.maker}};
      break;
  }
  const std::string object = json.dump();
  return "," + object.substr(1, object.size() - 2);
}

}  // namespace hopscope::recovery
