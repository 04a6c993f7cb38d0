// The columns of the store's tables stalls and gaps behind run_id, packed as RowBinary wants them. collector/schema.ts declares the same.
#pragma once

#include <cstdint>

namespace hopscope::native {

#pragma pack(push, 1)

struct StallRowStart {  // table stalls, up to its String
  std::int64_t ts;      // ns since 1970 UTC
  std::uint64_t duration_ns;
  std::uint8_t cause;  // enum hs_stall_cause
  std::uint16_t thread;
  std::uint16_t cpu;
  std::uint64_t detail;
  std::uint32_t pid;
  // who String, flags UInt8
};
static_assert(sizeof(StallRowStart) == 33);

struct GapRow {     // table gaps
  std::int64_t ts;  // ns since 1970 UTC
  std::uint64_t duration_ns;
  std::uint16_t thread;
  std::uint64_t explained_ns;  // 0: the collector finds it out
};
static_assert(sizeof(GapRow) == 26);

#pragma pack(pop)

}  // namespace hopscope::native
