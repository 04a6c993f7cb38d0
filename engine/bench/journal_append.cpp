#include "engine/bench/journal_append.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>

#include "engine/core/plan.h"
#include "engine/core/random.h"
#include "engine/journal/block.h"
#include "engine/journal/journal.h"

namespace hopscope::bench {
namespace {

using journal::Record;
using journal::RecordType;

constexpr std::uint64_t kSeed = 7;
constexpr std::size_t kOrders = 512;               // distinct ones; their records stay in the cache, as those a venue has just made do
constexpr std::uint64_t kRingBytes = 64ull << 20;  // as in the experiments that come with hopscope: beyond the L2 cache
constexpr const char* kKnownDigest = "d76ee027792e8aa8";

// A block is written when the venue polls its journal: behind a full burst of orders, or behind each record where hardly any come in.
struct Stream {
  const char* name;
  unsigned burst;  // records between two polls
};
constexpr Stream kStreams[] = {{"journal32", 32}, {"journal1", 1}};

// Each order's request and its acceptance.
std::vector<Record> make_records() {
  core::Random random(kSeed, core::Stream::Synthetic);
  std::vector<Record> records;
  records.reserve(2 * kOrders);
  Record record;
  record.market_ns = 34'200'000'000'000;  // 9:30
  for (std::uint32_t order = 1; order <= kOrders; ++order) {
    record.market_ns += 1 + random.below(1'000'000);
    record.order = 1ull << 63 | order;
    record.feed_sequence += 1 + random.below(8);
    record.price = 1'000'000 + 100 * random.below(200);
    record.quantity = 100 * (1 + random.below(10));
    record.locate = static_cast<std::uint16_t>(1 + random.below(16));
    record.side = random.below(2) != 0 ? 'B' : 'S';
    record.order_type = 'L';
    for (const RecordType type : {RecordType::OrderEntered, RecordType::Accepted}) {
      record.type = type;
      records.push_back(record);
    }
  }
  return records;
}

// Calls around(append) for every record, in order; around must call append() once. Every poll belongs to the record before it.
template <class Around>
void replay(const std::vector<Record>& made, std::uint64_t records, unsigned burst, journal::Journal& to, Around&& around) {
  std::size_t next = 0;
  unsigned until_poll = burst;
  for (std::uint64_t done = 0; done < records; ++done) {
    around([&] {
      to.append(made[next]);
      if (--until_poll == 0) {
        to.poll();
        until_poll = burst;
      }
    });
    if (++next == made.size()) next = 0;
  }
}

// The ring's last lap begins at its front; behind its last block stand those of the lap before.
bool holds_last_lap(std::span<const std::byte> ring, std::uint64_t records) {
  journal::BlockHeader first, header;
  std::memcpy(&first, ring.data(), sizeof first);
  std::uint64_t next_sequence = first.sequence, next_record = first.first_record;
  for (std::size_t at = 0; at < ring.size(); at += header.stored_bytes) {
    if (journal::check_block(ring.subspan(at), first.run, header) != journal::BlockState::Good) break;
    if (header.sequence != next_sequence || header.first_record != next_record) break;
    ++next_sequence;
    next_record += header.record_count;
  }
  return next_record == records + 1;
}

struct Outcome {
  std::string error, digest;
  std::uint64_t blocks = 0;
  bool whole = false;  // nothing waited for the device, and its ring holds what it should
};

// measure(journal): what is done with the open journal.
template <class Measure>
Outcome with_journal(std::uint64_t records, Measure&& measure) {
  core::JournalPlan plan;
  plan.device = core::JournalDevice::Memory;
  plan.size_bytes = kRingBytes;
  journal::Journal to;
  Outcome outcome;
  outcome.error = to.open(plan, 0, "hopscope-bench", 0);
  if (!outcome.error.empty()) return outcome;
  measure(to);
  outcome.error = to.close();
  outcome.digest = to.records_digest().hex();
  outcome.blocks = to.counters().get(HS_COUNTER_JOURNAL_BLOCKS);
  outcome.whole = to.stalls() == 0 && to.counters().get(HS_COUNTER_JOURNAL_RECORDS) == records && holds_last_lap(to.memory(), records);
  return outcome;
}

Row bench(const Stream& stream, std::uint64_t records, const core::Calibration& clock, std::uint32_t timer_ticks) {
  const std::vector<Record> made = make_records();
  Row row;
  row.stream = stream.name;
  row.operations = records;
  row.equal = true;
  Outcome last;
  const auto judge = [&](Outcome outcome) {
    row.equal &= outcome.error.empty() && outcome.whole && (last.digest.empty() || outcome.digest == last.digest);
    last = std::move(outcome);
  };

  std::vector<double> cpu_ns(kRuns);
  for (double& ns : cpu_ns)
    judge(with_journal(records, [&](journal::Journal& to) {
      const std::uint64_t from = thread_cpu_ns();
      replay(made, records, stream.burst, to, [](auto&& append) { append(); });
      ns = static_cast<double>(thread_cpu_ns() - from) / static_cast<double>(records);
    }));
  OperationTicks ticks(records, timer_ticks);
  judge(with_journal(records, [&](journal::Journal& to) {
    replay(made, records, stream.burst, to, [&](auto&& append) {
      const core::Ticks from = fenced_ticks();
      append();
      ticks.add(from, fenced_ticks());
    });
  }));
  row.equal &= records != kJournalRecords || last.digest == kKnownDigest;
  row.cost = cost_of(cpu_ns, ticks.sorted(), clock);

  const double records_per_s = row.cost.cpu_ns > 0 ? 1e9 / row.cost.cpu_ns : 0;
  std::array<char, 64> rate;
  std::snprintf(rate.data(), rate.size(), "records/s=%.1fM", records_per_s * 1e-6);
  row.result = std::string(rate.data()) + " blocks=" + std::to_string(last.blocks) + " journal_digest=" + last.digest;
  if (!last.error.empty()) row.result += " (" + last.error + ")";
  row.fields = {"\"burst\": " + std::to_string(stream.burst), "\"blocks\": " + std::to_string(last.blocks),
                "\"records_per_s\": " + std::to_string(static_cast<std::uint64_t>(records_per_s)),
                "\"journal_digest\": \"" + last.digest + "\""};
  return row;
}

}  // namespace

void bench_journal(std::uint64_t records, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows) {
  for (const Stream& stream : kStreams) {
    rows.push_back(bench(stream, records, clock, timer_ticks));
    print(rows.back());
  }
}

}  // namespace hopscope::bench
