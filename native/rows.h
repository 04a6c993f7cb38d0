// The columns of the store's tables behind run_id, packed as RowBinary wants them. collector/schema.ts declares the same columns.
#pragma once

#include <cstdint>

#include "bpf/records.h"

namespace hopscope::native {

inline constexpr unsigned kTraceHops = HS_HOP_COUNT;  // 13 and 14 where the acknowledgement waited for them; all stand in journal_traces

// Why a row is there. The store's enumeration.
enum Kept : std::uint8_t {
  kKeptSampled = 1,  // its trace id is divisible by the run's sample
  kKeptTail = 2,     // outside the sample, but slow
};

#pragma pack(push, 1)

struct TraceRow {   // table traces
  std::int64_t ts;  // feed.due, ns since 1970 UTC
  std::uint64_t trace_id;
  std::uint64_t feed_sequence;
  std::uint64_t market_ns;
  std::uint16_t thread;
  std::uint8_t venue;
  std::uint16_t locate;
  std::uint8_t side;
  std::uint8_t order_type;
  std::uint8_t outcome;
  std::uint32_t parent;
  std::uint32_t price;
  std::uint32_t quantity;
  std::uint32_t filled;
  std::uint16_t hops;
  std::uint32_t hop_ns[kTraceHops];  // since feed.due; 0 where the bit in hops is not set
  std::uint8_t kept;                 // enum Kept
  std::uint8_t injected_hop;         // 0: not delayed on purpose
  std::uint32_t injected_ns;
};
static_assert(sizeof(TraceRow) == 124);

struct JournalRow {  // table journal_traces
  std::int64_t ts;   // journal.append, ns since 1970 UTC
  std::uint64_t trace_id;
  std::uint8_t venue;
  std::uint64_t block;
  std::uint32_t block_records;
  std::uint32_t block_bytes;
  std::uint32_t write_ns;    // since journal.append
  std::uint32_t durable_ns;  // since journal.append
};
static_assert(sizeof(JournalRow) == 41);

struct BucketSecond {    // table latency_buckets, up to the name of the series
  std::uint32_t unix_s;  // the second in which these were counted
};

struct BucketCount {      // table latency_buckets, behind the name
  std::uint64_t low_ns;   // of the shortest duration that falls into this bucket
  std::uint64_t high_ns;  // of the longest
  std::uint64_t count;
};
static_assert(sizeof(BucketSecond) == 4 && sizeof(BucketCount) == 24);

#pragma pack(pop)

}  // namespace hopscope::native
