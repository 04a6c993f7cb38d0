// Asking for a cache line that will be needed soon. Never faults.
#pragma once

namespace hopscope::book {

// The empty asm keeps gcc 12 from taking a function that does nothing but prefetch for one without effect, and dropping the call.
inline void prefetch(const void* at) {
  __builtin_prefetch(at);
  asm volatile("" : : "r"(at));
}

}  // namespace hopscope::book
