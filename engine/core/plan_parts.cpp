// The parts of a plan that `hopscope order` and `hopscope limits` bring at run time, too: parent orders and limits.
#include "engine/core/plan_parts.h"

#include <string>

namespace hopscope::core {
namespace {

constexpr std::uint64_t kMostShares = 1ull << 40;
constexpr std::uint64_t kMostValue = 1ull << 62;  // price (4 decimals) x shares
constexpr std::uint64_t kLongestNs = 86'400'000'000'000;

void read_limits(PlanReader& r, RiskLimits& limits) {
  r.integer("max_quantity", limits.max_quantity, 0, 1u << 30);
  r.integer("max_notional", limits.max_notional, 0, kMostValue);
  r.integer("collar_bps", limits.collar_bps, 0, 1'000'000);
  r.integer("max_orders_per_second", limits.max_orders_per_second, 0, 1u << 30);
  r.integer("last_trade_bps", limits.last_trade_bps, 0, 1'000'000);
  r.integer("max_position", limits.max_position, 0, kMostShares);
}

void read_breakers(PlanReader& r, BreakersPlan& breakers) {
  r.integer("max_loss", breakers.max_loss, 0, kMostValue);
  r.integer("max_reject_ppm", breakers.max_reject_ppm, 0, 1'000'000);
  r.integer("min_answers", breakers.min_answers, 1, 1u << 30);
  r.integer("max_messages_per_second", breakers.max_messages_per_second, 0, 1u << 30);
  r.integer("band_bps", breakers.band_bps, 0, 10'000);
  r.integer("band_window_ns", breakers.band_window_ns, 8, kLongestNs);
  r.integer("limit_state_ns", breakers.limit_state_ns, 0, kLongestNs);
  r.integer("band_pause_ns", breakers.band_pause_ns, 1, kLongestNs);
  r.integer("gap_pause_ns", breakers.gap_pause_ns, 0, kLongestNs);
  r.integer("stale_feed_ns", breakers.stale_feed_ns, 0, kLongestNs);
  r.integer("stale_pause_ns", breakers.stale_pause_ns, 1, kLongestNs);
}

void read_symbol(PlanReader& r, SymbolRisk& symbol) {
  r.text("symbol", symbol.symbol);
  if (symbol.symbol.empty() || symbol.symbol.size() > 8) r.fail("symbol", "one to eight characters, as in the stock directory");
  r.flag("restricted", symbol.restricted);
  read_limits(r, symbol.limits);
}

}  // namespace

// Plans that stand beside journals of earlier versions have the first four keys only.
void read_risk(PlanReader& r, RiskPlan& risk) {
  r.integer("max_quantity", risk.max_quantity, 1, 1u << 30);
  r.integer("max_notional", risk.max_notional, 1, ~0ull);
  r.integer("collar_bps", risk.collar_bps, 1, 1'000'000);
  r.integer("max_orders_per_second", risk.max_orders_per_second, 0, 1u << 30);
  if (r.has("last_trade_bps")) r.integer("last_trade_bps", risk.last_trade_bps, 0, 1'000'000);
  if (r.has("max_position")) r.integer("max_position", risk.max_position, 0, kMostShares);
  if (r.has("max_gross")) r.integer("max_gross", risk.max_gross, 0, kMostValue);
  if (r.has("max_net")) r.integer("max_net", risk.max_net, 0, kMostValue);
  if (r.has("max_credit")) r.integer("max_credit", risk.max_credit, 0, kMostValue);
  if (r.has("max_cancels_per_second")) r.integer("max_cancels_per_second", risk.max_cancels_per_second, 0, 1u << 30);
  if (r.has("duplicate_within_ns")) r.integer("duplicate_within_ns", risk.duplicate_within_ns, 0, kLongestNs);
  if (r.has("stale_after_ns")) r.integer("stale_after_ns", risk.stale_after_ns, 0, kLongestNs);
  if (r.has("self_cross")) r.flag("self_cross", risk.self_cross);
  if (r.has("strategy")) r.object("strategy", [&](PlanReader& limits) { read_limits(limits, risk.strategy); });
  if (r.has("parent")) r.object("parent", [&](PlanReader& limits) { read_limits(limits, risk.parent); });
  if (r.has("symbol")) r.object("symbol", [&](PlanReader& limits) { read_limits(limits, risk.symbol); });
  if (r.has("breakers")) r.object("breakers", [&](PlanReader& breakers) { read_breakers(breakers, risk.breakers); });
  if (!r.has("symbols")) return;
  r.each("symbols", [&](const Json& json, const std::string& path) {
    r.inside(json, path, [&](PlanReader& symbol) { read_symbol(symbol, risk.symbols.emplace_back()); });
  });
}

void read_parent(PlanReader& r, ParentPlan& parent) {
  constexpr std::uint64_t kDayNs = 86'400'000'000'000;
  r.text("name", parent.name);
  if (parent.name.size() > kMostNameBytes) r.fail("name", "at most " + std::to_string(kMostNameBytes) + " letters");
  r.text("symbol", parent.symbol);
  if (parent.symbol.size() > 8) r.fail("symbol", "at most 8 letters");
  r.integer("locate", parent.locate, 0, 65'535);
  if (parent.symbol.empty() == (parent.locate == 0)) r.fail("symbol", "either it or locate is needed");
  r.one_of("side", parent.side, {{"buy", 'B'}, {"sell", 'S'}});
  r.integer("quantity", parent.quantity, 1, 1u << 30);
  r.one_of("algo", parent.algorithm,
           {{"twap", Algorithm::Twap}, {"vwap", Algorithm::Vwap}, {"pov", Algorithm::Pov}, {"is", Algorithm::Shortfall}});
  r.integer("start_ns", parent.start_ns, 0, kDayNs);
  r.integer("end_ns", parent.end_ns, 1, kDayNs);
  r.integer("slices", parent.slices, 1, 1'000);
  r.flag("posts", parent.posts);
  if (r.has("reposts")) r.flag("reposts", parent.reposts);
  r.integer("limit_price", parent.limit_price, 0, 2'000'000'000);
  r.integer("randomise_ppm", parent.randomise_ppm, 0, kMillion);
  r.flag("catch_up", parent.catch_up);
  r.flag("sweep", parent.sweep);
  r.integer("band_ppm", parent.band_ppm, 0, kMillion);
  r.integer("cap_ppm", parent.cap_ppm, 0, kMillion - 1);
  r.integer("rate_ppm", parent.rate_ppm, 0, kMillion - 1);
  r.integer("urgency_milli", parent.urgency_milli, 0, 100'000);
  r.each("curve", [&](const Json& weight, const std::string& path) {
    if (weight.is_number_unsigned() && weight.get<std::uint64_t>() <= 1u << 30) {
      parent.curve.push_back(weight.get<std::uint64_t>());
    } else {
      r.fault(path, "a volume from 0 to 2^30 is needed");
    }
  });
  if (parent.end_ns <= parent.start_ns) r.fail("end_ns", "it must be after start_ns");
  if ((parent.end_ns - parent.start_ns) / parent.slices < 1'000) r.fail("slices", "a slice is shorter than 1 us; fewer are needed");
  if (parent.algorithm == Algorithm::Pov && parent.rate_ppm == 0) r.fail("rate_ppm", "pov needs it");
}

namespace {

// read(reader)
template <class Read>
std::string read_part(const std::string& text, Read&& read) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return "not JSON";
  std::string fault;
  PlanReader reader(json, "", fault);
  if (fault.empty()) read(reader);
  return fault;
}

}  // namespace

std::string read_parent_plan(const std::string& json, ParentPlan& parent) {
  return read_part(json, [&](PlanReader& reader) { read_parent(reader, parent); });
}

std::string read_risk_plan(const std::string& json, RiskPlan& risk) {
  return read_part(json, [&](PlanReader& reader) { read_risk(reader, risk); });
}

}  // namespace hopscope::core
