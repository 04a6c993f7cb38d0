// The columns of the store's tables behind run_id, packed as RowBinary wants them. collector/schema.ts declares the same columns.
#pragma once

#include <cstdint>

#include "bpf/records.h"

namespace hopscope::native {

inline constexpr unsigned kTraceHops = HS_HOP_OMS_ACK + 1;  // 13 and 14 stand in journal_traces

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
};
static_assert(sizeof(TraceRow) == 110);

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

#pragma pack(pop)

}  // namespace hopscope::native
