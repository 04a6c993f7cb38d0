#include "engine/core/reactor.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace hopscope::core {
namespace {

// Works in the first rounds, then finds nothing.
struct Worker {
  unsigned work;
  bool poll() { return work != 0 && work-- != 0; }
};

struct Recorder {
  unsigned idle_rounds = 0, busy_rounds = 0, resumed = 0;
  void idle() { ++idle_rounds; }
  void busy() { ++busy_rounds; }
  void resume() { ++resumed; }
};

TEST(Reactor, TellsTheDetectorWhichRoundsWereIdle) {
  Worker first{70}, second{65};
  Reactor reactor;
  reactor.add(first);
  reactor.add(second);
  std::atomic<bool> stop{false};
  Recorder recorder;
  std::vector<bool> idle;
  reactor.run(
      stop,
      [&](bool last) {
        idle.push_back(last);
        stop = idle.size() == 3;
      },
      recorder);
  EXPECT_EQ(reactor.rounds(), 192u);
  EXPECT_EQ(reactor.busy_rounds(), 70u);
  EXPECT_EQ(recorder.busy_rounds, 70u);
  EXPECT_EQ(recorder.idle_rounds, 122u);
  EXPECT_EQ(recorder.resumed, 3u);
  EXPECT_EQ(idle, (std::vector<bool>{false, true, true}));
}

TEST(Reactor, FindsTimeThatIsMissing) {
  struct Sleeper {
    unsigned rounds = 0;
    bool poll() {
      if (++rounds == 100)
        for (const Ticks from = now_ticks(); now_ticks() - from < 1'000'000;) cpu_relax();
      return false;
    }
  } sleeper;
  Reactor reactor;
  reactor.add(sleeper);
  std::atomic<bool> stop{false};
  auto ring = std::make_unique<hs_gap_ring>();
  GapDetector gaps(*ring, 1'000'000);
  reactor.run(
      stop, [&](bool) { stop = reactor.rounds() >= 192; }, gaps);
  EXPECT_GE(ring->produced, 1u);
  EXPECT_GE(ring->gap[0].ticks, 1'000'000u);
  EXPECT_GE(ring->idle_ticks, ring->gap[0].ticks);
}

}  // namespace
}  // namespace hopscope::core
