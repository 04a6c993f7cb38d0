// A storm of timer interrupts on one CPU: a perf event of the software clock, whose high-resolution timer the kernel arms again at each
// expiry. No process runs for it; what it takes is the interrupt's time alone.
#pragma once

#include <string>

#include "native/disturb/arguments.h"
#include "native/disturb/interval_file.h"
#include "native/disturb/lifetime.h"
#include "native/disturb/outcome.h"

namespace hopscope::disturb {

// Until the lifetime's end. Returns an empty string or one line with its remedy.
std::string run_timer(const Arguments& arguments, Lifetime& lifetime, IntervalFile& file, Outcome& outcome);

}  // namespace hopscope::disturb
