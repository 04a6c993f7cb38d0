// One round on the fault-injecting device: a venue runs until everything stops at a random moment, the medium may be damaged, and what can
// be recovered from it is judged.
#pragma once

#include <cstdint>
#include <string>

#include "engine/torture/tally.h"

namespace hopscope::torture {

struct DeviceRound {
  std::uint64_t seed = 0;  // of everything: the same seed is the same round
  bool forgets = false;    // the device breaks its promise: such rounds must fail now and then
};

// Empty, or what is wrong.
std::string run_device_round(const DeviceRound& round, Tally& tally);

}  // namespace hopscope::torture
