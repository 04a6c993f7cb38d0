#include "engine/probe/injector.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hopscope::probe {
namespace {

// MADV_DONTNEED for locked memory, which the engine's is (Linux >= 5.18; <sys/mman.h> may be older).
constexpr int kGiveBack = 24;

constexpr std::size_t kPageBytes = 4'096;

}  // namespace

Injector::~Injector() {
  if (buffer_) munmap(buffer_, buffer_bytes_);
}

std::string Injector::open(const core::InjectPlan& plan, core::Lane lane, const core::Calibration& calibration,
                           const hs_u64& measure_start) {
  if (lane == core::Lane::Off) return {};
  if (plan.busy.hop != 0) {
    busy_ticks_ = calibration.ticks(static_cast<double>(plan.busy.ns));
    every_ = plan.busy.every;
    hop_ = plan.busy.hop;
    if (plan.busy.after_ns != 0 || plan.busy.during_ns != 0) {
      measure_start_ = &measure_start;
      window_from_ = calibration.ticks(static_cast<double>(plan.busy.after_ns));
      window_ticks_ = plan.busy.during_ns == 0 ? ~core::Ticks{0} : calibration.ticks(static_cast<double>(plan.busy.during_ns));
    }
  } else if (plan.faults.hop != 0 && plan.faults.pages != 0) {
    buffer_bytes_ = plan.faults.pages * kPageBytes;
    void* memory = mmap(nullptr, buffer_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return std::string("inject.faults: ") + std::strerror(errno) + ": lower its pages";
    buffer_ = static_cast<std::byte*>(memory);
    // A huge page would be one fault for all of them.
    if (madvise(buffer_, buffer_bytes_, MADV_NOHUGEPAGE) != 0 && errno != EINVAL)
      return std::string("inject.faults: madvise: ") + std::strerror(errno) + ": run without inject.faults";
    if (madvise(buffer_, buffer_bytes_, kGiveBack) != 0)
      return std::string("inject.faults: pages cannot be given back (") + std::strerror(errno) +
             "): it takes Linux >= 5.18; run without inject.faults";
    every_ = plan.faults.every;
    hop_ = plan.faults.hop;
  }
  left_ = every_ - 1;
  return {};
}

Injected Injector::delay() {
  if (left_ != 0) {
    --left_;
    return {};
  }
  if (!prepared_) return {};  // no idle round since the last one: the next order's turn
  left_ = every_ - 1;
  const core::Ticks from = core::now_ticks();
  if (!in_window(from)) return {};
  ++count_;
  core::Ticks now = from;
  if (buffer_ == nullptr) {
    while (now - from < busy_ticks_) now = core::now_ticks();
  } else {
    for (std::size_t at = 0; at < buffer_bytes_; at += kPageBytes) *const_cast<volatile std::byte*>(buffer_ + at) = std::byte{1};
    now = core::now_ticks();
    prepared_ = false;
  }
  return {static_cast<hs_u8>(hop_), static_cast<hs_u32>(std::min<core::Ticks>(now - from, HS_DELTA_MAX))};
}

bool Injector::in_window(core::Ticks now) const {
  if (measure_start_ == nullptr) return true;
  const core::Ticks start = __atomic_load_n(measure_start_, __ATOMIC_RELAXED);
  if (start == 0 || now < start) return false;
  const core::Ticks elapsed = now - start;
  return elapsed >= window_from_ && elapsed - window_from_ < window_ticks_;
}

void Injector::give_back() {
  // open() has seen it succeed. Should it fail later, no page is touched again, and the counts tell.
  prepared_ = madvise(buffer_, buffer_bytes_, kGiveBack) == 0;
}

}  // namespace hopscope::probe
