// The command line of hopscope-disturb: one of three disturbances, its times in nanoseconds, and the file for the truth about it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "engine/core/plan.h"

namespace hopscope::disturb {

enum class Kind { Hog, Stop, Timer };

struct Arguments {
  Kind kind = Kind::Hog;
  int cpu = -1;                                        // hog, timer
  core::Scheduler scheduler = core::Scheduler::Other;  // hog: the engine's, whose priority it exceeds
  pid_t pid = 0;                                       // stop
  std::uint64_t on_ns = 0, off_ns = 0;                 // hog: spins, sleeps
  std::uint64_t for_ns = 0;                            // stop: how long each time
  std::uint64_t every_ns = 0;                          // stop, timer: from one to the next
  std::string out;
};

extern const char* const kUsage;

// Returns an empty string or one line that says what is wrong.
std::string read_arguments(int argc, char** argv, Arguments& into);

}  // namespace hopscope::disturb
