#include "engine/core/lcore.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

namespace hopscope::core {

std::string bind_thread(int cpu, Scheduler scheduler, const char* name) {
  pthread_setname_np(pthread_self(), name);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (const int error = pthread_setaffinity_np(pthread_self(), sizeof set, &set))
    return "placement: CPU " + std::to_string(cpu) + " cannot be used (" + std::strerror(error) + "): name one of this machine's CPUs";
  if (scheduler == Scheduler::Fifo) {
    sched_param parameter{};
    parameter.sched_priority = kFifoPriority;
    if (const int error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameter))
      return std::string("isolation: SCHED_FIFO refused (") + std::strerror(error) + "): run as root, or --set isolation.policy=other";
  }
  return {};
}

std::string lock_memory() {
  if (mlockall(MCL_CURRENT | MCL_FUTURE) == 0) return {};
  return std::string("memory cannot be locked (") + std::strerror(errno) + "): raise the limit (ulimit -l unlimited), or run as root";
}

}  // namespace hopscope::core
