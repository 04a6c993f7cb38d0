#include "engine/journal/write_helper.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include <future>

#include "engine/core/clock.h"
#include "engine/core/lcore.h"
#include "engine/probe/site.h"

namespace hopscope::journal {
namespace {

// A thread starts as its creator is: that one may be a SCHED_FIFO lcore thread, and signals are its business or the main thread's.
std::string settle(int cpu, core::Scheduler scheduler, const JournalIdentity& identity) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  prctl(PR_SET_TIMERSLACK, 1);  // ns; the default of 50 us would stretch every nap
  if (scheduler == core::Scheduler::Other) {
    const sched_param ordinary{};
    pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
  }
  const std::string name = identity.is_oms() ? "journal-oms" : "journal" + std::to_string(identity.venue);
  return core::bind_thread(cpu, scheduler, name.c_str());
}

void nap(long ns) {
  const timespec time{0, ns};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

}  // namespace

std::string WriteHelper::start(const Shared& shared, core::AckAfter ack_after, int cpu, core::Scheduler scheduler) {
  std::promise<std::string> ready;
  std::future<std::string> outcome = ready.get_future();
  thread_ = std::thread([this, shared, ack_after, cpu, scheduler, ready = std::move(ready)]() mutable {
    std::string error = settle(cpu, scheduler, shared.identity);
    const Reaping reaping = ack_after == core::AckAfter::Write ? Reaping::WaitsApart : Reaping::Waits;
    if (error.empty()) error = shared.file.open_ring(shared.queue.memory(), reaping);
    const bool usable = error.empty();
    ready.set_value(std::move(error));
    if (usable && shared.identity.is_oms())
      run_gathering(shared);
    else if (usable)
      run(shared, ack_after == core::AckAfter::Match ? kNapsBeforeSleep : 0);
    shared.file.close_ring();
  });
  return outcome.get();
}

void WriteHelper::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_seq_cst);
  wake_if_asleep();
  thread_.join();
}

void WriteHelper::run(const Shared& shared, unsigned naps_before_sleep) {
  Claim claim;
  unsigned naps = 0;
  for (;;) {
    const bool stopping = stopping_.load(std::memory_order_seq_cst);  // before the claim: what was appended before stop() is still found
    bool claimed = shared.queue.claim(claim);
    if (!claimed && stopping) return;
    if (!claimed && naps < naps_before_sleep) {
      ++naps;
      nap(kNapNs);
      continue;
    }
    if (!claimed) {
      // Announced first, looked again after: either the venue sees `asleep_`, or this thread sees its record.
      asleep_.store(1, std::memory_order_seq_cst);
      claimed = shared.queue.claim(claim);
      if (!claimed && !stopping_.load(std::memory_order_seq_cst)) asleep_.wait(1, std::memory_order_seq_cst);
      asleep_.store(0, std::memory_order_seq_cst);
      if (!claimed) continue;
    }
    naps = 0;
    const std::string error = write(claim, shared);
    if (!error.empty()) return fail(error);
  }
}

void WriteHelper::run_gathering(const Shared& shared) {
  Claim claim;
  for (;;) {
    const bool stopping = stopping_.load(std::memory_order_seq_cst);  // as in run()
    if (shared.queue.claim(claim)) {
      const std::string error = write(claim, shared);
      if (!error.empty()) return fail(error);
      if (stopping || claim.records == shared.queue.capacity()) continue;
    } else if (stopping) {
      return;
    }
    nap(kGatherNs);
  }
}

std::string WriteHelper::write(const Claim& claim, const Shared& shared) {
  const std::uint64_t released = shared.released.load(std::memory_order_acquire);
  const std::uint32_t bytes = seal(claim, shared.identity, released);
  const Target& target = shared.file.target();
  std::uint64_t offset = 0;
  if (!shared.ring.place(claim.sequence, bytes, offset))
    return describe_no_room(target.path(), shared.ring.written_bytes(), target.size_bytes());
  const core::Ticks write_tsc = core::now_ticks();
  if (shared.identity.has_hops()) probe::site<HS_HOP_JOURNAL_WRITE>(shared.identity.site_id(claim.sequence), write_tsc, 0);
  std::string error = shared.file.submit(offset, {claim.bytes, bytes});
  if (!error.empty()) return error;
  shared.progress.wrote(claim.sequence, write_tsc);
  error = shared.file.wait();
  if (!error.empty()) return error;
  const core::Ticks durable_tsc = core::now_ticks();
  if (shared.identity.has_hops()) probe::site<HS_HOP_JOURNAL_DURABLE>(shared.identity.site_id(claim.sequence), durable_tsc, 0);
  shared.progress.made_durable(claim.sequence, durable_tsc);
  shared.ring.release(released);
  if (shared.ring.nearly_full()) shared.nearly_full.store(true, std::memory_order_relaxed);
  shared.written.push({claim.sequence, claim.records, bytes, write_tsc, durable_tsc});  // holds more than the queue has blocks
  return {};
}

void WriteHelper::fail(const std::string& line) {
  error_ = line;
  failed_.store(true, std::memory_order_release);
}

}  // namespace hopscope::journal
