// When a device that completes nothing is given up, and what is said then.
#pragma once

#include <chrono>
#include <string>

namespace hopscope::journal {

// Far above any device's worst write, and above the 0.95 s for which SCHED_FIFO may keep a CPU from the kernel's own work.
inline constexpr std::chrono::seconds kHungDevice{5};

inline std::string describe_hung(const std::string& name, std::chrono::milliseconds waited) {
  const bool seconds = waited.count() % 1'000 == 0;
  return "journal: no write to " + name + " was completed for " + std::to_string(seconds ? waited.count() / 1'000 : waited.count()) +
         (seconds ? " s" : " ms") +
         ": look for the device's fault in the kernel's log (dmesg), move the disk's interrupt off the engine's CPUs (/proc/interrupts, "
         "/proc/irq/N/smp_affinity), or use journal.device=memory";
}

}  // namespace hopscope::journal
