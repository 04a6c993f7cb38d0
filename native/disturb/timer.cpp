#include "native/disturb/timer.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "engine/core/clock.h"

namespace hopscope::disturb {
namespace {

constexpr std::uint64_t kPollNs = 100'000'000;

// Local timer interrupts of one CPU since boot. Line LOC of /proc/interrupts has one column for each CPU that is online, named in the head.
std::uint64_t local_timer_interrupts(int cpu) {
  std::ifstream file("/proc/interrupts");
  std::string line;
  std::getline(file, line);
  std::istringstream head(line);
  int column = 0;
  bool found = false;
  for (std::string name; !found && head >> name; ++column) found = name == "CPU" + std::to_string(cpu);
  while (found && std::getline(file, line)) {
    std::istringstream fields(line);
    std::string label;
    if (!(fields >> label) || label != "LOC:") continue;
    std::uint64_t count = 0;
    for (int i = 0; i < column; ++i) fields >> count;
    return count;
  }
  return 0;
}

std::string refused(int error) {
  return std::string("timer: perf_event_open refused (") + std::strerror(error) +
         "): " + (error == ENODEV || error == EINVAL ? "name a CPU that is online" : "run as root, or lower kernel.perf_event_paranoid");
}

}  // namespace

std::string run_timer(const Arguments& arguments, Lifetime& lifetime, IntervalFile& file, Outcome& outcome) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  attributes.sample_period = arguments.every_ns;
  attributes.disabled = 1;
  // Every task of that CPU; samples have nowhere to go, and are not wanted.
  const int event = static_cast<int>(syscall(SYS_perf_event_open, &attributes, -1, arguments.cpu, -1, PERF_FLAG_FD_CLOEXEC));
  if (event < 0) return refused(errno);
  say_ready();
  const std::uint64_t before = local_timer_interrupts(arguments.cpu);
  if (ioctl(event, PERF_EVENT_IOC_ENABLE, 0) < 0) {
    const int error = errno;
    close(event);
    return refused(error);
  }
  const core::Ticks from = core::now_ticks();
  while (lifetime.wait_until(monotonic_ns() + kPollNs)) {
  }
  const core::Ticks to = core::now_ticks();
  ioctl(event, PERF_EVENT_IOC_DISABLE, 0);
  outcome.interrupts = local_timer_interrupts(arguments.cpu) - before;
  close(event);
  file.add({from, to});
  return file.flush();
}

}  // namespace hopscope::disturb
