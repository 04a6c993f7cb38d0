#include "engine/recovery/record_text.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <utility>
#include <vector>

#include "engine/book/matching/terms.h"
#include "engine/recovery/oms_record_text.h"
#include "engine/venue/client_order.h"

namespace hopscope::recovery {
namespace {

using journal::kOmsJournal;
using journal::Record;
using journal::RecordType;

__attribute__((format(printf, 1, 2))) std::string print(const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  return line;
}

}  // namespace

std::string order_text(std::uint64_t id) {
  if (!venue::is_client(id)) return std::to_string(id);
  const auto session = static_cast<std::uint32_t>((id & ~venue::kClientBit) >> 32);
  return std::to_string(session) + "/" + std::to_string(venue::user_ref_of(id));
}

std::string time_of_day(std::uint64_t ns) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const std::uint64_t seconds = ns / kSecond;
  return print("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%09" PRIu64, seconds / 3'600, seconds / 60 % 60, seconds % 60, ns % kSecond);
}

std::string hex_text(std::uint64_t word) { return print("%016" PRIx64, word); }

std::string price_text(std::uint64_t price) { return print("%" PRIu64 ".%04" PRIu64, price / 10'000, price % 10'000); }

namespace {

std::string type_text(RecordType type) {
  const std::string_view name = name_of(type);
  return name.empty() ? print("type-%u", static_cast<unsigned>(type)) : std::string(name);
}

// A letter where the byte is one: damaged records must not bring control characters to a terminal.
std::string letter(std::uint8_t byte) {
  if (byte == 0) return "";
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')
             ? std::string(1, static_cast<char>(byte))
             : std::to_string(byte);
}

// OUCH 5.0: a rejection has a number, a cancellation a letter. A trade has a reason only where it was made in a cross.
std::string reason_text(const Record& record) {
  if (record.type == RecordType::Executed && record.reason == 1) return "cross";
  if (record.type == RecordType::Cancelled && record.reason < 256) return letter(static_cast<std::uint8_t>(record.reason));
  const bool sent = record.type == RecordType::OrderSent || record.type == RecordType::ReplaceSent;
  if (sent && record.reason != 0) return print("p%u", record.reason - 1u);  // child of that parent order
  return record.reason == 0 ? "" : print("0x%04x", record.reason);
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

constexpr char kHead[] = "%9s  %2s  %9s  %18s  %-19s  %12s";
constexpr char kColumns[] = "  %12s  %1s  %1s  %8s  %12s  %6s  %8s  %6s";

std::string head(const Record& record) {
  return print(kHead, std::to_string(record.sequence).c_str(), record.venue == kOmsJournal ? "-" : std::to_string(record.venue).c_str(),
               std::to_string(record.feed_sequence).c_str(), time_of_day(record.market_ns).c_str(), type_text(record.type).c_str(),
               has_no_order(record.type) ? "-" : order_text(record.order).c_str());
}

std::string json_head(const Record& record) {
  const std::string order = has_no_order(record.type) ? "" : ",\"order\":\"" + order_text(record.order) + "\"";
  return print("{\"sequence\":%" PRIu64 ",\"venue\":%s,\"feed_sequence\":%" PRIu64 ",\"market_ns\":%" PRIu64 ",\"type\":\"%s\"%s",
               record.sequence, record.venue == kOmsJournal ? "null" : std::to_string(record.venue).c_str(), record.feed_sequence,
               record.market_ns, type_text(record.type).c_str(), order.c_str());
}

// The traits that OUCH can ask for, in words; of a record, those that it has.
std::vector<std::string> trait_names(const Record& terms) {
  constexpr std::pair<std::uint16_t, const char*> kNames[] = {
      {matching::trait::kFillOrKill, "fill-or-kill"}, {matching::trait::kPostOnly, "post-only"}, {matching::trait::kMinimum, "minimum"},
      {matching::trait::kIceberg, "iceberg"},         {matching::trait::kStop, "stop"},          {matching::trait::kExpires, "expires"},
      {matching::trait::kAuctionOnly, "auction-only"}};
  std::vector<std::string> names;
  unsigned unnamed = terms.reason;
  for (const auto& [bit, name] : kNames) {
    if ((terms.reason & bit) == 0) continue;
    names.emplace_back(name);
    unnamed &= ~unsigned{bit};
  }
  if (unnamed != 0) names.push_back(print("0x%04x", unnamed));
  return names;
}

std::string self_trade_name(std::uint8_t mode) {
  switch (static_cast<matching::SelfTrade>(mode)) {
    case matching::SelfTrade::Allow:
      return "allow";
    case matching::SelfTrade::CancelNewest:
      return "cancel-newest";
    case matching::SelfTrade::CancelOldest:
      return "cancel-oldest";
    case matching::SelfTrade::CancelBoth:
      return "cancel-both";
    case matching::SelfTrade::Decrement:
      return "decrement";
  }
  return std::to_string(mode);
}

// Their values behind the names: "post-only, iceberg 30, stop 50.0000, expires 09:30:01.000000000, self-trade decrement".
std::string terms_text(const Record& terms) {
  std::string text;
  const auto add = [&text](const std::string& term) { text += (text.empty() ? "" : ", ") + term; };
  for (const std::string& name : trait_names(terms)) {
    if (name == "minimum") {
      add(name + " " + std::to_string(terms.quantity));
    } else if (name == "iceberg") {
      add(name + " " + std::to_string(terms.price));
    } else if (name == "stop") {
      add(name + " " + price_text(terms.match));
    } else if (name == "expires") {
      add(name + " " + time_of_day(terms.maker));
    } else {
      add(name);
    }
  }
  if (terms.side != 0) add("self-trade " + self_trade_name(terms.side));
  return text;
}

std::string terms_json(const Record& terms) {
  std::string traits;
  for (const std::string& name : trait_names(terms)) traits += (traits.empty() ? "\"" : ",\"") + name + '"';
  return print(",\"traits\":[%s],\"minimum\":%u,\"display\":%u,\"stop\":%" PRIu64 ",\"expires_ns\":%" PRIu64
               ",\"self_trade\":\"%s\",\"locate\":%u}",
               traits.c_str(), terms.quantity, terms.price, terms.match, terms.maker, self_trade_name(terms.side).c_str(), terms.locate);
}

}  // namespace

std::string_view name_of(RecordType type) {
  switch (type) {
    case RecordType::OrderEntered:
      return "OrderEntered";
    case RecordType::OrderTerms:
      return "OrderTerms";
    case RecordType::CancelRequested:
      return "CancelRequested";
    case RecordType::ReplaceRequested:
      return "ReplaceRequested";
    case RecordType::ModifyRequested:
      return "ModifyRequested";
    case RecordType::MassCancelRequested:
      return "MassCancelRequested";
    case RecordType::AccountQueried:
      return "AccountQueried";
    case RecordType::Accepted:
      return "Accepted";
    case RecordType::Executed:
      return "Executed";
    case RecordType::Cancelled:
      return "Cancelled";
    case RecordType::Rejected:
      return "Rejected";
    case RecordType::Replaced:
      return "Replaced";
    case RecordType::Modified:
      return "Modified";
    case RecordType::MassCancelled:
      return "MassCancelled";
    case RecordType::CancelRejected:
      return "CancelRejected";
    case RecordType::Restated:
      return "Restated";
    case RecordType::RunConfigured:
      return "RunConfigured";
    case RecordType::LimitsSet:
      return "LimitsSet";
    case RecordType::ClockCalibrated:
      return "ClockCalibrated";
    case RecordType::SymbolListed:
      return "SymbolListed";
    case RecordType::Routed:
      return "Routed";
    case RecordType::Scored:
      return "Scored";
    case RecordType::RiskPassed:
      return "RiskPassed";
    case RecordType::RiskBlocked:
      return "RiskBlocked";
    case RecordType::OrderSent:
      return "OrderSent";
    case RecordType::CancelSent:
      return "CancelSent";
    case RecordType::OrderGivenUp:
      return "OrderGivenUp";
    case RecordType::AnswersLost:
      return "AnswersLost";
    case RecordType::GapOpened:
      return "GapOpened";
    case RecordType::GapClosed:
      return "GapClosed";
    case RecordType::GapGivenUp:
      return "GapGivenUp";
    case RecordType::OrderRefused:
      return "OrderRefused";
    case RecordType::KillTripped:
      return "KillTripped";
    case RecordType::KillArmed:
      return "KillArmed";
    case RecordType::MassCancelSent:
      return "MassCancelSent";
    case RecordType::ParentEntered:
      return "ParentEntered";
    case RecordType::ParentSlice:
      return "ParentSlice";
    case RecordType::ParentEnded:
      return "ParentEnded";
    case RecordType::ParentAsked:
      return "ParentAsked";
    case RecordType::ParentNamed:
      return "ParentNamed";
    case RecordType::ParentReplaced:
      return "ParentReplaced";
    case RecordType::ParentCancelAsked:
      return "ParentCancelAsked";
    case RecordType::LimitSet:
      return "LimitSet";
    case RecordType::BreakerTripped:
      return "BreakerTripped";
    case RecordType::BreakerReset:
      return "BreakerReset";
    case RecordType::ReplaceDecided:
      return "ReplaceDecided";
    case RecordType::ReplaceSent:
      return "ReplaceSent";
  }
  return {};
}

std::string table_heading() {
  return print(kHead, "sequence", "v", "feed", "market time", "type", "order") +
         print(kColumns, "maker", "s", "k", "shares", "price", "locate", "match", "reason");
}

std::string table_line(const Record& record) {
  if (record.type == RecordType::OrderTerms) return head(record) + "  " + terms_text(record);
  if (is_told_in_words(record.type)) return head(record) + "  " + oms_words(record);
  const auto or_none = [](std::uint64_t number) { return number == 0 ? std::string("-") : std::to_string(number); };
  return head(record) + print(kColumns, record.maker == 0 ? "-" : order_text(record.maker).c_str(), or_dash(letter(record.side)).c_str(),
                              or_dash(letter(record.order_type)).c_str(), std::to_string(record.quantity).c_str(),
                              record.price == 0 ? "-" : price_text(record.price).c_str(), or_none(record.locate).c_str(),
                              or_none(record.match).c_str(), or_dash(reason_text(record)).c_str());
}

std::string json_line(const Record& record) {
  if (record.type == RecordType::OrderTerms) return json_head(record) + terms_json(record);
  if (is_told_in_words(record.type)) return json_head(record) + oms_json(record) + "}";
  return json_head(record) + print(
                                 ",\"maker\":\"%s\",\"side\":\"%s\",\"order_type\":\"%s\",\"quantity\":%u,\"price\":%u"
                                 ",\"locate\":%u,\"match\":%" PRIu64 ",\"reason\":\"%s\"}",
                                 record.maker == 0 ? "" : order_text(record.maker).c_str(), letter(record.side).c_str(),
                                 letter(record.order_type).c_str(), record.quantity, record.price, record.locate, record.match,
                                 reason_text(record).c_str());
}

}  // namespace hopscope::recovery
