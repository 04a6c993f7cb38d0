#include "engine/bench/matching_replay.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <vector>

#include "engine/bench/op_stream.h"
#include "engine/book/matching/matching_book.h"

namespace hopscope::bench {
namespace {

struct TradeSink : matching::NoSink {
  Trades trades;
  void executed(const matching::Execution& e) { trades.add(e.maker, e.taker, e.price, e.quantity); }
};

using Book = matching::MatchingBook<TradeSink>;

// What make_ops prints for these streams at kMatchingOperations.
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

std::vector<std::uint32_t> replay_ticks(const std::vector<Op>& ops, std::uint32_t timer_ticks) {
  TradeSink sink;
  Book book({}, sink);
  book.resume();
  OperationTicks ticks(ops.size(), timer_ticks);
  for (const Op& op : ops) {
    const core::Ticks from = fenced_ticks();
    apply(book, op);
    ticks.add(from, fenced_ticks());
  }
  return ticks.sorted();
}

Row bench(const Stream& stream, std::uint64_t operations, const core::Calibration& clock, std::uint32_t timer_ticks) {
  const OpStream made = make_op_stream(operations, stream.live_orders);
  Row row;
  row.stream = stream.name;
  row.operations = operations;
  row.equal = operations != kMatchingOperations || made.trades == stream.known;
  std::vector<double> cpu_ns(kRuns);
  for (double& ns : cpu_ns) {
    Trades trades;
    ns = replay_cpu_ns(made.ops, trades);
    row.equal &= trades == made.trades;
  }
  row.cost = cost_of(cpu_ns, replay_ticks(made.ops, timer_ticks), clock);
  std::array<char, 128> text;
  const auto say = [&](const char* format) {
    std::snprintf(text.data(), text.size(), format, made.trades.count, made.trades.shares, made.trades.hash);
    return text.data();
  };
  row.result = say("trades=%" PRIu64 " shares=%" PRIu64 " trade_hash=%016" PRIx64);
  row.fields = {say("\"trades\": %" PRIu64 ", \"shares\": %" PRIu64 ", \"trade_hash\": \"%016" PRIx64 "\"")};
  return row;
}

}  // namespace

void bench_matching(std::uint64_t operations, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows) {
  for (const Stream& stream : kStreams) {
    rows.push_back(bench(stream, operations, clock, timer_ticks));
    print(rows.back());
  }
}

}  // namespace hopscope::bench
