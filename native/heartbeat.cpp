#include "native/heartbeat.h"

#include <chrono>

#include "engine/core/clock.h"

namespace hopscope::native {

Heartbeat::Heartbeat(hs_u64& word) : word_(word), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Heartbeat::run(const std::stop_token& stop) {
  constexpr auto kEvery = std::chrono::milliseconds(100);
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    __atomic_store_n(&word_, core::now_ticks(), __ATOMIC_RELAXED);
    wakes_.wait_for(lock, stop, kEvery, [] { return false; });
  }
  // Whoever ends it does so on purpose: the engine is left alone, not left behind.
  __atomic_store_n(&word_, 0, __ATOMIC_RELAXED);
}

}  // namespace hopscope::native
