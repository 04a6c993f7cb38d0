// What a device reports when a block is on it.
#pragma once

#include <cstdint>

#include "engine/core/clock.h"

namespace hopscope::journal {

struct Written {
  std::uint64_t sequence = 0;
  std::uint32_t records = 0;
  std::uint32_t stored_bytes = 0;  // header, records and padding
  core::Ticks write_tsc = 0;       // hop 13: just before the block went to the device
  core::Ticks durable_tsc = 0;     // hop 14: its completion was seen
};

}  // namespace hopscope::journal
