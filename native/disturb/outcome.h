// What a disturbance says of itself beside its intervals.
#pragma once

#include <cstdint>
#include <cstdio>

namespace hopscope::disturb {

struct Outcome {
  std::uint64_t lost = 0;        // intervals that found no room on their way to the file
  std::uint64_t unseen = 0;      // stop: the process was not seen to stand still before it had to be continued; not in the file
  std::uint64_t interrupts = 0;  // timer: local timer interrupts of that CPU meanwhile, by /proc/interrupts
};

// Everything is set up and the disturbance begins.
inline void say_ready() {
  std::puts("ready");
  std::fflush(stdout);
}

}  // namespace hopscope::disturb
