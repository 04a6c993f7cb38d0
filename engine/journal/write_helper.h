// The thread behind `submit: helper`: claims what the venue has appended, writes it, waits for the device in the kernel, says when it is
// done.
//
// It lives on the housekeeping CPU, never busy-polls, and takes the next block by itself as soon as a write is done: while orders keep
// coming, the venue's thread makes no system call for it.
//
// When there is nothing to write it naps, and only after kNapsBeforeSleep naps in vain does it sleep until it is woken. Measured on the
// 2-vCPU VM this was built on:
//   alone, median of 8,000: a futex wake costs the *waking* thread 6.4 us (an eventfd write 6.5: either interrupts the other CPU), and the
//   helper runs 29 us later; a nap of 100 us takes 125 us and 21 us of the housekeeping CPU, and nothing of the venue's.
//   in the journal, an order every 80 us, three interleaved runs each (ranges; loaded machine, SCHED_FIFO, disk interrupt on the helper's
//   CPU):
//                 polls over 1 us, an order   housekeeping CPU   append -> durable p50
//     naps        0.3-2.4 us                  19-21 %            119-133 us
//     wakes only  5.7-6.6 us                  31-35 %            68-76 us
// The order path comes first, so it naps: a wake is paid for only after more than a millisecond without an order. The price is ~55 us of
// journal_commit. Where answers wait for the block (`ack_after: write` or `durable`) those are on the order path themselves, ten times what
// a wake costs: then it never naps.
//
// For the OMS's journal nobody waits: its helper naps for a millisecond whenever the block it has written was not full, and never sleeps.
// So the OMS's thread never has to wake it, and the disk, which the venues' journals may share, sees one small write of it a millisecond.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "engine/core/plan.h"
#include "engine/core/spsc_ring.h"
#include "engine/journal/block_progress.h"
#include "engine/journal/block_queue.h"
#include "engine/journal/segment_ring.h"
#include "engine/journal/uring_file.h"
#include "engine/journal/written.h"

namespace hopscope::journal {

class WriteHelper {
 public:
  // What it shares with the journal, which outlives it.
  struct Shared {
    BlockQueue& queue;
    UringFile& file;
    core::SpscRing<Written>& written;
    BlockProgress& progress;
    const JournalIdentity& identity;
    SegmentRing& ring;
    const std::atomic<std::uint64_t>& released;
    std::atomic<bool>& nearly_full;
  };

  WriteHelper() = default;
  WriteHelper(const WriteHelper&) = delete;
  WriteHelper& operator=(const WriteHelper&) = delete;
  ~WriteHelper() { stop(); }

  // Returns when the thread is in place and its ring is open: an empty string or one line with its remedy.
  std::string start(const Shared& shared, core::AckAfter ack_after, int cpu, core::Scheduler scheduler);

  // After appends. A load; a system call only where the helper sleeps.
  bool wake_if_asleep() {
    if (asleep_.load(std::memory_order_seq_cst) == 0) return false;
    asleep_.store(0, std::memory_order_seq_cst);
    asleep_.notify_one();
    return true;
  }

  // Writes what is left, then ends the thread.
  void stop();

  bool failed() const { return failed_.load(std::memory_order_acquire); }
  const std::string& error() const { return error_; }  // valid once failed()

 private:
  static constexpr long kNapNs = 100'000;
  static constexpr unsigned kNapsBeforeSleep = 10;
  static constexpr long kGatherNs = 1'000'000;

  void run(const Shared& shared, unsigned naps_before_sleep);
  void run_gathering(const Shared& shared);
  static std::string write(const Claim& claim, const Shared& shared);
  void fail(const std::string& line);

  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
  std::string error_;                                          // set once, before failed_
  alignas(core::kCacheLineBytes) std::atomic<int> asleep_{0};  // int: std::atomic waits on it with a futex of its own
};

}  // namespace hopscope::journal
