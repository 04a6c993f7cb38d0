// A thread's place on the machine: one CPU, one scheduling policy; and the process's memory, locked. All of it ends with them, so nothing
// has to be restored.
#pragma once

#include <string>

#include "engine/core/plan.h"

namespace hopscope::core {

// Above ordinary kernel threads at 50, below the migration and watchdog threads at 99.
inline constexpr int kFifoPriority = 80;

// Binds the calling thread. Returns an empty string or one line with its remedy.
std::string bind_thread(int cpu, Scheduler scheduler, const char* name);

// Locks what this process has in memory, and what it will have: a page that goes away costs whoever touches it next microseconds.
// Returns an empty string or why it cannot be: the run goes on, and its page faults will be seen.
std::string lock_memory();

}  // namespace hopscope::core
