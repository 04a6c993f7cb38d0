#include "native/machine.h"

#include <cpuid.h>

#include <string>
#include <thread>

#include "engine/core/clock.h"
#include "engine/core/floor.h"
#include "engine/core/lcore.h"
#include "native/failure.h"

namespace hopscope::native {
namespace {

constexpr unsigned kCalibrationMs = 20;  // both clocks are read to ~20 ns: 1 ppm

}  // namespace

Tsc measure_tsc() {
  std::uint64_t millihertz = 0;
  const auto calibration = core::Calibration::measure(kCalibrationMs, &millihertz);
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  const bool leaf = __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0;
  return {static_cast<double>(millihertz) / 1e3, calibration.ns(core::measure_resolution()), leaf && (edx >> 8 & 1)};
}

JitterFloor measure_jitter(int cpu, unsigned milliseconds) {
  JitterFloor floor{std::make_unique<hs_histogram>(), 0};
  std::string error;
  std::thread([&] {
    // SCHED_FIFO is what the engine runs with; where it is refused, the floor of an ordinary thread is still worth knowing.
    if (!core::bind_thread(cpu, core::Scheduler::Fifo, "hopscope-jitter").empty())
      error = core::bind_thread(cpu, core::Scheduler::Other, "hopscope-jitter");
    if (!error.empty()) return;
    const auto calibration = core::Calibration::measure(kCalibrationMs, nullptr);
    core::measure_floor(*floor.extra_ticks, calibration, milliseconds / 1e3);
    floor.ns_per_tick = 1 / calibration.ticks_per_ns();
  }).join();
  if (!error.empty()) throw Failure(error);
  return floor;
}

}  // namespace hopscope::native
