#include "native/disturb/hog.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "engine/core/clock.h"
#include "engine/core/lcore.h"
#include "engine/core/spsc_ring.h"

namespace hopscope::disturb {
namespace {

// A step that long between two readings was an interrupt, the hypervisor or a task of still higher priority, not the hog.
constexpr double kLongestStepNs = 10'000;
constexpr std::size_t kRingIntervals = 1 << 16;
constexpr std::uint64_t kDrainNs = 10'000'000;
constexpr int kNiceness = -20;

std::string outrank(core::Scheduler scheduler) {
  if (scheduler == core::Scheduler::Other) {
    if (setpriority(PRIO_PROCESS, 0, kNiceness) == 0) return {};  // of this thread only: setpriority(2), C library/kernel differences
    return std::string("hog: nice -20 refused (") + std::strerror(errno) + "): run as root";
  }
  sched_param parameter{};
  parameter.sched_priority = core::kFifoPriority + 1;
  const int error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameter);
  return error == 0 ? ""
                    : std::string("hog: SCHED_FIFO refused (") + std::strerror(error) + "): run as root, or --set isolation.policy=other";
}

class Hog {
 public:
  Hog(const Arguments& arguments, const core::Calibration& calibration)
      : arguments_(arguments),
        on_ticks_(calibration.ticks(static_cast<double>(arguments.on_ns))),
        longest_step_(calibration.ticks(kLongestStepNs)),
        thread_([this] { run(); }) {}

  ~Hog() { stop(); }
  Hog(const Hog&) = delete;
  Hog& operator=(const Hog&) = delete;

  // Waits until the thread has its CPU and its priority. Returns an empty string or why it cannot have them.
  std::string wait_until_bound() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return bound_; });
    return error_;
  }

  void let_go() { set(go_); }

  void stop() {
    set(stop_);
    if (thread_.joinable()) thread_.join();
  }

  bool pop(Interval& into) { return ring_.pop(into); }
  std::uint64_t lost() const { return lost_; }  // after stop()

 private:
  void set(std::atomic<bool>& flag) {
    {
      const std::lock_guard lock(mutex_);
      flag.store(true, std::memory_order_relaxed);
    }
    changed_.notify_all();
  }

  bool stopping() const { return stop_.load(std::memory_order_relaxed); }

  void run() {
    std::string error = core::bind_thread(arguments_.cpu, core::Scheduler::Other, kHogName);
    if (error.empty()) error = outrank(arguments_.scheduler);
    std::unique_lock lock(mutex_);
    bound_ = true;
    error_ = error;
    changed_.notify_all();
    if (!error.empty()) return;
    changed_.wait(lock, [this] { return go_ || stop_; });
    while (!stopping()) {
      lock.unlock();
      spin();
      lock.lock();
      changed_.wait_for(lock, std::chrono::nanoseconds(arguments_.off_ns), [this] { return stopping(); });
    }
  }

  void spin() {
    const core::Ticks first = core::now_ticks();
    RunningTime running(first, longest_step_);
    const auto keep = [this](const Interval& interval) { lost_ += !ring_.push(interval); };
    for (core::Ticks now = first; now - first < on_ticks_ && !stopping(); now = core::now_ticks()) running.read(now, keep);
    keep(running.last());
  }

  const Arguments& arguments_;
  const core::Ticks on_ticks_;
  const core::Ticks longest_step_;
  core::SpscRing<Interval> ring_{kRingIntervals};
  std::uint64_t lost_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> go_{false};
  std::atomic<bool> stop_{false};
  bool bound_ = false;
  std::string error_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

std::string run_hog(const Arguments& arguments, Lifetime& lifetime, IntervalFile& file, Outcome& outcome) {
  Hog hog(arguments, core::Calibration::measure(5, nullptr));
  if (std::string error = hog.wait_until_bound(); !error.empty()) return error;
  say_ready();
  hog.let_go();
  const auto drain = [&hog, &file] {
    for (Interval interval; hog.pop(interval);) file.add(interval);
    return file.flush();
  };
  std::string error;
  while (error.empty() && lifetime.wait_until(monotonic_ns() + kDrainNs)) error = drain();
  hog.stop();
  if (error.empty()) error = drain();
  outcome.lost = hog.lost();
  return error;
}

}  // namespace hopscope::disturb
