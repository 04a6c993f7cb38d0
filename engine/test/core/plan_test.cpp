#include "engine/core/plan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bpf/records.h"

namespace hopscope::core {
namespace {

using Json = nlohmann::json;

const char kGood[] = R"({
  "run_id": "r1", "mode": "pipeline", "build": "dpdk", "link": "ring", "page_path": "/dev/shm/x", "result_path": "/tmp/x", "orchestrator_pid": 1, "seed": 7, "pacing": "lockstep", "venues": 2,
  "venue_profiles": [{"name": "A", "make_micros": -2000, "take_micros": 3000, "latency_ns": 5000, "queue": 16},
                     {"name": "B", "make_micros": 0, "take_micros": 0, "latency_ns": 0, "queue": 256}],
  "lcores": [{"cpu": 1, "roles": ["feed", "oms", "venue0", "venue1"]}], "housekeeping_cpu": 0, "scheduler": "fifo", "hugepages": true,
  "burst": 32, "floor_seconds": 0.3, "lane": "stream", "ring_map_ids": [12], "gap_ns": 1000,
  "inject": {"busy": {"hop": 6, "ns": 20000, "every": 100, "after_ns": 5000000000, "during_ns": 1000000000}, "faults": {"hop": 0, "pages": 0, "every": 1}}, "synthetic_rate": 500000,
  "feed": {"flow": "simulate", "arrivals": "poisson", "rate_pps": 100000, "symbols": 16, "warmup_messages": 5, "measure_messages": 10,
           "max_seconds": 0, "file": "", "speed": 0, "max_gap_ns": 0, "from_ns": 0, "to_ns": 0, "history": 1024, "heartbeat_ns": 2000000},
  "recovery": {"hold_packets": 512, "timeout_ns": 3000000, "tries": 4},
  "impair": {"links": ["feed-oms", "feed-venue0"], "drop_ppm": 20000, "duplicate_ppm": 10000, "reorder_ppm": 5000, "within": 9, "seed": 11},
  "oms": {"every": 4, "quantity": 100, "limit_percent": 25, "market_percent": 5, "cancel_after": 8, "replace_after": 3, "ack_timeout_ns": 1000000,
          "strategy": "mean-reversion", "imbalance_ppm": 500000, "reversion_bps": 7, "cooldown_ns": 20000,
          "parents": [{"name": "v", "symbol": "HS00001", "locate": 0, "side": "sell", "quantity": 1000, "algo": "vwap", "start_ns": 5, "end_ns": 1000005,
                       "slices": 4, "limit_price": 1000000, "randomise_ppm": 500000, "posts": true, "reposts": true, "catch_up": false, "sweep": false, "band_ppm": 20000, "cap_ppm": 300000,
                       "rate_ppm": 0, "urgency_milli": 2500, "curve": [3, 1, 2]}]},
  "router": "round-robin",
  "risk": {"max_quantity": 1000, "max_notional": 1000000, "collar_bps": 500, "max_orders_per_second": 0},
  "journal": {"device": "uring", "submit": "inline", "ack_after": "durable", "durability": "flush", "paths": ["/dev/sdz"], "directory": "/tmp", "block_bytes": 65536, "size_bytes": 1073741824, "segments": 8, "snapshot_every": 250000},
  "capture": {"path": "/tmp/x.pcap", "ring_bytes": 8388608},
  "xdp": {"mode": "generic", "need_wakeup": false}, "busy_poll": {"ns": 20000, "budget": 16},
  "links": [{"name": "feed-oms", "a": {"netns": "", "ifname": "", "mac": "02:00:00:00:00:01", "ip": "10.77.0.1", "udp_port": 26400},
             "b": {"netns": "", "ifname": "", "mac": "02:00:00:00:00:02", "ip": "10.77.0.2", "udp_port": 26400}}]
})";

std::string read(const Json& json, Plan& plan) {
  const std::string path = testing::TempDir() + "plan_test-" + std::to_string(getpid()) + ".json";
  std::ofstream(path) << json;
  std::string error = read_plan(path, plan);
  std::remove(path.c_str());
  return error;
}

std::string read(const Json& json) {
  Plan plan;
  return read(json, plan);
}

TEST(Plan, ReadsEverySetting) {
  Plan plan;
  ASSERT_EQ(read(Json::parse(kGood), plan), "");
  EXPECT_EQ(plan.pacing, Pacing::Lockstep);
  EXPECT_EQ(plan.lcores.at(0).roles.size(), 4u);
  EXPECT_EQ(plan.lane, Lane::Stream);
  EXPECT_EQ(plan.gap_ns, 1'000u);
  EXPECT_EQ(plan.inject.busy.hop, 6u);
  EXPECT_EQ(plan.inject.busy.ns, 20'000u);
  EXPECT_EQ(plan.inject.busy.every, 100u);
  EXPECT_EQ(plan.inject.busy.after_ns, 5'000'000'000u);
  EXPECT_EQ(plan.inject.busy.during_ns, 1'000'000'000u);
  EXPECT_EQ(plan.inject.faults.hop, 0u);
  EXPECT_EQ(plan.synthetic_rate, 500'000);
  EXPECT_EQ(plan.feed.arrivals, Arrivals::Poisson);
  EXPECT_EQ(plan.feed.rate_pps, 100'000);
  EXPECT_EQ(plan.feed.history, 1'024u);
  EXPECT_EQ(plan.feed.heartbeat_ns, 2'000'000u);
  EXPECT_EQ(plan.recovery.hold_packets, 512u);
  EXPECT_EQ(plan.recovery.timeout_ns, 3'000'000u);
  EXPECT_EQ(plan.recovery.tries, 4u);
  EXPECT_EQ(plan.impair.links.at(1), "feed-venue0");
  EXPECT_EQ(plan.impair.drop_ppm, 20'000u);
  EXPECT_EQ(plan.impair.duplicate_ppm, 10'000u);
  EXPECT_EQ(plan.impair.reorder_ppm, 5'000u);
  EXPECT_EQ(plan.impair.within, 9u);
  EXPECT_EQ(plan.impair.seed, 11u);
  EXPECT_TRUE(plan.impair.any());
  EXPECT_EQ(plan.router, RouterRule::RoundRobin);
  EXPECT_EQ(plan.journal.submit, JournalSubmit::Inline);
  EXPECT_EQ(plan.journal.ack_after, AckAfter::Durable);
  EXPECT_EQ(plan.journal.durability, Durability::Flush);
  EXPECT_EQ(plan.journal.snapshot_every, 250'000u);
  EXPECT_EQ(plan.journal.paths.at(0), "/dev/sdz");
  EXPECT_EQ(plan.journal.segments, 8u);
  EXPECT_EQ(plan.capture.path, "/tmp/x.pcap");
  EXPECT_EQ(plan.capture.ring_bytes, 8'388'608u);
  EXPECT_EQ(plan.xdp.mode, XdpMode::Generic);
  EXPECT_FALSE(plan.xdp.need_wakeup);
  EXPECT_EQ(plan.busy_poll.ns, 20'000u);
  EXPECT_EQ(plan.busy_poll.budget, 16u);
  EXPECT_EQ(plan.links.at(0).b.ip, "10.77.0.2");
  EXPECT_EQ(plan.venue_profiles.at(0).make_micros, -2'000);
  EXPECT_EQ(plan.venue_profiles.at(0).take_micros, 3'000);
  EXPECT_EQ(plan.venue_profiles.at(0).latency_ns, 5'000u);
  EXPECT_EQ(plan.venue_profiles.at(1).name, "B");
}

TEST(Plan, ReadsParentOrders) {
  Plan plan;
  ASSERT_EQ(read(Json::parse(kGood), plan), "");
  EXPECT_EQ(plan.oms.strategy, StrategyRule::MeanReversion);
  EXPECT_EQ(plan.oms.imbalance_ppm, 500'000u);
  EXPECT_EQ(plan.oms.reversion_bps, 7u);
  EXPECT_EQ(plan.oms.replace_after, 3u);
  EXPECT_EQ(plan.oms.cooldown_ns, 20'000u);
  ASSERT_EQ(plan.oms.parents.size(), 1u);
  const ParentPlan& parent = plan.oms.parents[0];
  EXPECT_EQ(parent.name, "v");
  EXPECT_EQ(parent.symbol, "HS00001");
  EXPECT_EQ(parent.side, 'S');
  EXPECT_EQ(parent.quantity, 1'000u);
  EXPECT_EQ(parent.algorithm, Algorithm::Vwap);
  EXPECT_EQ(parent.start_ns, 5u);
  EXPECT_EQ(parent.end_ns, 1'000'005u);
  EXPECT_EQ(parent.slices, 4u);
  EXPECT_EQ(parent.limit_price, 1'000'000u);
  EXPECT_EQ(parent.randomise_ppm, 500'000u);
  EXPECT_TRUE(parent.posts);
  EXPECT_TRUE(parent.reposts);
  EXPECT_FALSE(parent.catch_up);
  EXPECT_FALSE(parent.sweep);
  EXPECT_EQ(parent.band_ppm, 20'000u);
  EXPECT_EQ(parent.cap_ppm, 300'000u);
  EXPECT_EQ(parent.urgency_milli, 2'500u);
  EXPECT_EQ(parent.curve, (std::vector<std::uint64_t>{3, 1, 2}));
}

TEST(Plan, HasRoomForParentOrdersThatAreEnteredWhileItRuns) {
  Json json = Json::parse(kGood);
  Plan plan;
  ASSERT_EQ(read(json, plan), "");
  EXPECT_EQ(plan.oms.parent_room, 64u);
  json["oms"]["parent_room"] = 7;
  Plan with_room;
  ASSERT_EQ(read(json, with_room), "");
  EXPECT_EQ(with_room.oms.parent_room, 7u);
}

TEST(Plan, ReadsAParentOrderAndLimitsAlone) {
  const Json json = Json::parse(kGood);
  ParentPlan parent;
  EXPECT_EQ(read_parent_plan(json["oms"]["parents"][0].dump(), parent), "");
  EXPECT_EQ(parent.name, "v");
  EXPECT_EQ(parent.curve.size(), 3u);
  RiskPlan risk;
  EXPECT_EQ(read_risk_plan(json["risk"].dump(), risk), "");
  EXPECT_EQ(risk.max_quantity, json["risk"]["max_quantity"].get<std::uint32_t>());
  EXPECT_EQ(read_parent_plan("{", parent), "not JSON");
  EXPECT_EQ(read_risk_plan(R"({"max_quantity": 0})", risk), "max_quantity: must be between 1 and 1073741824");
}

TEST(Plan, NamesTheFaultOfAParentOrder) {
  const auto fault = [](const char* key, const Json& value) {
    Json json = Json::parse(kGood);
    json["oms"]["parents"][0][key] = value;
    return read(json);
  };
  EXPECT_NE(fault("side", "long").find("oms.parents[0].side: 'long' is none of buy, sell"), std::string::npos);
  EXPECT_NE(fault("name", std::string(33, 'n')).find("oms.parents[0].name: at most 32 letters"), std::string::npos);
  EXPECT_NE(fault("locate", 3).find("oms.parents[0].symbol: either it or locate is needed"), std::string::npos);
  EXPECT_NE(fault("end_ns", 5).find("oms.parents[0].end_ns: it must be after start_ns"), std::string::npos);
  EXPECT_NE(fault("end_ns", 2'000).find("oms.parents[0].slices: a slice is shorter than 1 us"), std::string::npos);
  EXPECT_NE(fault("algo", "pov").find("oms.parents[0].rate_ppm: pov needs it"), std::string::npos);
  EXPECT_NE(fault("curve", {1, -1}).find("oms.parents[0].curve[1]: a volume from 0"), std::string::npos);
}

TEST(Plan, GivesTheKernelsPollingACpuAVenue) {
  Json json = Json::parse(kGood);
  json["journal"]["submit"] = "sqpoll";
  json["journal"]["sqpoll_cpus"] = {2, 3};
  Plan plan;
  ASSERT_EQ(read(json, plan), "");
  EXPECT_EQ(plan.journal.submit, JournalSubmit::Sqpoll);
  EXPECT_EQ(plan.journal.sqpoll_cpus, (std::vector<unsigned>{2, 3}));
  json["journal"]["sqpoll_cpus"] = {2, "three"};
  EXPECT_NE(read(json).find("journal.sqpoll_cpus[1]: the number of a CPU is needed"), std::string::npos);
  json["journal"].erase("sqpoll_cpus");
  EXPECT_NE(read(json).find("journal.sqpoll_cpus: is empty: submit sqpoll needs one CPU a venue"), std::string::npos);
}

TEST(Plan, ReadsThoseThatStandBesideJournalsOfEarlierVersions) {
  Json json = Json::parse(kGood);
  json["journal"].erase("ack_after");
  json["journal"].erase("durability");
  json["journal"].erase("paths");
  json["journal"].erase("segments");
  json["journal"].erase("snapshot_every");
  for (const char* key : {"strategy", "imbalance_ppm", "reversion_bps", "cooldown_ns", "replace_after", "parents"}) json["oms"].erase(key);
  Plan plan;
  EXPECT_EQ(read(json, plan), "");
  EXPECT_EQ(plan.journal.ack_after, AckAfter::Match);
  EXPECT_EQ(plan.journal.durability, Durability::Write);
  EXPECT_EQ(plan.journal.segments, 1u);
  EXPECT_EQ(plan.journal.snapshot_every, 0u);
}

TEST(Plan, TheOmsKeepsAJournalWhereItIsToldTo) {
  Plan plan, with_journal;
  Json json = Json::parse(kGood);
  ASSERT_EQ(read(json, plan), "");
  EXPECT_FALSE(plan.journal.oms);
  json["journal"]["oms"] = true;
  ASSERT_EQ(read(json, with_journal), "");
  EXPECT_TRUE(with_journal.journal.oms);
  EXPECT_NE(with_journal.digest, plan.digest);
  EXPECT_NE(plan.digest, 0u);
  json["journal"]["oms"] = "yes";
  EXPECT_NE(read(json).find("journal.oms: true or false is needed"), std::string::npos);
}

TEST(Plan, NamesTheKeyOfTheFirstFault) {
  Json json = Json::parse(kGood);
  json["feed"].erase("speed");
  EXPECT_NE(read(json).find("feed.speed: missing"), std::string::npos);

  json = Json::parse(kGood);
  json["journal"]["ack_after"] = "never";
  EXPECT_NE(read(json).find("journal.ack_after: 'never' is none of match, write, durable"), std::string::npos);
  json = Json::parse(kGood);
  json["journal"]["device"] = "tape";
  EXPECT_NE(read(json).find("journal.device: 'tape' is none of memory, uring, spdk"), std::string::npos);

  json = Json::parse(kGood);
  json["impair"]["drop_ppm"] = 990'000;
  EXPECT_NE(read(json).find("impair.drop_ppm: the three shares together exceed"), std::string::npos);

  json = Json::parse(kGood);
  json["link"] = "carrier pigeon";
  EXPECT_NE(read(json).find("link: 'carrier pigeon' is none of ring, veth, pipe"), std::string::npos);

  json = Json::parse(kGood);
  json["venues"] = 9;
  EXPECT_NE(read(json).find("venues: must be between 1 and 8"), std::string::npos);

  json = Json::parse(kGood);
  json["venue_profiles"].erase(1);
  EXPECT_NE(read(json).find("venue_profiles: one for each of `venues` is needed"), std::string::npos);

  json = Json::parse(kGood);
  json["venue_profiles"][0]["take_micros"] = 0.5;
  EXPECT_NE(read(json).find("venue_profiles[0].take_micros: an integer is needed"), std::string::npos);

  json = Json::parse(kGood);
  json["journal"]["block_bytes"] = 5000;
  EXPECT_NE(read(json).find("multiple of 4096"), std::string::npos);

  json = Json::parse(kGood);
  json["capture"]["ring_bytes"] = 5000;
  EXPECT_NE(read(json).find("capture.ring_bytes: must be a power of two"), std::string::npos);

  json = Json::parse(kGood);
  json["ring_map_ids"] = Json::array();
  EXPECT_NE(read(json).find("ring_map_ids"), std::string::npos);

  json = Json::parse(kGood);
  json["links"][0]["b"]["udp_port"] = "x";
  EXPECT_NE(read(json).find("links[0].b.udp_port"), std::string::npos);
}

TEST(Plan, DelaysGoToOneHopInsideARole) {
  for (const unsigned hop : {0, 3, 4, 5, 6, 7, 9, 10, 11, 12}) {
    Json json = Json::parse(kGood);
    json["inject"]["busy"]["hop"] = hop;
    EXPECT_EQ(read(json), "") << hop;
  }
  for (const unsigned hop : {1, 2, 8, 13, 14}) {
    Json json = Json::parse(kGood);
    json["inject"]["busy"]["hop"] = hop;
    EXPECT_NE(read(json).find("inject.busy.hop: "), std::string::npos) << hop;
  }
  Json json = Json::parse(kGood);
  json["inject"]["faults"]["hop"] = 9;
  EXPECT_NE(read(json).find("inject.faults: not beside busy"), std::string::npos);
  json["inject"]["busy"]["hop"] = 0;
  EXPECT_EQ(read(json), "");
  json["inject"]["faults"].erase("pages");
  EXPECT_NE(read(json).find("inject.faults.pages: missing"), std::string::npos);
}

TEST(Plan, MadeUpOrdersNeedALaneThatTakesRecords) {
  Json json = Json::parse(kGood);
  json["lane"] = "capsule";
  EXPECT_EQ(read(json), "");
  json["lane"] = "hops";
  EXPECT_NE(read(json).find("synthetic_rate: "), std::string::npos);
  json["synthetic_rate"] = 0;
  EXPECT_EQ(read(json), "");
}

TEST(Plan, TheRoutersLatencyIsModelledUnlessMeasured) {
  Json json = Json::parse(kGood);
  json["router"] = "smart";
  json["routing"] = Json::parse(R"({"single": 0, "reroutes": 0, "levels": 3, "fees_percent": 100, "fill_percent": 100, "latency_micros": 10,
                                    "reject_micros": 0, "half_life_ns": 1000, "out_after": 3, "probe_every_ns": 1000})");
  Plan plan;
  ASSERT_EQ(read(json, plan), "") << "as plans of earlier versions are";
  EXPECT_FALSE(plan.routing.measures_latency());
  json["routing"]["latency"] = "measured";
  Plan measured;
  ASSERT_EQ(read(json, measured), "");
  EXPECT_TRUE(measured.routing.measures_latency());
  json["routing"]["latency"] = "guessed";
  EXPECT_NE(read(json).find("routing.latency: 'guessed' is none of modelled, measured"), std::string::npos);
}

TEST(Plan, RunIdFitsTheTelemetryPage) {
  Json json = Json::parse(kGood);
  json["run_id"] = std::string(HS_RUN_ID_BYTES - 1, 'r');
  EXPECT_EQ(read(json), "");
  json["run_id"] = std::string(HS_RUN_ID_BYTES, 'r');
  EXPECT_NE(read(json).find("run_id: at most 79 bytes"), std::string::npos);
}

TEST(Plan, ThreadsFitTheTelemetryPage) {
  Json json = Json::parse(kGood);
  json["lane"] = "stamps";
  for (std::size_t more = 0; more < HS_THREADS_MAX; ++more) json["lcores"].push_back(json["lcores"][0]);
  EXPECT_NE(read(json).find("lcores: at most 16"), std::string::npos);
}

TEST(Plan, MissingOrBrokenFileIsOneLine) {
  Plan plan;
  EXPECT_NE(read_plan("/nonexistent/plan.json", plan).find("cannot be read"), std::string::npos);
  EXPECT_NE(read(Json("text")).find("an object is needed"), std::string::npos);
}

TEST(Plan, ReadsWhatSpdkNeedsWhereTheJournalIsOnIt) {
  Json json = Json::parse(kGood);
  json["journal"]["device"] = "spdk";
  EXPECT_NE(read(json).find("journal.snapshot_every: needs device uring"), std::string::npos);
  json["journal"]["snapshot_every"] = 0;
  EXPECT_NE(read(json).find("journal.spdk: missing"), std::string::npos);
  json["journal"]["spdk"] = {
      {"config", "/tmp/spdk.json"}, {"bdevs", {"Nvme0n1", "Nvme1n1"}}, {"memory_bytes", 1 << 28}, {"pci", {"0000:00:04.0"}}};
  Plan plan;
  ASSERT_EQ(read(json, plan), "");
  EXPECT_EQ(plan.journal.device, JournalDevice::Spdk);
  EXPECT_EQ(plan.journal.spdk.config, "/tmp/spdk.json");
  EXPECT_EQ(plan.journal.spdk.bdevs, (std::vector<std::string>{"Nvme0n1", "Nvme1n1"}));
  EXPECT_EQ(plan.journal.spdk.memory_bytes, 1u << 28);
  EXPECT_EQ(plan.journal.spdk.pci, std::vector<std::string>{"0000:00:04.0"});
  json["journal"]["spdk"]["pci"] = {4};
  EXPECT_NE(read(json).find("journal.spdk.pci[0]: a string is needed"), std::string::npos);
  json["journal"]["spdk"]["pci"] = Json::array();
  json["journal"]["spdk"]["bdevs"] = {"Nvme0n1"};
  EXPECT_NE(read(json).find("journal.spdk.bdevs: one for each of `venues` is needed"), std::string::npos);
}

}  // namespace
}  // namespace hopscope::core
