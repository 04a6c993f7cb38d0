#include "engine/core/plan.h"

#include <bit>
#include <fstream>
#include <iterator>
#include <utility>

#include "bpf/records.h"
#include "engine/core/digest.h"
#include "engine/core/plan_parts.h"
#include "engine/core/plan_reader.h"

namespace hopscope::core {
namespace {

void read_feed(PlanReader& r, FeedPlan& feed) {
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

void read_impair(PlanReader& r, ImpairPlan& impair, std::string& fault) {
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

void read_oms(PlanReader& r, OmsPlan& oms) {
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
      r.inside(json, path, [&](PlanReader& parent) { read_parent(parent, oms.parents.emplace_back()); });
    });
}

void read_routing(PlanReader& r, RoutingPlan& routing, unsigned venues) {
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

void read_spdk(PlanReader& r, SpdkPlan& spdk) {
  r.text("config", spdk.config);
  r.texts("bdevs", spdk.bdevs);
  r.texts("pci", spdk.pci);
  r.integer("memory_bytes", spdk.memory_bytes, 1u << 20, 1ull << 40);
}

void read_journal(PlanReader& r, JournalPlan& journal) {
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
  if (journal.device == JournalDevice::Spdk) r.object("spdk", [&](PlanReader& spdk) { read_spdk(spdk, journal.spdk); });
}

// The hops whose predecessor is stamped by the same role: a delay put in front of the stamp is that role's. 0: off.
void read_hop(PlanReader& r, unsigned& hop) {
  r.integer("hop", hop, 0, HS_HOP_OMS_ACK);
  const bool oms = (hop >= HS_HOP_OMS_BOOK && hop <= HS_HOP_OMS_TX) || hop == HS_HOP_OMS_ACK;
  const bool venue = hop >= HS_HOP_VENUE_MATCH && hop <= HS_HOP_VENUE_TX;
  if (hop != 0 && !oms && !venue) r.fail("hop", "delays go to hops inside a role: 3 to 7 and 9 to 12; 0 is none");
}

void read_inject(PlanReader& r, InjectPlan& inject) {
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  constexpr std::uint64_t kDayNs = 86'400 * kSecondNs;
  r.object("busy", [&](PlanReader& busy) {
    read_hop(busy, inject.busy.hop);
    busy.integer("ns", inject.busy.ns, 0, kSecondNs);
    busy.integer("every", inject.busy.every, 1, 1u << 30);
    busy.integer("after_ns", inject.busy.after_ns, 0, kDayNs);
    busy.integer("during_ns", inject.busy.during_ns, 0, kDayNs);
  });
  r.object("faults", [&](PlanReader& faults) {
    read_hop(faults, inject.faults.hop);
    faults.integer("pages", inject.faults.pages, 0, 1'024);
    faults.integer("every", inject.faults.every, 1, 1u << 30);
  });
  if (inject.busy.hop != 0 && inject.faults.hop != 0) r.fail("faults", "not beside busy: a record tells of one delay; use a run for each");
}

void read_capture(PlanReader& r, CapturePlan& capture) {
  r.text("path", capture.path);
  r.integer("ring_bytes", capture.ring_bytes, 4096, 1ull << 28);
  if (!std::has_single_bit(capture.ring_bytes)) r.fail("ring_bytes", "must be a power of two");
}

constexpr std::int64_t kMaxFeeMicros = 1'000'000'000;  // 1,000 a share

void read_venue(PlanReader& r, VenuePlan& venue) {
  r.text("name", venue.name);
  r.signed_integer("make_micros", venue.make_micros, kMaxFeeMicros);
  r.signed_integer("take_micros", venue.take_micros, kMaxFeeMicros);
  r.integer("latency_ns", venue.latency_ns, 0, 60'000'000'000);
  r.integer("queue", venue.queue, 1, 65'536);
  if (r.has("outage_after_ns")) r.integer("outage_after_ns", venue.outage_after_ns, 0, 86'400'000'000'000);
  if (r.has("outage_for_ns")) r.integer("outage_for_ns", venue.outage_for_ns, 0, 86'400'000'000'000);
}

void read_end(PlanReader& r, EndPlan& end) {
  r.text("netns", end.netns);
  r.text("ifname", end.ifname);
  r.text("mac", end.mac);
  r.text("ip", end.ip);
  r.integer("udp_port", end.udp_port, 1, 65'535);
}

void read_all(PlanReader& r, Plan& plan, std::string& fault) {
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
    PlanReader venue(json, path, fault);
    read_venue(venue, plan.venue_profiles.emplace_back());
  });
  if (plan.venue_profiles.size() != plan.venues) r.fail("venue_profiles", "one for each of `venues` is needed");
  r.each("lcores", [&](const Json& json, const std::string& path) {
    PlanReader lcore(json, path, fault);
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
  r.object("inject", [&](PlanReader& inject) { read_inject(inject, plan.inject); });
  r.number("synthetic_rate", plan.synthetic_rate, 0, 1e7);
  r.object("feed", [&](PlanReader& feed) { read_feed(feed, plan.feed); });
  r.object("recovery", [&](PlanReader& recovery) {
    recovery.integer("hold_packets", plan.recovery.hold_packets, 1, 1u << 20);
    recovery.integer("timeout_ns", plan.recovery.timeout_ns, 1'000, 60'000'000'000);
    recovery.integer("tries", plan.recovery.tries, 1, 1'000'000);
  });
  r.object("impair", [&](PlanReader& impair) { read_impair(impair, plan.impair, fault); });
  r.object("oms", [&](PlanReader& oms) { read_oms(oms, plan.oms); });
  r.one_of("router", plan.router,
           {{"best-price", RouterRule::BestPrice},
            {"round-robin", RouterRule::RoundRobin},
            {"single", RouterRule::Single},
            {"smart", RouterRule::Smart}});
  if (r.has("routing")) r.object("routing", [&](PlanReader& routing) { read_routing(routing, plan.routing, plan.venues); });
  r.object("risk", [&](PlanReader& risk) { read_risk(risk, plan.risk); });
  r.object("journal", [&](PlanReader& journal) { read_journal(journal, plan.journal); });
  r.object("capture", [&](PlanReader& capture) { read_capture(capture, plan.capture); });
  r.object("xdp", [&](PlanReader& xdp) {
    xdp.one_of("mode", plan.xdp.mode,
               {{"auto", XdpMode::Auto}, {"zerocopy", XdpMode::ZeroCopy}, {"copy", XdpMode::Copy}, {"generic", XdpMode::Generic}});
    xdp.flag("need_wakeup", plan.xdp.need_wakeup);
  });
  r.object("busy_poll", [&](PlanReader& busy_poll) {
    busy_poll.integer("ns", plan.busy_poll.ns, 0, 1'000'000'000);
    busy_poll.integer("budget", plan.busy_poll.budget, 1, 65'535);
  });
  r.each("links", [&](const Json& json, const std::string& path) {
    PlanReader link(json, path, fault);
    LinkPlan& to = plan.links.emplace_back();
    link.text("name", to.name);
    link.object("a", [&](PlanReader& end) { read_end(end, to.a); });
    link.object("b", [&](PlanReader& end) { read_end(end, to.b); });
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

std::string read_plan(const std::string& path, Plan& plan) {
  std::ifstream file(path);
  if (!file) return path + ": cannot be read: plans are written by `hopscope run`";
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return path + ": not JSON";
  std::string fault;
  PlanReader reader(json, "", fault);
  if (fault.empty()) read_all(reader, plan, fault);
  Digest digest;
  for (const char letter : text) digest.add(static_cast<unsigned char>(letter));
  plan.digest = digest.value();
  return fault.empty() ? "" : path + ": " + fault;
}

}  // namespace hopscope::core
