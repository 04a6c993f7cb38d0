#include "engine/result.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

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

}  // namespace

std::string write_result(const std::string& path, const Result& result) {
  Json json;
  json["digest"]["orders"] = result.orders_digest;
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
  json["venues"] = Json::array();
  for (const VenueResult& venue : result.venues) {
    json["venues"].push_back({{"name", venue.name},
                              {"made_shares", venue.totals.made_shares},
                              {"taken_shares", venue.totals.taken_shares},
                              {"make_fees_micros", venue.totals.make_fees_micros},
                              {"take_fees_micros", venue.totals.take_fees_micros},
                              {"queue_rejects", venue.totals.queue_rejects},
                              {"clamped", venue.clamped},
                              {"unresolved", venue.unresolved},
                              {"outside", venue.outside},
                              {"bookless", venue.bookless}});
  }
  json["ports"] = Json::array();
  for (const auto& [name, counters] : result.ports) {
    json["ports"].push_back({{"name", name},
                             {"rx", counters.rx},
                             {"tx", counters.tx},
                             {"rx_malformed", counters.rx_malformed},
                             {"drops", counters.drops},
                             {"impaired_drops", counters.impaired_drops},
                             {"impaired_duplicates", counters.impaired_duplicates},
                             {"impaired_reorders", counters.impaired_reorders}});
  }
  json["snapshots"] = Json::array();
  for (const recovery::ShadowOutcome& shadow : result.snapshots) {
    json["snapshots"].push_back({{"venue", shadow.venue},
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
