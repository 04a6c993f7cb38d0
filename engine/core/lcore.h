// A thread's place on the machine: one CPU, one scheduling policy. Both end with the thread, so nothing has to be restored.
#pragma once

#include <string>

#include "engine/core/plan.h"

namespace hopscope::core {

// Binds the calling thread. Returns an empty string or one line with its remedy.
std::string bind_thread(int cpu, Scheduler scheduler, const char* name);

}  // namespace hopscope::core
