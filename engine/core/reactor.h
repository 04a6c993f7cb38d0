// Reactor: the loop of one lcore. It calls its pollers in order, for ever, and never sleeps.
//
// One indirect call a poller and round, none a message: what is hot happens inside a poller, over whole bursts.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "engine/core/gap_detector.h"

namespace hopscope::core {

class Reactor {
 public:
  // poll() returns whether it did work. The object must outlive the reactor.
  template <class Poller>
  void add(Poller& poller) {
    pollers_.push_back({&poller, [](void* self) { return static_cast<Poller*>(self)->poll(); }});
  }

  // Runs until `stop` is set. `every(idle)` is called after each kTickRounds rounds, from this thread; idle: the last of them found no
  // work.
  template <class Tick>
  void run(const std::atomic<bool>& stop, Tick&& every) {
    NoGapDetector nobody;
    run(stop, every, nobody);
  }

  // The same, with a GapDetector that watches the idle rounds.
  template <class Tick, class Detector>
  void run(const std::atomic<bool>& stop, Tick&& every, Detector& gaps) {
    while (!stop.load(std::memory_order_relaxed)) {
      bool worked = false;
      for (unsigned round = 0; round < kTickRounds; ++round) {
        worked = false;
        for (const Entry& entry : pollers_) worked |= entry.poll(entry.self);
        ++rounds_;
        busy_rounds_ += worked;
        worked ? gaps.busy() : gaps.idle();
      }
      every(!worked);
      gaps.resume();
    }
  }

  std::uint64_t rounds() const { return rounds_; }
  std::uint64_t busy_rounds() const { return busy_rounds_; }

 private:
  static constexpr unsigned kTickRounds = 64;
  struct Entry {
    void* self;
    bool (*poll)(void*);
  };
  std::vector<Entry> pollers_;
  std::uint64_t rounds_ = 0;
  std::uint64_t busy_rounds_ = 0;
};

}  // namespace hopscope::core
