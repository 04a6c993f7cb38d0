// What the rounds have met so far: a torture that never tore a block would prove nothing.
#pragma once

#include <array>
#include <cstdint>

#include "engine/torture/faulty_device.h"
#include "engine/torture/media_damage.h"

namespace hopscope::torture {

struct Tally {
  std::uint64_t rounds = 0, failed = 0;
  std::uint64_t power_cuts = 0, device_kills = 0, process_kills = 0;  // the last: kill -9 of a process that writes a file
  std::uint64_t closed = 0;                                           // the journal was, by itself or since it had failed
  std::array<std::uint64_t, kFaults> faults{};                        // rounds in which the device's fault was met
  std::uint64_t full = 0;                                             // and in which it had no room any more
  std::uint64_t used_devices = 0;                                     // that held an older run's journal
  std::uint64_t acknowledged = 0, recovered = 0;                      // records; where the acknowledgement was a promise
  std::uint64_t torn_blocks = 0, lost_blocks = 0;
  std::uint64_t reordered = 0;  // rounds in which the cut left a later block behind one that is not whole
  std::uint64_t left_out = 0;   // requests at the end that had no answer yet
  std::array<std::uint64_t, kDamages> damages{};
  std::uint64_t reported = 0;        // rounds in which acknowledged records were damaged and the reader said so
  std::uint64_t not_to_be_seen = 0;  // and in which nothing was left to see it by
};

}  // namespace hopscope::torture
