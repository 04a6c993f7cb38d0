#include "engine/core/plan.h"

#include <bit>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "bpf/records.h"
#include "engine/core/digest.h"

namespace hopscope::core {
namespace {

using Json = nlohmann::json;

// Walks one JSON object; remembers the first fault and the path to it.
class Reader {
 public:
  Reader(const Json& json, std::string path, std::string& fault) : json_(json), path_(std::move(path)), fault_(fault) {
    if (fault_.empty() && !json_.is_object()) fault_ = path_ + ": an object is needed";
  }

  void text(const char* key, std::string& out) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_string()) return fail(key, "a string is needed");
    out = value->get<std::string>();
  }
  void flag(const char* key, bool& out) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_boolean()) return fail(key, "true or false is needed");
    out = value->get<bool>();
  }
  void number(const char* key, double& out, double low, double high) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number()) return fail(key, "a number is needed");
    const auto given = value->get<double>();
    if (!(given >= low && given <= high)) return fail(key, "out of range");
    out = given;
  }
  template <class Integer>
  void integer(const char* key, Integer& out, std::uint64_t low, std::uint64_t high) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number_unsigned() && !(value->is_number_integer() && value->get<std::int64_t>() >= 0))
      return fail(key, "a non-negative integer is needed");
    const auto given = value->get<std::uint64_t>();
    if (given < low || given > high) return fail(key, "must be between " + std::to_string(low) + " and " + std::to_string(high));
    out = static_cast<Integer>(given);
  }
  void signed_integer(const char* key, std::int64_t& out, std::int64_t limit) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number_integer()) return fail(key, "an integer is needed");
    const auto given = value->get<std::int64_t>();
    if (given < -limit || given > limit) return fail(key, "out of range");
    out = given;
  }
  template <class Enum>
  void one_of(const char* key, Enum& out, std::initializer_list<std::pair<const char*, Enum>> names) {
    std::string given;
    text(key, given);
    if (!fault_.empty()) return;
    std::string known;
    for (const auto& [name, value] : names) {
      if (given == name) {
        out = value;
        return;
      }
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    fail(key, "'" + given + "' is none of " + known);
  }
  bool has(const char* key) const { return fault_.empty() && json_.contains(key); }
  template <class Visit>
  void object(const char* key, Visit visit) {
    if (const Json* value = find(key)) {
      Reader inner(*value, path_of(key), fault_);
      if (fault_.empty()) visit(inner);
    }
  }
  template <class Visit>
  void each(const char* key, Visit visit) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_array()) return fail(key, "a list is needed");
    for (std::size_t i = 0; i < value->size() && fault_.empty(); ++i) visit((*value)[i], path_of(key) + "[" + std::to_string(i) + "]");
  }
  void texts(const char* key, std::vector<std::string>& out) {
    each(key, [&](const Json& value, const std::string& path) {
      if (value.is_string()) {
        out.push_back(value.get<std::string>());
      } else {
        fault_ = path + ": a string is needed";
      }
    });
  }
  void cpus(const char* key, std::vector<unsigned>& out) {
    each(key, [&](const Json& value, const std::string& path) {
      if (value.is_number_unsigned() && value.get<std::uint64_t>() < 4096) {
        out.push_back(value.get<unsigned>());
      } else {
        fault_ = path + ": the number of a CPU is needed";
      }
    });
  }
  // One of a list that each() walks.
  template <class Visit>
  void inside(const Json& json, const std::string& path, Visit visit) {
    Reader inner(json, path, fault_);
    if (fault_.empty()) visit(inner);
  }
  void fail(const char* key, const std::string& what) { fault(path_of(key), what); }
  void fault(const std::string& path, const std::string& what) {
    if (fault_.empty()) fault_ = path + ": " + what;
  }

 private:
  std::string path_of(const char* key) const { return path_.empty() ? key : path_ + "." + key; }
  const Json* find(const char* key) {
    if (!fault_.empty()) return nullptr;
    const auto at = json_.find(key);
    if (at == json_.end()) {
      fail(key, "missing");
      return nullptr;
    }
    return &*at;
  }

  const Json& json_;
  std::string path_;
  std::string& fault_;
};

void read_feed(Reader& r, FeedPlan& feed) {
  constexpr std::uint64_t kDayNs = 86'400'000'000'000;
  r.one_of("flow", feed.flow, {{"simulate", Flow::Simulate}, {"itch", Flow::Itch}});
  r.one_of("arrivals", feed.arrivals, {{"constant", Arrivals::Constant}, {"poisson", Arrivals::Poisson}});
  r.number("rate_pps", feed.rate_pps, 0, 1e9);
  r.integer("symbols", feed.symbols, 1, 10'000);
  r.integer("warmup_messages", feed.warmup_messages, 0, 1ull << 40);
  r.integer("measure_messages", feed.measure_messages, 0, 1ull << 40);
  r.number("max_seconds", feed.max_seconds, 0, 1e6);
  r.text("file", feed.file);
  r.number("speed", feed.speed, 0, 1e9);
  r.integer("max_gap_ns", feed.max_gap_ns, 0, kDayNs);
  r.integer("from_ns", feed.from_ns, 0, kDayNs);
  r.integer("to_ns", feed.to_ns, 0, kDayNs);
  r.integer("history", feed.history, 1, 1u << 24);
  r.integer("heartbeat_ns", feed.heartbeat_ns, 0, 60'000'000'000);
  // Not in plans that stand beside journals of earlier versions.
  if (r.has("liquidity")) r.one_of("liquidity", feed.liquidity, {{"shared", Liquidity::Shared}, {"split", Liquidity::Split}});
}

void read_impair(Reader& r, ImpairPlan& impair, std::string& fault) {
  r.each("links", [&](const Json& link, const std::string& path) {
    if (link.is_string()) {
      impair.links.push_back(link.get<std::string>());
    } else {
      fault = path + ": a link's name is needed";
    }
  });
  r.integer("drop_ppm", impair.drop_ppm, 0, 1'000'000);
  r.integer("duplicate_ppm", impair.duplicate_ppm, 0, 1'000'000);
  r.integer("reorder_ppm", impair.reorder_ppm, 0, 1'000'000);
  r.integer("within", impair.within, 1, 64);
  r.integer("seed", impair.seed, 0, ~0ull);
  if (impair.drop_ppm + impair.duplicate_ppm + impair.reorder_ppm > 1'000'000)
    r.fail("drop_ppm", "the three shares together exceed 1,000,000");
}

constexpr std::uint32_t kMillion = 1'000'000;

void read_parent(Reader& r, ParentPlan& parent) {
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

void read_oms(Reader& r, OmsPlan& oms) {
  r.integer("every", oms.every, 0, 1u << 30);
  r.integer("quantity", oms.quantity, 1, 1'000'000);
  r.integer("limit_percent", oms.limit_percent, 0, 100);
  r.integer("market_percent", oms.market_percent, 0, 100);
  r.integer("cancel_after", oms.cancel_after, 1, 1024);
  r.integer("ack_timeout_ns", oms.ack_timeout_ns, 1, 1ull << 50);
  if (oms.limit_percent + oms.market_percent > 100) r.fail("limit_percent", "with market_percent it exceeds 100");
  // Not in plans that stand beside journals of earlier versions.
  if (r.has("replace_after")) r.integer("replace_after", oms.replace_after, 0, 1023);
  if (oms.replace_after >= oms.cancel_after) r.fail("replace_after", "it must be below cancel_after: by then the order is cancelled");
  if (r.has("strategy")) {
    r.one_of(
        "strategy", oms.strategy,
        {{"every-nth", StrategyRule::EveryNth}, {"imbalance", StrategyRule::Imbalance}, {"mean-reversion", StrategyRule::MeanReversion}});
    r.integer("imbalance_ppm", oms.imbalance_ppm, 1, kMillion);
    r.integer("reversion_bps", oms.reversion_bps, 1, 10'000);
    r.integer("cooldown_ns", oms.cooldown_ns, 0, 86'400'000'000'000);
  }
  if (r.has("parent_room")) r.integer("parent_room", oms.parent_room, 0, 1'000);
  if (r.has("parents"))
    r.each("parents", [&](const Json& json, const std::string& path) {
      r.inside(json, path, [&](Reader& parent) { read_parent(parent, oms.parents.emplace_back()); });
    });
}

void read_routing(Reader& r, RoutingPlan& routing, unsigned venues) {
  r.integer("single", routing.single, 0, venues - 1);
  r.integer("reroutes", routing.reroutes, 0, 100);
  r.integer("levels", routing.levels, 1, kMostRoutedLevels);
  r.integer("fees_percent", routing.fees_percent, 0, 10'000);
  r.integer("fill_percent", routing.fill_percent, 0, 10'000);
  r.integer("latency_micros", routing.latency_micros, 0, 1'000'000);
  // Not in plans that stand beside journals of earlier versions.
  if (r.has("latency"))
    r.one_of("latency", routing.latency, {{"modelled", RouterLatency::Modelled}, {"measured", RouterLatency::Measured}});
  r.integer("reject_micros", routing.reject_micros, 0, 100'000'000);
  r.integer("half_life_ns", routing.half_life_ns, 1'000, 86'400'000'000'000);
  r.integer("out_after", routing.out_after, 1, 1'000'000);
  r.integer("probe_every_ns", routing.probe_every_ns, 1'000, 86'400'000'000'000);
}

void read_spdk(Reader& r, SpdkPlan& spdk) {
  r.text("config", spdk.config);
  r.texts("bdevs", spdk.bdevs);
  r.texts("pci", spdk.pci);
  r.integer("memory_bytes", spdk.memory_bytes, 1u << 20, 1ull << 40);
}

void read_journal(Reader& r, JournalPlan& journal) {
  r.one_of("device", journal.device, {{"memory", JournalDevice::Memory}, {"uring", JournalDevice::Uring}, {"spdk", JournalDevice::Spdk}});
  r.one_of("submit", journal.submit,
           {{"helper", JournalSubmit::Helper}, {"inline", JournalSubmit::Inline}, {"sqpoll", JournalSubmit::Sqpoll}});
  if (r.has("sqpoll_cpus")) r.cpus("sqpoll_cpus", journal.sqpoll_cpus);
  if (journal.submit == JournalSubmit::Sqpoll && journal.sqpoll_cpus.empty())
    r.fail("sqpoll_cpus", "is empty: submit sqpoll needs one CPU a venue");
  // Not in plans that stand beside journals of earlier versions.
  if (r.has("ack_after"))
    r.one_of("ack_after", journal.ack_after, {{"match", AckAfter::Match}, {"write", AckAfter::Write}, {"durable", AckAfter::Durable}});
  if (r.has("durability")) r.one_of("durability", journal.durability, {{"write", Durability::Write}, {"flush", Durability::Flush}});
  if (r.has("paths")) r.texts("paths", journal.paths);
  if (r.has("oms")) r.flag("oms", journal.oms);
  if (r.has("snapshot_every")) r.integer("snapshot_every", journal.snapshot_every, 0, 1ull << 40);
  if (journal.snapshot_every != 0 && journal.device != JournalDevice::Uring)
    r.fail("snapshot_every", "needs device uring: on no other can the journal be read while it is written");
  r.text("directory", journal.directory);
  r.integer("block_bytes", journal.block_bytes, 4096, 1u << 24);
  r.integer("size_bytes", journal.size_bytes, 1u << 20, 1ull << 40);
  if (r.has("segments")) r.integer("segments", journal.segments, 1, 1024);
  if (journal.block_bytes % 4096 != 0) r.fail("block_bytes", "must be a multiple of 4096 (the device's sector)");
  if (journal.device == JournalDevice::Spdk) r.object("spdk", [&](Reader& spdk) { read_spdk(spdk, journal.spdk); });
}

// The hops whose predecessor is stamped by the same role: a delay put in front of the stamp is that role's. 0: off.
void read_hop(Reader& r, unsigned& hop) {
  r.integer("hop", hop, 0, HS_HOP_OMS_ACK);
  const bool oms = (hop >= HS_HOP_OMS_BOOK && hop <= HS_HOP_OMS_TX) || hop == HS_HOP_OMS_ACK;
  const bool venue = hop >= HS_HOP_VENUE_MATCH && hop <= HS_HOP_VENUE_TX;
  if (hop != 0 && !oms && !venue) r.fail("hop", "delays go to hops inside a role: 3 to 7 and 9 to 12; 0 is none");
}

void read_inject(Reader& r, InjectPlan& inject) {
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  constexpr std::uint64_t kDayNs = 86'400 * kSecondNs;
  r.object("busy", [&](Reader& busy) {
    read_hop(busy, inject.busy.hop);
    busy.integer("ns", inject.busy.ns, 0, kSecondNs);
    busy.integer("every", inject.busy.every, 1, 1u << 30);
    busy.integer("after_ns", inject.busy.after_ns, 0, kDayNs);
    busy.integer("during_ns", inject.busy.during_ns, 0, kDayNs);
  });
  r.object("faults", [&](Reader& faults) {
    read_hop(faults, inject.faults.hop);
    faults.integer("pages", inject.faults.pages, 0, 1'024);
    faults.integer("every", inject.faults.every, 1, 1u << 30);
  });
  if (inject.busy.hop != 0 && inject.faults.hop != 0) r.fail("faults", "not beside busy: a record tells of one delay; use a run for each");
}

void read_capture(Reader& r, CapturePlan& capture) {
  r.text("path", capture.path);
  r.integer("ring_bytes", capture.ring_bytes, 4096, 1ull << 28);
  if (!std::has_single_bit(capture.ring_bytes)) r.fail("ring_bytes", "must be a power of two");
}

constexpr std::uint64_t kMostShares = 1ull << 40;
constexpr std::uint64_t kMostValue = 1ull << 62;  // price (4 decimals) x shares
constexpr std::uint64_t kLongestNs = 86'400'000'000'000;

void read_limits(Reader& r, RiskLimits& limits) {
  r.integer("max_quantity", limits.max_quantity, 0, 1u << 30);
  r.integer("max_notional", limits.max_notional, 0, kMostValue);
  r.integer("collar_bps", limits.collar_bps, 0, 1'000'000);
  r.integer("max_orders_per_second", limits.max_orders_per_second, 0, 1u << 30);
  r.integer("last_trade_bps", limits.last_trade_bps, 0, 1'000'000);
  r.integer("max_position", limits.max_position, 0, kMostShares);
}

void read_breakers(Reader& r, BreakersPlan& breakers) {
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

// Plans that stand beside journals of earlier versions have the first four keys only.
void read_risk(Reader& r, RiskPlan& risk, std::string& fault) {
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
  if (r.has("strategy")) r.object("strategy", [&](Reader& limits) { read_limits(limits, risk.strategy); });
  if (r.has("parent")) r.object("parent", [&](Reader& limits) { read_limits(limits, risk.parent); });
  if (r.has("symbol")) r.object("symbol", [&](Reader& limits) { read_limits(limits, risk.symbol); });
  if (r.has("breakers")) r.object("breakers", [&](Reader& breakers) { read_breakers(breakers, risk.breakers); });
  if (!r.has("symbols")) return;
  r.each("symbols", [&](const Json& json, const std::string& path) {
    Reader symbol(json, path, fault);
    SymbolRisk& to = risk.symbols.emplace_back();
    symbol.text("symbol", to.symbol);
    if (to.symbol.empty() || to.symbol.size() > 8) symbol.fail("symbol", "one to eight characters, as in the stock directory");
    symbol.flag("restricted", to.restricted);
    read_limits(symbol, to.limits);
  });
}

constexpr std::int64_t kMaxFeeMicros = 1'000'000'000;  // 1,000 a share

void read_venue(Reader& r, VenuePlan& venue) {
  r.text("name", venue.name);
  r.signed_integer("make_micros", venue.make_micros, kMaxFeeMicros);
  r.signed_integer("take_micros", venue.take_micros, kMaxFeeMicros);
  r.integer("latency_ns", venue.latency_ns, 0, 60'000'000'000);
  r.integer("queue", venue.queue, 1, 65'536);
  if (r.has("outage_after_ns")) r.integer("outage_after_ns", venue.outage_after_ns, 0, 86'400'000'000'000);
  if (r.has("outage_for_ns")) r.integer("outage_for_ns", venue.outage_for_ns, 0, 86'400'000'000'000);
}

void read_end(Reader& r, EndPlan& end) {
  r.text("netns", end.netns);
  r.text("ifname", end.ifname);
  r.text("mac", end.mac);
  r.text("ip", end.ip);
  r.integer("udp_port", end.udp_port, 1, 65'535);
}

void read_all(Reader& r, Plan& plan, std::string& fault) {
  r.text("run_id", plan.run_id);
  if (plan.run_id.size() >= HS_RUN_ID_BYTES) r.fail("run_id", "at most " + std::to_string(HS_RUN_ID_BYTES - 1) + " bytes");
  r.one_of("mode", plan.mode, {{"pipeline", Mode::Pipeline}, {"echo", Mode::Echo}});
  r.text("build", plan.build);
  r.one_of<std::string>("link", plan.link,
                        {{"ring", "ring"},
                         {"veth", "veth"},
                         {"pipe", "pipe"},
                         {"vale", "vale"},
                         {"af_packet", "af_packet"},
                         {"af_xdp", "af_xdp"},
                         {"tap", "tap"},
                         {"virtio_user", "virtio_user"},
                         {"memif", "memif"},
                         {"pci", "pci"}});
  r.text("page_path", plan.page_path);
  r.text("result_path", plan.result_path);
  r.integer("orchestrator_pid", plan.orchestrator_pid, 1, 1u << 30);
  r.integer("seed", plan.seed, 0, ~0ull);
  r.one_of("pacing", plan.pacing, {{"open", Pacing::Open}, {"lockstep", Pacing::Lockstep}});
  r.integer("venues", plan.venues, 1, 8);
  r.each("venue_profiles", [&](const Json& json, const std::string& path) {
    Reader venue(json, path, fault);
    read_venue(venue, plan.venue_profiles.emplace_back());
  });
  if (plan.venue_profiles.size() != plan.venues) r.fail("venue_profiles", "one for each of `venues` is needed");
  r.each("lcores", [&](const Json& json, const std::string& path) {
    Reader lcore(json, path, fault);
    LcorePlan& to = plan.lcores.emplace_back();
    lcore.integer("cpu", to.cpu, 0, 4095);
    lcore.each("roles", [&](const Json& role, const std::string& at) {
      if (!role.is_string()) fault = at + ": a role's name is needed";
      if (fault.empty()) to.roles.push_back(role.get<std::string>());
    });
  });
  r.integer("housekeeping_cpu", plan.housekeeping_cpu, 0, 4095);
  r.one_of("scheduler", plan.scheduler, {{"fifo", Scheduler::Fifo}, {"other", Scheduler::Other}});
  r.flag("hugepages", plan.hugepages);
  r.integer("burst", plan.burst, 1, 64);
  r.number("floor_seconds", plan.floor_seconds, 0, 60);
  r.one_of("lane", plan.lane,
           {{"off", Lane::Off}, {"stamps", Lane::Stamps}, {"stream", Lane::Stream}, {"capsule", Lane::Capsule}, {"hops", Lane::Hops}});
  r.each("ring_map_ids", [&](const Json& json, const std::string& path) {
    if (json.is_number_unsigned()) {
      plan.ring_map_ids.push_back(json.get<std::uint32_t>());
    } else {
      fault = path + ": a map id is needed";
    }
  });
  r.integer("gap_ns", plan.gap_ns, 0, 1'000'000'000);
  r.object("inject", [&](Reader& inject) { read_inject(inject, plan.inject); });
  r.number("synthetic_rate", plan.synthetic_rate, 0, 1e7);
  r.object("feed", [&](Reader& feed) { read_feed(feed, plan.feed); });
  r.object("recovery", [&](Reader& recovery) {
    recovery.integer("hold_packets", plan.recovery.hold_packets, 1, 1u << 20);
    recovery.integer("timeout_ns", plan.recovery.timeout_ns, 1'000, 60'000'000'000);
    recovery.integer("tries", plan.recovery.tries, 1, 1'000'000);
  });
  r.object("impair", [&](Reader& impair) { read_impair(impair, plan.impair, fault); });
  r.object("oms", [&](Reader& oms) { read_oms(oms, plan.oms); });
  r.one_of("router", plan.router,
           {{"best-price", RouterRule::BestPrice},
            {"round-robin", RouterRule::RoundRobin},
            {"single", RouterRule::Single},
            {"smart", RouterRule::Smart}});
  if (r.has("routing")) r.object("routing", [&](Reader& routing) { read_routing(routing, plan.routing, plan.venues); });
  r.object("risk", [&](Reader& risk) { read_risk(risk, plan.risk, fault); });
  r.object("journal", [&](Reader& journal) { read_journal(journal, plan.journal); });
  r.object("capture", [&](Reader& capture) { read_capture(capture, plan.capture); });
  r.object("xdp", [&](Reader& xdp) {
    xdp.one_of("mode", plan.xdp.mode,
               {{"auto", XdpMode::Auto}, {"zerocopy", XdpMode::ZeroCopy}, {"copy", XdpMode::Copy}, {"generic", XdpMode::Generic}});
    xdp.flag("need_wakeup", plan.xdp.need_wakeup);
  });
  r.object("busy_poll", [&](Reader& busy_poll) {
    busy_poll.integer("ns", plan.busy_poll.ns, 0, 1'000'000'000);
    busy_poll.integer("budget", plan.busy_poll.budget, 1, 65'535);
  });
  r.each("links", [&](const Json& json, const std::string& path) {
    Reader link(json, path, fault);
    LinkPlan& to = plan.links.emplace_back();
    link.text("name", to.name);
    link.object("a", [&](Reader& end) { read_end(end, to.a); });
    link.object("b", [&](Reader& end) { read_end(end, to.b); });
  });
  if (fault.empty() && plan.feed.liquidity == Liquidity::Split && plan.feed.flow == Flow::Simulate &&
      std::uint64_t{plan.feed.symbols + 1} * plan.venues > 65'536)
    fault = "feed.liquidity: split needs a book for every symbol at every venue, 65,536 in all: use fewer symbols";
  if (fault.empty() && plan.journal.device == JournalDevice::Spdk && plan.journal.spdk.bdevs.size() != plan.venues)
    fault = "journal.spdk.bdevs: one for each of `venues` is needed";
  if (fault.empty() && plan.lcores.empty()) fault = "lcores: at least one is needed";
  if (fault.empty() && plan.lcores.size() > HS_THREADS_MAX) fault = "lcores: at most " + std::to_string(HS_THREADS_MAX);
  if (fault.empty() && plan.lane == Lane::Hops && plan.synthetic_rate > 0)
    fault = "synthetic_rate: made-up orders pass no hop site; use lane stream or capsule";
  if (fault.empty() && plan.lane == Lane::Stream && plan.ring_map_ids.size() < plan.lcores.size())
    fault = "ring_map_ids: lane stream needs one map an lcore";
}

}  // namespace

namespace {

// read(reader, fault)
template <class Read>
std::string read_part(const std::string& text, Read&& read) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return "not JSON";
  std::string fault;
  Reader reader(json, "", fault);
  if (fault.empty()) read(reader, fault);
  return fault;
}

}  // namespace

std::string read_parent_plan(const std::string& json, ParentPlan& parent) {
  return read_part(json, [&](Reader& reader, std::string&) { read_parent(reader, parent); });
}

std::string read_risk_plan(const std::string& json, RiskPlan& risk) {
  return read_part(json, [&](Reader& reader, std::string& fault) { read_risk(reader, risk, fault); });
}

std::string read_plan(const std::string& path, Plan& plan) {
  std::ifstream file(path);
  if (!file) return path + ": cannot be read: plans are written by `hopscope run`";
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return path + ": not JSON";
  std::string fault;
  Reader reader(json, "", fault);
  if (fault.empty()) read_all(reader, plan, fault);
  Digest digest;
  for (const char letter : text) digest.add(static_cast<unsigned char>(letter));
  plan.digest = digest.value();
  return fault.empty() ? "" : path + ": " + fault;
}

}  // namespace hopscope::core
