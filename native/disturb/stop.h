// SIGSTOP to a process, and SIGCONT a while later, again and again. Whatever ends this program but SIGKILL, the process is continued first.
#pragma once

#include <string>

#include "native/disturb/arguments.h"
#include "native/disturb/interval_file.h"
#include "native/disturb/lifetime.h"
#include "native/disturb/outcome.h"

namespace hopscope::disturb {

inline constexpr const char* kStopName = "hopscope-stop";  // the command that the signal comes from

// Until the lifetime's end, or the process's. Returns an empty string or one line with its remedy.
std::string run_stop(const Arguments& arguments, Lifetime& lifetime, IntervalFile& file, Outcome& outcome);

}  // namespace hopscope::disturb
