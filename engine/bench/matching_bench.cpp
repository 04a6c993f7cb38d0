// Replays order streams through the matching book and prints what an operation costs.
//
//   hopscope-bench [COUNT] [--write FILE LIVE_ORDERS]
//
// CPU ns/op: CPU time of this thread over the whole replay, median of five, each on a fresh book. Percentiles come from one further replay
// with the time-stamp counter read around every operation; the median cost of two reads with nothing between them is subtracted from each.
#include <time.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "engine/bench/op_stream.h"
#include "engine/book/matching/matching_book.h"
#include "engine/core/clock.h"

namespace hopscope::bench {
namespace {

constexpr std::uint64_t kDefaultCount = 5'000'000;
constexpr int kRuns = 5;

struct TradeSink : matching::NoSink {
  Trades trades;
  void executed(const matching::Execution& e) { trades.add(e.maker, e.taker, e.price, e.quantity); }
};

using Book = matching::MatchingBook<TradeSink>;

// What make_ops prints for these streams at its 5,000,000 operations.
struct Stream {
  const char* name;
  std::uint32_t live_orders;
  Trades known;
};
constexpr Stream kStreams[] = {
    {"w1k", 1'000, {786'863, 122'833'100, 0x128da3036822815b}},
    {"w10k", 10'000, {1'433'000, 223'881'700, 0x1cd34301dea68189}},
};

inline void apply(Book& book, const Op& op) {
  switch (op.type) {
    case Op::Cancel:
      return book.cancel(op.id);
    case Op::Replace:
      return book.replace(op.id, op.new_id, op.price, op.quantity, matching::Queue::Rejoin);
    default: {
      matching::NewOrder order;
      order.id = op.id;
      order.side = op.is_buy != 0 ? book::Side::Buy : book::Side::Sell;
      order.price = op.price;
      order.quantity = op.quantity;
      order.traits = op.type == Op::Immediate ? matching::trait::kImmediate : std::uint16_t{0};
      return book.enter(order);
    }
  }
}

std::uint64_t thread_cpu_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

// The fences keep the operation between the two reads.
core::Ticks fenced_ticks() {
  _mm_lfence();
  const core::Ticks now = core::now_ticks();
  _mm_lfence();
  return now;
}

double replay_cpu_ns(const std::vector<Op>& ops, Trades& trades) {
  TradeSink sink;
  Book book({}, sink);
  book.resume();
  const std::uint64_t from = thread_cpu_ns();
  for (const Op& op : ops) apply(book, op);
  const std::uint64_t spent = thread_cpu_ns() - from;
  trades = sink.trades;
  return static_cast<double>(spent) / static_cast<double>(ops.size());
}

double quantile(const std::vector<std::uint32_t>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

std::uint32_t timer_cost_ticks() {
  std::vector<std::uint32_t> costs(100'000);
  for (std::uint32_t& cost : costs) {
    const core::Ticks from = fenced_ticks();
    cost = static_cast<std::uint32_t>(fenced_ticks() - from);
  }
  std::sort(costs.begin(), costs.end());
  return static_cast<std::uint32_t>(quantile(costs, 0.5));
}

std::vector<std::uint32_t> replay_ticks(const std::vector<Op>& ops, std::uint32_t timer_ticks) {
  TradeSink sink;
  Book book({}, sink);
  book.resume();
  std::vector<std::uint32_t> ticks(ops.size());
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const core::Ticks from = fenced_ticks();
    apply(book, ops[i]);
    const core::Ticks spent = fenced_ticks() - from;
    ticks[i] = static_cast<std::uint32_t>(std::min<core::Ticks>(spent < timer_ticks ? 0 : spent - timer_ticks, ~0u));
  }
  std::sort(ticks.begin(), ticks.end());
  return ticks;
}

bool bench(const Stream& stream, std::uint64_t count, const core::Calibration& clock, std::uint32_t timer_ticks) {
  const OpStream made = make_op_stream(count, stream.live_orders);
  bool equal = count != kDefaultCount || made.trades == stream.known;
  std::array<double, kRuns> cpu_ns;
  for (double& ns : cpu_ns) {
    Trades trades;
    ns = replay_cpu_ns(made.ops, trades);
    equal &= trades == made.trades;
  }
  std::sort(cpu_ns.begin(), cpu_ns.end());
  const std::vector<std::uint32_t> ticks = replay_ticks(made.ops, timer_ticks);
  const auto ns = [&](double q) { return clock.ns(static_cast<core::Ticks>(quantile(ticks, q))); };
  std::printf("%-8s %10zu %9.1f %9.1f %9.1f %7.0f %7.0f %7.0f  trades=%" PRIu64 " shares=%" PRIu64 " trade_hash=%016" PRIx64 " %s\n",
              stream.name, made.ops.size(), cpu_ns[kRuns / 2], cpu_ns[0], cpu_ns[kRuns - 1], ns(0.5), ns(0.99), ns(0.999),
              made.trades.count, made.trades.shares, made.trades.hash, equal ? "equal" : "DIFFERENT");
  return equal;
}

int write(const char* path, std::uint64_t count, std::uint32_t live_orders) {
  const OpStream made = make_op_stream(count, live_orders);
  std::FILE* file = std::fopen(path, "wb");
  if (file == nullptr) return std::perror(path), 1;
  const bool written = std::fwrite(made.ops.data(), sizeof(Op), made.ops.size(), file) == made.ops.size();
  if (std::fclose(file) != 0 || !written) return std::perror(path), 1;
  return 0;
}

}  // namespace
}  // namespace hopscope::bench

int main(int argc, char** argv) {
  using namespace hopscope;
  const std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : bench::kDefaultCount;
  if (argc == 5 && std::strcmp(argv[2], "--write") == 0)
    return bench::write(argv[3], count, static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10)));
  if (count == 0 || argc > 2) return std::fprintf(stderr, "usage: hopscope-bench [COUNT] [--write FILE LIVE_ORDERS]\n"), 2;

  std::uint64_t millihertz = 0;
  const core::Calibration clock = core::Calibration::measure(200, &millihertz);
  const std::uint32_t timer_ticks = bench::timer_cost_ticks();
  std::printf("timer: %.1f ns an operation, subtracted from the percentiles; it moves in steps of %.1f ns\n", clock.ns(timer_ticks),
              clock.ns(core::measure_resolution()));
  std::printf("%-8s %10s %9s %9s %9s %7s %7s %7s\n", "stream", "operations", "CPU ns/op", "fastest", "slowest", "p50 ns", "p99 ns",
              "p99.9 ns");
  bool equal = true;
  for (const bench::Stream& stream : bench::kStreams) equal &= bench::bench(stream, count, clock, timer_ticks);
  return equal ? 0 : 1;
}
