#include "engine/result.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/core/histogram.h"

namespace hopscope {
namespace {

using Json = nlohmann::ordered_json;

std::string write_json(const std::string& path, const Json& json) {
  const std::string draft = path + ".draft";
  {
    std::ofstream file(draft);
    file << json.dump(2) << '\n';
    file.close();
    if (!file) return "result file " + draft + " cannot be written: free space, or choose another folder with --results";
  }
  if (std::rename(draft.c_str(), path.c_str()) != 0) return "result file " + path + " cannot be written: check its folder's permissions";
  return {};
}

// Times in ns from the parent's start, prices with 4 decimals as integers; mid prices doubled, so that they are whole.
Json parent_json(const oms::ParentOrder& parent) {
  const auto since_start = [&](std::uint64_t market_ns) { return market_ns < parent.start_ns ? 0 : market_ns - parent.start_ns; };
  const std::uint64_t watched_ns = parent.sampled_ns - parent.begun_ns;
  Json json = {{"name", parent.plan.name},
               {"algo", core::name(parent.plan.algorithm)},
               {"locate", parent.locate},
               {"side", parent.plan.side == 'B' ? "buy" : "sell"},
               {"quantity", parent.plan.quantity},
               {"state", oms::name(parent.state)},
               {"at_run_time", parent.at_run_time},
               {"filled", parent.filled},
               {"notional", parent.notional},
               {"open", parent.working},
               {"children", parent.children},
               {"blocked", parent.blocked},
               {"rejected", parent.rejected},
               {"length_ns", parent.plan.end_ns - parent.plan.start_ns},
               {"begun_ns", since_start(parent.begun_ns)},
               {"finished_ns", parent.finished_ns == 0 ? Json(nullptr) : Json(since_start(parent.finished_ns))},
               {"band", static_cast<double>(parent.plan.band_ppm) / 1e6},
               {"slices_outside", parent.slices_outside},
               {"arrival_mid2", parent.arrival_mid2},
               {"twap_mid2", watched_ns == 0 ? parent.arrival_mid2 : static_cast<std::uint64_t>(parent.mid2_ns / watched_ns)},
               {"market_shares", parent.market_shares},
               {"market_notional", parent.market_notional},
               {"slices", Json::array()}};
  for (const oms::ParentSlice& slice : parent.slices) {
    if (!slice.over) break;
    json["slices"].push_back({{"end_ns", since_start(slice.end_ns)},
                              {"target", slice.target},
                              {"sent", slice.sent},
                              {"filled", slice.filled},
                              {"market_shares", slice.market_shares}});
  }
  return json;
}

// Upper edge of the bucket that holds it, as everywhere here.
std::uint64_t quantile(const hs_histogram& histogram, double share) {
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(histogram.count)));
  std::uint64_t seen = 0;
  for (std::uint32_t bucket = 0; bucket + 1 < HS_HISTOGRAM_BUCKETS; ++bucket) {
    seen += histogram.bucket[bucket];
    if (seen >= rank && seen > 0) return std::min(core::histogram_lower_bound(bucket + 1), std::uint64_t{histogram.max});
  }
  return histogram.max;
}

Json position_json(const PositionRow& row) {
  const auto& [venue, symbol, holding, doubled_mark, profit] = row;
  const book::Traded& traded = holding.traded;
  const auto& unrealised = profit.unrealised_micros;
  return {{"venue", venue ? Json(*venue) : Json(nullptr)},
          {"symbol", symbol},
          {"bought", traded.bought},
          {"sold", traded.sold},
          {"bought_value", traded.bought_value},
          {"sold_value", traded.sold_value},
          {"fees_micros", traded.fees_micros},
          {"cash_micros", profit.cash_micros},
          {"realised_micros", profit.realised_micros},
          {"unrealised_micros", unrealised ? Json(*unrealised) : Json(nullptr)},
          {"mark", doubled_mark == 0 ? Json(nullptr) : Json(static_cast<double>(doubled_mark) / 2)},
          {"open_orders", holding.open_orders},
          {"open_buying", holding.open_buying},
          {"open_selling", holding.open_selling}};
}

Json reconciliation_json(const Reconciliation& reconciliation) {
  Json first = Json::array();
  for (const auto& [symbol, difference] : reconciliation.first)
    first.push_back({{"venue", difference.venue},
                     {"symbol", symbol},
                     {"figure", difference.figure},
                     {"oms", difference.oms},
                     {"at_venue", difference.at_venue}});
  return {{"differences", reconciliation.differences}, {"first", std::move(first)}};
}

}  // namespace

std::string write_result(const std::string& path, const Result& result) {
  Json json;
  json["digest"]["orders"] = result.orders_digest.empty() ? Json(nullptr) : Json(result.orders_digest);
  json["digest"]["orders_null_because"] = result.orders_null_because;
  json["digest"]["books"] = result.books_digest;
  json["digest"]["journal"] = result.journal_digest.empty() ? Json(nullptr) : Json(result.journal_digest);
  json["digest"]["oms"] = result.oms_digest.empty() ? Json(nullptr) : Json(result.oms_digest);
  json["digest"]["null_because"] = result.null_because;
  json["durable_kind"] = result.durable_kind;
  json["journal_stalls"] = result.journal_stalls;
  json["oms_journal_stalls"] = result.oms_journal_stalls;
  json["conditions"] = result.conditions;
  json["unlocked_because"] = result.unlocked_because;
  json["injected"] = result.injected;
  json["feed"]["types"] = Json::object();
  for (const auto& [type, count] : result.message_types) json["feed"]["types"][type] = count;
  json["risk_rejects"] = Json::object();
  for (const auto& [check, count] : result.risk_rejects) json["risk_rejects"][check] = count;
  json["risk_blocks"] = Json::array();
  for (const RiskBlocks& blocks : result.risk_blocks)
    json["risk_blocks"].push_back({{"check", blocks.check}, {"level", blocks.level}, {"count", blocks.count}});
  json["breakers"] = Json::object();
  for (const auto& [breaker, trips] : result.breakers) json["breakers"][breaker] = trips;
  json["kills"] = Json::array();
  for (const KillResult& kill : result.kills) {
    const auto ns = [](const std::optional<double>& time) { return time ? Json(std::round(*time)) : Json(nullptr); };
    json["kills"].push_back({{"by", kill.by},
                             {"tsc", std::to_string(kill.tsc)},
                             {"seen_ns", ns(kill.seen_ns)},
                             {"asked_ns", ns(kill.asked_ns)},
                             {"last_order_ns", ns(kill.last_order_ns)},
                             {"confirmed_ns", ns(kill.confirmed_ns)},
                             {"armed_ns", ns(kill.armed_ns)},
                             {"requests", kill.requests},
                             {"waiting", kill.waiting}});
  }
  json["venues"] = Json::array();
  for (const VenueResult& venue : result.venues) {
    json["venues"].push_back({{"name", venue.name},
                              {"made_shares", venue.totals.made_shares},
                              {"taken_shares", venue.totals.taken_shares},
                              {"make_fees_micros", venue.totals.make_fees_micros},
                              {"take_fees_micros", venue.totals.take_fees_micros},
                              {"queue_rejects", venue.totals.queue_rejects},
                              {"lost_in_outage", venue.totals.lost_in_outage},
                              {"clamped", venue.clamped},
                              {"unresolved", venue.unresolved},
                              {"outside", venue.outside},
                              {"bookless", venue.bookless},
                              {"open_orders", venue.open_orders}});
  }
  json["positions"] = Json::array();
  for (const PositionRow& row : result.positions) json["positions"].push_back(position_json(row));
  json["reconciliation"] = reconciliation_json(result.reconciliation);
  json["routing"] = {{"wanted_shares", result.routing.wanted_shares},
                     {"venues_taken_out", result.routing.venues_taken_out},
                     {"probes", result.routing.probes},
                     {"venues", Json::array()}};
  for (const RoutedResult& venue : result.routing.venues) {
    json["routing"]["venues"].push_back({{"name", venue.name},
                                         {"orders", venue.orders},
                                         {"asked_shares", venue.asked_shares},
                                         {"filled_shares", venue.filled_shares},
                                         {"slippage_micros", venue.slippage_micros},
                                         {"fees_micros", venue.fees_micros},
                                         {"mid_notional_micros", venue.mid_notional_micros},
                                         {"answer_ns", venue.answer_ns ? Json(*venue.answer_ns) : Json(nullptr)}});
  }
  json["parents"] = Json::array();
  for (const oms::ParentOrder& parent : result.parents) json["parents"].push_back(parent_json(parent));
  json["commands"] = Json::array();
  for (const control::Commanded& command : result.commands)
    json["commands"].push_back({{"market_ns", command.market_ns}, {"what", command.what}, {"refused", command.refused}});
  json["ports"] = Json::array();
  for (const auto& [name, counters] : result.ports) {
    json["ports"].push_back({{"name", name},
                             {"rx", counters.rx},
                             {"tx", counters.tx},
                             {"rx_malformed", counters.rx_malformed},
                             {"drops", counters.drops},
                             {"impaired_drops", counters.impaired_drops},
                             {"impaired_duplicates", counters.impaired_duplicates},
                             {"impaired_reorders", counters.impaired_reorders},
                             {"recovered", counters.recovered},
                             {"requests", counters.requests}});
  }
  json["snapshots"] = Json::array();
  for (const recovery::ShadowOutcome& shadow : result.snapshots) {
    json["snapshots"].push_back({{"venue", shadow.venue == journal::kOmsJournal ? Json(nullptr) : Json(shadow.venue)},
                                 {"taken", shadow.snapshots},
                                 {"last_record", shadow.last_record},
                                 {"longest_ns", shadow.longest_ns},
                                 {"replayed", shadow.replayed},
                                 {"error", shadow.error}});
  }
  if (const auto& capture = result.capture)
    json["capture"] = {{"path", capture->path}, {"packets", capture->packets}, {"lost", capture->lost}, {"error", capture->error}};
  return write_json(path, json);
}

std::string write_echo_result(const std::string& path, const EchoResult& result, const core::Calibration& calibration) {
  Json json;
  const auto ns = [&](double share) { return std::round(calibration.ns(quantile(result.round_trips, share)) * 10) / 10; };
  json["round_trip_ns"] = {{"count", result.round_trips.count},
                           {"p50", ns(0.5)},
                           {"p90", ns(0.9)},
                           {"p99", ns(0.99)},
                           {"p999", ns(0.999)},
                           {"max", std::round(calibration.ns(result.round_trips.max))}};
  json["forwards_per_s"] = std::round(result.forwards_per_second);
  json["lost"] = result.lost;
  json["drops"] = result.drops;
  json["conditions"] = result.conditions;
  return write_json(path, json);
}

}  // namespace hopscope
