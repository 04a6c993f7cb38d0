// The plan: what one run of the engine does. A JSON file that the orchestrator writes; the engine never guesses a setting.
//
// read_plan() checks types, ranges and required keys and reports "key: what is wrong" for the first fault. Times are integers in
// nanoseconds, prices carry 4 decimals, rates are per second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/risk_plan.h"

namespace hopscope::core {

enum class Pacing { Open, Lockstep };
enum class Flow { Simulate, Itch };
enum class Arrivals { Constant, Poisson };
enum class Lane { Off, Stamps, Stream, Capsule, Hops };
enum class JournalDevice { Memory, Uring, Spdk };
enum class JournalSubmit {
  Helper,  // a thread of its own on the housekeeping CPU
  Inline,  // the venue's thread, a system call a block
  Sqpoll   // the venue's thread, no system call: a thread of the kernel polls for its blocks on a CPU of its own
};
enum class AckAfter { Match, Write, Durable };
enum class Durability { Write, Flush };
enum class RouterRule { BestPrice, RoundRobin, Single, Smart };
enum class RouterLatency {
  Modelled,  // of the venue's profile, market time
  Measured   // from an order to its first answer, wall time
};
enum class Liquidity {
  Shared,  // every venue has all of the feed's orders
  Split    // each of the feed's orders rests at one venue
};
enum class StrategyRule { EveryNth, Imbalance, MeanReversion };
enum class Algorithm : std::uint8_t { Twap = 'T', Vwap = 'V', Pov = 'P', Shortfall = 'I' };  // the letters of ParentEntered's order_type

// As the plan writes it; unknown: a letter that is none of them.
constexpr const char* name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::Twap:
      return "twap";
    case Algorithm::Vwap:
      return "vwap";
    case Algorithm::Pov:
      return "pov";
    case Algorithm::Shortfall:
      return "is";
  }
  return "unknown";
}

enum class Scheduler { Fifo, Other };
enum class Mode { Pipeline, Echo };
enum class XdpMode { Auto, ZeroCopy, Copy, Generic };

struct FeedPlan {
  Flow flow = Flow::Simulate;
  Arrivals arrivals = Arrivals::Constant;
  double rate_pps = 0;                   // 0: as fast as the ports take them
  std::uint32_t symbols = 16;            // simulate
  std::uint64_t warmup_messages = 0;     // sent before the measured ones
  std::uint64_t measure_messages = 0;    // 0: until the file ends, or max_seconds
  double max_seconds = 0;                // 0: no limit; measured part only
  std::string file;                      // itch
  double speed = 0;                      // itch: 0 = max, 3600 = 3600 x market time
  std::uint64_t max_gap_ns = 0;          // itch: longer silences are shortened to this; 0 = keep
  std::uint64_t from_ns = 0, to_ns = 0;  // itch: ns since midnight; to 0 = end
  std::uint32_t history = 65'536;        // last messages kept for receivers that lost them
  std::uint64_t heartbeat_ns = 0;        // wall time without a packet after which receivers get a heartbeat; 0 = none
  Liquidity liquidity = Liquidity::Shared;
};

// How receivers of the feed recover what they lost. Wall time.
struct RecoveryPlan {
  std::uint32_t hold_packets = 4'096;    // that came too early, a receiver
  std::uint64_t timeout_ns = 1'000'000;  // then a request is repeated
  std::uint32_t tries = 32;              // requests in a row without an answer; then the gap is given up
};

// Loss put in on purpose, at the receiving ports of some links, both directions alike. Shares in parts per million of packets.
struct ImpairPlan {
  std::vector<std::string> links;
  std::uint32_t drop_ppm = 0, duplicate_ppm = 0, reorder_ppm = 0;
  std::uint32_t within = 8;  // packets that a reordered one lets pass, at most
  std::uint64_t seed = 1;
  bool any() const { return !links.empty() && drop_ppm + duplicate_ppm + reorder_ppm != 0; }
};

inline constexpr std::size_t kMostNameBytes = 32;  // of a parent order

// A parent order: how many shares of one symbol an algorithm works over a span of market time. Shares of a whole in parts per million.
struct ParentPlan {
  std::string name;
  std::string symbol;        // by its name in the stock directory; empty: by `locate`
  std::uint16_t locate = 0;  // ITCH stock locate
  char side = 'B';
  std::uint32_t quantity = 0;
  Algorithm algorithm = Algorithm::Twap;
  std::uint64_t start_ns = 0, end_ns = 0;  // market time from the first measured message
  std::uint32_t slices = 10;
  bool posts = false;                // while it is in time, it rests at the near touch in place of taking the far one
  bool reposts = false;              // and where that has gone elsewhere, the child that rests is replaced, not asked back
  std::uint32_t limit_price = 0;     // no child trades beyond it; 0: none
  std::uint32_t randomise_ppm = 0;   // of a slice's length: the first child comes so much later at most
  bool catch_up = true;              // what a slice did not do is the next one's too
  bool sweep = true;                 // what is left shortly before the end goes out at any price within limit_price
  std::uint32_t band_ppm = 50'000;   // of the quantity: so far a slice may end from its schedule
  std::uint32_t cap_ppm = 0;         // of all shares traded, its own included; 0: no cap
  std::uint32_t rate_ppm = 0;        // pov: the share of all shares traded that it wants to be
  std::uint32_t urgency_milli = 0;   // is: Almgren and Chriss's kappa x duration, in thousandths; 0: even, as twap
  std::vector<std::uint64_t> curve;  // vwap: relative volume of equal parts of the span; empty: the warm-up's volumes
};

struct OmsPlan {
  StrategyRule strategy = StrategyRule::EveryNth;
  std::uint32_t every = 4;                       // strategy every-nth: a child order for every nth feed message; 0 = none
  std::uint32_t quantity = 100;                  // shares a child order
  std::uint32_t limit_percent = 25;              // resting limit orders
  std::uint32_t market_percent = 5;              // market orders; the rest is immediate-or-cancel at the far touch
  std::uint32_t cancel_after = 8;                // a resting limit order is cancelled this many child orders later
  std::uint32_t replace_after = 0;               // ... and replaced at the near touch each time that so many have passed by then; 0: never
  std::uint64_t ack_timeout_ns = 1'000'000'000;  // market time
  std::uint32_t imbalance_ppm = 600'000;         // strategy imbalance: of the touch's sizes, how far one may outweigh the other
  std::uint32_t reversion_bps = 5;               // strategy mean-reversion: of the mid from its mean
  std::uint64_t cooldown_ns = 1'000'000;         // reactive strategies: market time between two orders in one symbol
  std::vector<ParentPlan> parents;
  std::uint32_t parent_room = 64;  // further parent orders that can be entered while it runs
};

inline constexpr std::uint32_t kMostRoutedLevels = 4;

// How the router chooses, beside its rule (RouterRule). Weights are percent of what a term is worth by itself; 0: it does not count.
struct RoutingPlan {
  unsigned single = 0;               // rule single: the venue
  std::uint32_t reroutes = 0;        // times that what an order did not get at once is sent again
  std::uint32_t levels = 3;          // rule smart, as all below: prices of a venue's book that one order may take
  std::uint32_t fees_percent = 100;  // of the venue's fee or rebate
  std::uint32_t fill_percent = 100;  // of the spread, times the share that the venue's displayed quotes did not fill
  std::uint32_t latency_micros = 0;  // millionths of the currency a share, for each microsecond of the venue's latency
  RouterLatency latency = RouterLatency::Modelled;
  std::uint32_t reject_micros = 0;            // ... for each recent reject
  std::uint64_t half_life_ns = 100'000'000;   // market time in which half of what was learned is forgotten
  std::uint32_t out_after = 3;                // orders in a row that a venue did not answer in time: it gets no more
  std::uint64_t probe_every_ns = 10'000'000;  // market time; then one small order asks whether it is back

  bool measures_latency() const { return latency == RouterLatency::Measured && latency_micros != 0; }  // rule smart
};

// What sets one venue apart.
struct VenuePlan {
  std::string name;
  std::int64_t make_micros = 0, take_micros = 0;  // fee a share in millionths of the currency; negative: a rebate
  std::uint64_t latency_ns = 0;                   // market time from an order message's arrival to its matching
  std::uint32_t queue = 256;                      // messages that may wait for that
  // Its order gateway loses all messages that arrive in this part of the measured phase, market time; outage_for_ns 0: none.
  std::uint64_t outage_after_ns = 0, outage_for_ns = 0;
};

struct SpdkPlan {
  std::string config;              // SPDK's JSON configuration: what makes the bdevs
  std::vector<std::string> bdevs;  // to write to, one a venue
  std::uint64_t memory_bytes = 0;  // for SPDK, in the engine's EAL
  std::vector<std::string> pci;    // addresses of the controllers that the configuration attaches
};

struct JournalPlan {
  JournalDevice device = JournalDevice::Memory;
  JournalSubmit submit = JournalSubmit::Helper;
  AckAfter ack_after = AckAfter::Match;       // what a venue's answers wait for
  Durability durability = Durability::Write;  // what a device is asked for before a block counts as durable
  std::string directory;                      // one file a venue: journal-<venue>.hsj
  std::vector<unsigned> sqpoll_cpus;          // submit sqpoll: of the kernel's threads, one a venue
  std::vector<std::string> paths;             // uring: raw block devices, one a venue; empty: files in `directory`
  std::uint32_t block_bytes = 65'536;         // largest group; a multiple of 4096
  std::uint64_t size_bytes = 1ull << 30;      // ring of blocks on `memory`; preallocated length on a file
  std::uint32_t segments = 1;                 // equal parts of it, each filled anew once all of its blocks are reclaimed; not on `memory`
  std::uint64_t snapshot_every = 0;           // uring: records from one snapshot in `directory` to the next; 0: none are taken
  SpdkPlan spdk;                              // device spdk only
  bool oms = false;                           // the OMS keeps one too: `directory`/journal-oms.hsj, in memory on device memory
};

// Known delays, put in on purpose: what the instrument is checked with. hop 0: none of this kind. At most one kind a run.
struct BusyPlan {
  unsigned hop = 0;                           // enum hs_hop
  std::uint64_t ns = 0;                       // to spin
  std::uint32_t every = 1;                    // measured order that comes to the hop
  std::uint64_t after_ns = 0, during_ns = 0;  // only this part of the measured phase; during_ns 0: until its end
};
struct FaultsPlan {
  unsigned hop = 0;
  std::uint32_t pages = 0;  // to touch that were given back before
  std::uint32_t every = 1;
};
struct InjectPlan {
  BusyPlan busy;
  FaultsPlan faults;
};

struct CapturePlan {
  std::string path;                                   // pcap file; empty: nothing is captured
  std::uint64_t ring_bytes = std::uint64_t{8} << 20;  // of each port; a power of two
};

struct EndPlan {  // one end of a link; ifname: the interface or port as its driver names it, empty where it needs no name
  std::string netns, ifname, mac, ip;
  std::uint16_t udp_port = 0;
};

struct LinkPlan {  // feed-oms, feed-venue<i>, oms-venue<i>; a is the left name
  std::string name;
  EndPlan a, b;
};

// AF_XDP sockets. zero-copy and copy work in the driver's receive path, generic behind it; auto takes the first that the driver can.
struct XdpPlan {
  XdpMode mode = XdpMode::Auto;
  bool need_wakeup = true;  // call the kernel only when it asks for it
};

// Sockets, AF_XDP's included, that drive the device's receive path from the thread that reads (Documentation/networking/napi.rst).
struct BusyPollPlan {
  std::uint64_t ns = 0;      // SO_BUSY_POLL; 0: off
  std::uint32_t budget = 8;  // packets a call
};

struct LcorePlan {
  int cpu = 0;
  std::vector<std::string> roles;  // feed, oms, venue0...
};

struct Plan {
  Mode mode = Mode::Pipeline;  // echo: no trading logic, one link (engine/echo.h)
  std::uint64_t digest = 0;    // of the plan's text
  std::string run_id, build, page_path, result_path;
  std::string link = "ring";  // what carries the packets: ring, veth, pipe, vale, af_packet, af_xdp, tap, virtio_user, memif, pci
  int orchestrator_pid = 0;   // the engine does not outlive it
  std::uint64_t seed = 1;
  Pacing pacing = Pacing::Open;
  unsigned venues = 1;
  std::vector<VenuePlan> venue_profiles;  // one a venue
  std::vector<LcorePlan> lcores;
  int housekeeping_cpu = 0;
  Scheduler scheduler = Scheduler::Other;
  bool hugepages = true;
  unsigned burst = 32;
  double floor_seconds = 0.3;
  Lane lane = Lane::Stamps;
  std::vector<std::uint32_t> ring_map_ids;  // lane stream: one user ring buffer an engine thread
  std::uint64_t gap_ns = 0;                 // shorter idle gaps are not recorded; 0: nobody looks
  InjectPlan inject;
  double synthetic_rate = 0;  // capsules a second made up beside the pipeline, for lanes stream and capsule
  FeedPlan feed;
  RecoveryPlan recovery;
  ImpairPlan impair;
  OmsPlan oms;
  RouterRule router = RouterRule::BestPrice;
  RoutingPlan routing;
  RiskPlan risk;
  JournalPlan journal;
  CapturePlan capture;
  XdpPlan xdp;
  BusyPollPlan busy_poll;
  std::vector<LinkPlan> links;
};

// Returns an empty string, or one line that names the key and the fault.
std::string read_plan(const std::string& path, Plan& plan);

// Parts of a plan alone, as JSON: what is asked for at run time. Return as read_plan() does.
std::string read_parent_plan(const std::string& json, ParentPlan& parent);
std::string read_risk_plan(const std::string& json, RiskPlan& risk);

}  // namespace hopscope::core
