// The kill switch, as the engine sees it: a word of the telemetry page that somebody outside sets to 1. Nothing sets it back.
#pragma once

#include "bpf/records.h"

namespace hopscope::risk {

class KillSwitch {
 public:
  // The word must outlive it.
  explicit KillSwitch(const hs_u32& word) : word_(&word) {}

  // A plain load: the word's cache line stays in this core's cache until somebody writes to it.
  bool pulled() const { return __atomic_load_n(word_, __ATOMIC_RELAXED) != 0; }

 private:
  const hs_u32* word_;
};

}  // namespace hopscope::risk
