#include "engine/result.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace hopscope {

std::string write_result(const std::string& path, const Result& result) {
  using Json = nlohmann::ordered_json;
  Json json;
  json["digest"]["orders"] = result.orders_digest;
  json["digest"]["journal"] = result.journal_digest.empty() ? Json(nullptr) : Json(result.journal_digest);
  json["digest"]["null_because"] = result.null_because;
  json["durable_kind"] = result.durable_kind;
  json["journal_stalls"] = result.journal_stalls;
  json["conditions"] = result.conditions;
  json["unlocked_because"] = result.unlocked_because;
  json["injected"] = result.injected;
  json["feed"]["types"] = Json::object();
  for (const auto& [type, count] : result.message_types) json["feed"]["types"][type] = count;
  json["risk_rejects"] = Json::object();
  for (const auto& [check, count] : result.risk_rejects) json["risk_rejects"][check] = count;
  json["ports"] = Json::array();
  for (const auto& [name, counters] : result.ports) {
    json["ports"].push_back(
        {{"name", name}, {"rx", counters.rx}, {"tx", counters.tx}, {"rx_malformed", counters.rx_malformed}, {"drops", counters.drops}});
  }
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

}  // namespace hopscope
