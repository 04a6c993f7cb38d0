#include "engine/recovery/oms_record_text.h"

#include <nlohmann/json.hpp>

#include "engine/book/order.h"
#include "engine/recovery/oms_fields.h"
#include "engine/recovery/record_text.h"
#include "engine/risk/gate.h"

namespace hopscope::recovery {
namespace {

using journal::Record;
using journal::RecordType;

std::string check_of(const Record& record) {
  return record.reason < risk::kReasons ? risk::name(static_cast<risk::Reason>(record.reason)) : "check-" + std::to_string(record.reason);
}

// The far side's price at each venue: what the router compares. 0: nothing rests there.
std::vector<book::Price> far_prices(const Record& record) {
  std::vector<book::Price> prices;
  for (const router::VenueView& view : routed_views(record)) prices.push_back(record.side == 'B' ? view.touch.ask : view.touch.bid);
  return prices;
}

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
    default:
      return "unknown";
  }
}

}  // namespace

bool has_no_order(RecordType type) {
  switch (type) {
    case RecordType::RunConfigured:
    case RecordType::LimitsSet:
    case RecordType::ClockCalibrated:
    case RecordType::SymbolListed:
    case RecordType::AnswersLost:
    case RecordType::GapOpened:
    case RecordType::GapClosed:
    case RecordType::GapGivenUp:
      return true;
    default:
      return false;
  }
}

bool is_told_in_words(RecordType type) {
  return has_no_order(type) || type == RecordType::Routed || type == RecordType::RiskPassed || type == RecordType::RiskBlocked;
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
    case RecordType::Routed: {
      std::string text =
          "to venue " + std::to_string(journal::session_of(record.order)) + "; from venue " + std::to_string(record.reason) + " on:";
      for (const book::Price price : far_prices(record)) text += price == 0 ? " -" : " " + price_text(price);
      return text;
    }
    case RecordType::RiskPassed:
      return "bid " + price_text(record.maker) + ", ask " + price_text(record.match);
    case RecordType::RiskBlocked:
      return check_of(record) + ": " + std::to_string(record.maker) + ", bound " + std::to_string(record.match);
    case RecordType::AnswersLost:
      return messages(record) + " of venue " + std::to_string(record.reason);
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
    case RecordType::Routed:
      json = {{"picked", journal::session_of(record.order)},
              {"first_venue", record.reason},
              {"far_prices", far_prices(record)},
              {"side", std::string(1, record.side == 'B' ? 'B' : 'S')},
              {"locate", record.locate}};
      break;
    case RecordType::RiskPassed:
      json = {
          {"bid", record.maker}, {"ask", record.match}, {"price", record.price}, {"quantity", record.quantity}, {"locate", record.locate}};
      break;
    case RecordType::RiskBlocked:
      json = {{"check", check_of(record)}, {"value", record.maker},       {"bound", record.match},
              {"price", record.price},     {"quantity", record.quantity}, {"locate", record.locate}};
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
