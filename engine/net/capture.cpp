#include "engine/net/capture.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <future>
#include <limits>
#include <new>

#include "engine/core/lcore.h"
#include "engine/net/link_endpoints.h"

namespace hopscope::net {
namespace {

constexpr int kNice = 10;
constexpr core::Ticks kEverything = std::numeric_limits<core::Ticks>::max();

// A thread starts as its creator is: that one may be a SCHED_FIFO lcore thread, and signals are its business or the main thread's.
std::string settle(int cpu) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  const sched_param ordinary{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);  // of this thread alone; refused, it runs as others do
  return core::bind_thread(cpu, core::Scheduler::Other, "capture");
}

}  // namespace

std::string Capture::open(const core::Plan& plan) {
  path_ = plan.capture.path;
  if (path_.empty()) return {};
  if (std::string error = file_.open(path_); !error.empty()) return error;
  housekeeping_cpu_ = plan.housekeeping_cpu;
  for (const core::LinkPlan& link : plan.links) {
    wire::UdpEndpoint a, b;
    if (std::string error = link_endpoints(link, a, b); !error.empty()) return "capture: " + error;
    try {
      sources_.push_back(std::make_unique<Source>(link.name, End::A, plan.capture.ring_bytes, a, b));
      sources_.push_back(std::make_unique<Source>(link.name, End::B, plan.capture.ring_bytes, b, a));
    } catch (const std::bad_alloc&) {
      return "capture: no memory for " + std::to_string(2 * plan.links.size()) + " rings of " + std::to_string(plan.capture.ring_bytes) +
             " bytes: lower probes.capture_ring, or use fewer venues";
    }
  }
  return {};
}

PacketRing* Capture::ring(const std::string& link, End end) {
  for (const auto& source : sources_)
    if (source->link == link && source->end == end) return &source->ring;
  return nullptr;
}

std::string Capture::start(const hs_clock_pair& start, const core::Calibration& calibration) {
  if (path_.empty()) return {};
  start_ = start;
  calibration_ = calibration;
  std::promise<std::string> ready;
  std::future<std::string> outcome = ready.get_future();
  thread_ = std::thread([this, ready = std::move(ready)]() mutable {
    std::string error = settle(housekeeping_cpu_);
    const bool usable = error.empty();
    ready.set_value(std::move(error));
    if (usable) run();
  });
  return outcome.get();
}

void Capture::stop() {
  if (thread_.joinable()) {
    give_up_.store(core::now_ticks() + calibration_.ticks(kStopNs), std::memory_order_release);
    thread_.join();
  }
  file_.close();
}

std::optional<CaptureOutcome> Capture::outcome() const {
  if (path_.empty()) return std::nullopt;
  CaptureOutcome outcome{path_, file_.packets(), 0, file_.error()};
  std::uint64_t offered = 0;
  for (const auto& source : sources_) offered += source->ring.offered();
  outcome.lost = offered - outcome.packets;
  return outcome;
}

void Capture::run() {
  for (;;) {
    const bool stopping = give_up_.load(std::memory_order_acquire) != 0;  // before the rings are looked at: then they hold all there is
    const core::Ticks horizon = stopping ? kEverything : core::now_ticks() - calibration_.ticks(kSettleNs);
    if (!write_until(horizon) || !file_.flush() || stopping) return;
    const timespec nap{0, kNapNs};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, nullptr);
  }
}

bool Capture::write_until(core::Ticks horizon) {
  for (const auto& source : sources_) source->waits = source->ring.front(source->next);
  for (unsigned written = 1;; ++written) {
    Source* const source = oldest(horizon);
    if (!source) return true;
    if (!file_.append(unix_ns(source->next.tsc), source->headers, source->next.payload)) return false;
    source->ring.pop(source->next);
    source->waits = source->ring.front(source->next);
    if (written % kPacketsBetweenLooks != 0) continue;
    const core::Ticks give_up = give_up_.load(std::memory_order_acquire);
    if (give_up != 0 && core::now_ticks() > give_up) return true;
  }
}

Capture::Source* Capture::oldest(core::Ticks horizon) {
  Source* found = nullptr;
  for (const auto& source : sources_) {
    if (!source->waits || source->next.tsc >= horizon) continue;
    if (!found || source->next.tsc < found->next.tsc) found = source.get();
  }
  return found;
}

std::uint64_t Capture::unix_ns(core::Ticks tsc) const {
  const bool before = tsc < start_.tsc;  // cores may differ by a tick
  const auto distance_ns = static_cast<std::uint64_t>(calibration_.ns(before ? start_.tsc - tsc : tsc - start_.tsc));
  return before ? start_.realtime_ns - distance_ns : start_.realtime_ns + distance_ns;
}

}  // namespace hopscope::net
