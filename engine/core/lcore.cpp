#include "engine/core/lcore.h"

#include <pthread.h>
#include <sched.h>

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
    parameter.sched_priority = 80;  // above ordinary kernel threads at 50, below the migration and watchdog threads at 99
    if (const int error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameter))
      return std::string("isolation: SCHED_FIFO refused (") + std::strerror(error) + "): run as root, or --set isolation.policy=other";
  }
  return {};
}

}  // namespace hopscope::core
