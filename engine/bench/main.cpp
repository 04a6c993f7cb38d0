// Replays order streams through the matching book, and market data through the feed's books, and prints what an operation costs.
//
//   hopscope-bench [COUNT] [--json FILE]
//   hopscope-bench COUNT --write FILE LIVE_ORDERS
//
// CPU ns/op: CPU time of this thread over the whole replay, median of five, each on fresh books. Percentiles come from one further replay
// with the time-stamp counter read around every operation; the median cost of two reads with nothing between them is subtracted from each.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "engine/bench/feed_replay.h"
#include "engine/bench/matching_replay.h"
#include "engine/bench/op_stream.h"
#include "engine/bench/report.h"

namespace hopscope::bench {
namespace {

constexpr char kUsage[] =
    "usage: hopscope-bench [COUNT] [--json FILE]\n"
    "       hopscope-bench COUNT --write FILE LIVE_ORDERS\n"
    "\n"
    "  COUNT    operations of a stream instead of 5,000,000 (w1k, w10k) and 10,000,000 (feed1k, feed16)\n"
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

int run(std::uint64_t count, const char* json) {
  const core::Calibration clock = core::Calibration::measure(200, nullptr);
  const std::uint32_t timer_ticks = timer_cost_ticks();
  const Timer timer{clock.ns(timer_ticks), clock.ns(core::measure_resolution())};
  std::vector<Row> rows;
  print_head(timer);
  bench_matching(count != 0 ? count : kMatchingOperations, clock, timer_ticks, rows);
  bench_feed(count != 0 ? count : kFeedMessages, clock, timer_ticks, rows);
  if (json != nullptr && !write_json(json, timer, rows)) return std::perror(json), 1;
  for (const Row& row : rows)
    if (!row.equal) return 1;
  return 0;
}

}  // namespace
}  // namespace hopscope::bench

int main(int argc, char** argv) {
  using namespace hopscope::bench;
  int at = 1;
  std::uint64_t count = 0;
  if (argc > 1 && argv[1][0] >= '1' && argv[1][0] <= '9') {
    char* end = nullptr;
    count = std::strtoull(argv[at++], &end, 10);
    if (*end != '\0') return std::fputs(kUsage, stderr), 2;
  }
  if (argc == at) return run(count, nullptr);
  if (argc == at + 2 && std::strcmp(argv[at], "--json") == 0) return run(count, argv[at + 1]);
  if (argc == at + 3 && count != 0 && std::strcmp(argv[at], "--write") == 0)
    return write(argv[at + 1], count, static_cast<std::uint32_t>(std::strtoul(argv[at + 2], nullptr, 10)));
  const bool asked = argc == 2 && std::strcmp(argv[1], "--help") == 0;
  std::fputs(kUsage, asked ? stdout : stderr);
  return asked ? 0 : 2;
}
