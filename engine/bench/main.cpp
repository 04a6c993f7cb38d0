// Replays order streams through the matching book, market data through the feed's books, records into the journal, and orders through the
// risk gate, and prints what an operation costs.
//
//   hopscope-bench [COUNT] [--only PART] [--json FILE]
//   hopscope-bench COUNT --write FILE LIVE_ORDERS
//
// CPU ns/op: CPU time of this thread over the whole replay, median of five, each on fresh books or a fresh journal. Percentiles come from
// one further replay with the time-stamp counter read around every operation; the median cost of two reads with nothing between them is
// subtracted from each.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/bench/feed_replay.h"
#include "engine/bench/journal_append.h"
#include "engine/bench/matching_replay.h"
#include "engine/bench/op_stream.h"
#include "engine/bench/report.h"
#include "engine/bench/risk_gate.h"

namespace hopscope::bench {
namespace {

constexpr char kUsage[] =
    "usage: hopscope-bench [COUNT] [--only PART] [--json FILE]\n"
    "       hopscope-bench COUNT --write FILE LIVE_ORDERS\n"
    "\n"
    "  COUNT    operations of a stream instead of 5,000,000 (w1k, w10k) and 10,000,000 (feed1k, feed16, journal, gate)\n"
    "  --only   measures one part: matching, feed, journal or risk\n"
    "  --json   writes the figures to FILE too\n"
    "  --write  writes the operations of one order stream to FILE and measures nothing\n";

int write(const char* path, std::uint64_t count, std::uint32_t live_orders) {
  const OpStream made = make_op_stream(count, live_orders);
  std::FILE* file = std::fopen(path, "wb");
  if (file == nullptr) return std::perror(path), 1;
  const bool written = std::fwrite(made.ops.data(), sizeof(Op), made.ops.size(), file) == made.ops.size();
  if (std::fclose(file) != 0 || !written) return std::perror(path), 1;
  return 0;
}

struct Arguments {
  std::uint64_t count = 0;  // 0: each part's own
  std::string_view only;    // empty: all parts
  const char* json = nullptr;
  const char* write = nullptr;
  std::uint32_t live_orders = 0;
};

// False: they cannot be meant so.
bool read_arguments(int argc, char** argv, Arguments& to) {
  int at = 1;
  if (at < argc && argv[at][0] >= '1' && argv[at][0] <= '9') {
    char* end = nullptr;
    to.count = std::strtoull(argv[at++], &end, 10);
    if (*end != '\0') return false;
  }
  if (at + 3 == argc && std::strcmp(argv[at], "--write") == 0) {
    to.write = argv[at + 1];
    to.live_orders = static_cast<std::uint32_t>(std::strtoul(argv[at + 2], nullptr, 10));
    return to.count != 0;
  }
  for (; at + 1 < argc; at += 2) {
    const std::string_view word = argv[at];
    if (word == "--only") {
      to.only = argv[at + 1];
    } else if (word == "--json") {
      to.json = argv[at + 1];
    } else {
      return false;
    }
  }
  return at == argc && (to.only.empty() || to.only == "matching" || to.only == "feed" || to.only == "journal" || to.only == "risk");
}

int run(const Arguments& arguments) {
  const core::Calibration clock = core::Calibration::measure(200, nullptr);
  const std::uint32_t timer_ticks = timer_cost_ticks();
  const Timer timer{clock.ns(timer_ticks), clock.ns(core::measure_resolution())};
  const auto wanted = [&](std::string_view part) { return arguments.only.empty() || arguments.only == part; };
  const auto count = [&](std::uint64_t own) { return arguments.count != 0 ? arguments.count : own; };
  std::vector<Row> rows;
  print_head(timer);
  if (wanted("matching")) bench_matching(count(kMatchingOperations), clock, timer_ticks, rows);
  if (wanted("feed")) bench_feed(count(kFeedMessages), clock, timer_ticks, rows);
  if (wanted("journal")) bench_journal(count(kJournalRecords), clock, timer_ticks, rows);
  if (wanted("risk")) bench_risk(count(kGateOrders), clock, timer_ticks, rows);
  if (arguments.json != nullptr && !write_json(arguments.json, timer, rows)) return std::perror(arguments.json), 1;
  for (const Row& row : rows)
    if (!row.equal) return 1;
  return 0;
}

}  // namespace
}  // namespace hopscope::bench

int main(int argc, char** argv) {
  using namespace hopscope::bench;
  Arguments arguments;
  if (read_arguments(argc, argv, arguments))
    return arguments.write != nullptr ? write(arguments.write, arguments.count, arguments.live_orders) : run(arguments);
  const bool asked = argc == 2 && std::strcmp(argv[1], "--help") == 0;
  std::fputs(kUsage, asked ? stdout : stderr);
  return asked ? 0 : 2;
}
