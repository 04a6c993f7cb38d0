// A sign of life for the engine, ten times a second, by a thread of its own: it goes on while JavaScript is busy, and stops with the
// process.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "bpf/records.h"

namespace hopscope::native {

class Heartbeat {
 public:
  // The word must outlive it.
  explicit Heartbeat(hs_u64& word);
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void run(const std::stop_token& stop);

  hs_u64& word_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace hopscope::native
