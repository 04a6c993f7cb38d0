// A competing process on the engine's CPU: a thread named hopscope-hog, of a priority above the engine's, spins for a while and sleeps for
// a while. Its spin is its witness: it reads the time-stamp counter all the time, so it knows when it ran.
#pragma once

#include <string>

#include "native/disturb/arguments.h"
#include "native/disturb/interval_file.h"
#include "native/disturb/lifetime.h"
#include "native/disturb/outcome.h"

namespace hopscope::disturb {

inline constexpr const char* kHogName = "hopscope-hog";

// Until the lifetime's end. Returns an empty string or one line with its remedy.
std::string run_hog(const Arguments& arguments, Lifetime& lifetime, IntervalFile& file, Outcome& outcome);

}  // namespace hopscope::disturb
