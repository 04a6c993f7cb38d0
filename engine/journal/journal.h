// The journal of one venue: what happened to each client order, on its way to a device. Or the OMS's (venue kOmsJournal), for which nobody
// waits: its helper gathers records for a millisecond, and it has no hops, which are the venues'.
//
// Threads: everything here belongs to the venue's thread, except error(), failed(), nearly_full(), durable_block() and reclaim(). With
// `submit: helper` a second thread waits for the device, so that the venue's thread makes no system call while orders come in. Group
// commit: append() copies into the open block; whatever has come in by the time the device is free goes out as one block. A ring of
// segments: whoever has put by what came of the oldest blocks (a snapshot) tells reclaim(), and their segments are filled anew. Where
// nobody does, or what is put by lags behind, the device fills up. A device that fills up: nearly_full() comes first, while there is room
// for what orders that were taken may still bring about. The venue takes no new ones from then on, and the engine's main loop ends the run.
// Errors: open() and close() return an empty string or one line with its remedy. A write that fails in mid-run sets failed(): from then on
// append() keeps counting and digesting but stores nothing, and the engine's main loop is expected to look and stop.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bpf/records.h"
#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/digest.h"
#include "engine/core/plan.h"
#include "engine/journal/block_progress.h"
#include "engine/journal/block_queue.h"
#include "engine/journal/device.h"
#include "engine/journal/memory_device.h"
#include "engine/journal/record.h"
#include "engine/journal/segment_ring.h"
#include "engine/journal/uring_file.h"
#include "engine/journal/write_helper.h"
#include "engine/journal/written.h"

namespace hopscope::journal {

class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  // sink.emit(hs_journal_trace&) is called from poll(), append() under back-pressure, and close(). probe::Emitter is one. Call before
  // open().
  template <class Sink>
  void set_trace_sink(Sink& sink) {
    sink_ = &sink;
    emit_ = [](void* self, hs_journal_trace& trace) { static_cast<Sink*>(self)->emit(trace); };
  }

  // Call from the thread that will append: an inline io_uring belongs to one thread. `scheduler` is the helper's. It only ever waits, so
  // SCHED_FIFO does no harm there, and where others keep the housekeeping CPU busy it is what makes `durable` mean the device and not the
  // kernel's scheduler: append -> durable p50 75 us with it, 5,800 us without (three interleaved runs each, load average 4 to 7).
  // device: the one that the plan names, opened, where it is not of the journal's own; it is driven from the venue's thread.
  std::string open(const core::JournalPlan& plan, unsigned venue, const std::string& run_id, int housekeeping_cpu,
                   core::Scheduler scheduler = core::Scheduler::Other, std::unique_ptr<BlockDevice> device = nullptr);

  // Stores the record (its `sequence` and `venue` are set here) and returns the sequence number of the block that holds it, from 1.
  // No system call and no waiting, unless every block is full and under way: then it waits for the device and counts a stall, and where
  // that hangs gives up with an error.
  std::uint64_t append(const Record& record) {
    digest(digest_, record, static_cast<std::uint8_t>(identity_.venue));
    return append_undigested(record);
  }
  // For a writer that keeps digests of its own: records_digest() leaves the record out.
  std::uint64_t append_undigested(const Record& record) {
    const auto venue = static_cast<std::uint8_t>(identity_.venue);
    ++records_;
    counters_.add(HS_COUNTER_JOURNAL_RECORDS);
    counters_.add(HS_COUNTER_JOURNAL_APPENDED_BYTES, kRecordBytes);
    if (!queue_.append(record, records_, venue)) [[unlikely]]
      append_under_back_pressure(record);
    appended_ = true;
    return queue_.open_sequence();
  }

  // For the order whose record was appended last; at most once an append, and before the next append() or poll().
  // A block may be on its way before append_tsc was read: such a delta is zero.
  void attach_trace(std::uint64_t trace_id, core::Ticks append_tsc, bool measuring) {
    if (failed()) return;  // its block will never be written
    traces_[queue_.slot(queue_.open_sequence())].push_back({trace_id, append_tsc, measuring});
  }

  // Starts what can be written, hands on at most kTracesPerPoll finished traces. True: did work.
  bool poll();

  // Writes what is left, waits for it unless the device hangs, hands on every trace and gives back unused disk space.
  std::string close();

  // How far the blocks have come: what answers wait for under the plan's `ack_after`.
  const BlockProgress& progress() const { return progress_; }
  // Of a block that has come so far; none where it is too long ago for that (BlockProgress::kKept).
  BlockProgress::Stamps stamps(std::uint64_t block) const {
    return queue_.open_sequence() - block < BlockProgress::kKept ? progress_.stamps(block) : BlockProgress::Stamps();
  }

  // The last block that is durable, with all before it; 0: none. Any thread: what a FollowingReader may read.
  std::uint64_t durable_block() const { return progress_.durable(); }
  // The blocks up to this one will not be needed any more, not even after a crash. Any thread. A segment is filled anew when all of its
  // blocks have been released and a block that says so is durable.
  void reclaim(std::uint64_t block);

  // True for good, from when there is only a reserve left. Any thread may ask.
  bool nearly_full() const { return nearly_full_.load(std::memory_order_relaxed); }
  // Why the run ended then: one line with its remedy.
  std::string describe_full() const;

  bool failed() const { return failed_.load(std::memory_order_acquire) || helper_.failed(); }
  std::string error() const;

  // The ring of device `memory`, empty for a file.
  std::span<const std::byte> memory() const { return memory_.bytes(); }
  // What `durable` means here, for the report: never claim more than the device was asked for.
  const char* durable_kind() const;
  const core::Digest& records_digest() const { return digest_; }
  // The warm-up is over: counts begin anew, and records appended before this count nowhere.
  void begin_measuring() {
    counters_.reset();
    uncounted_records_ = records_ - durable_records_;
  }
  // journal_records, journal_blocks, journal_*bytes. What is appended but not durable yet: journal_appended_bytes - journal_durable_bytes.
  const core::Counters& counters() const { return counters_; }
  std::uint64_t stalls() const { return stalls_; }

 private:
  enum class Mode { Closed, Memory, Device, Helper };
  struct UnderWay {
    Written written;
    std::uint64_t released = 0;  // as the block says
    bool done = false;
  };
  struct Trace {
    std::uint64_t trace_id;
    core::Ticks append_tsc;
    bool measuring;
  };
  // A block of 1,000 traces takes ~30 us to hand on: in portions, so that no order waits for all of it.
  static constexpr unsigned kTracesPerPoll = 32;

  // Beside what the blocks in memory may take: a block for each of 250 orders, which is what a fast device writes in the millisecond until
  // the main loop looks. At most a quarter of the device.
  static constexpr std::uint64_t kReserveBytes = 1u << 20;

  void append_under_back_pressure(const Record& record);
  bool open_queue(const core::JournalPlan& plan);
  std::string open_device(const core::JournalPlan& plan, const std::string& run_id, int housekeeping_cpu, core::Scheduler scheduler);
  std::string adopt_device(std::span<const std::byte> superblock);
  std::string device_name() const { return device_ ? device_->name() : file_.target().path(); }
  std::chrono::milliseconds patience() const { return device_ ? device_->patience() : kHungDevice; }
  std::string describe_hang() const;
  bool write();
  void write_rest();
  bool write_memory();
  bool write_device();
  bool reap_device();
  bool finish(unsigned budget);
  bool fail(const std::string& line);
  Written begin_write(const Claim& claim, std::uint32_t stored_bytes) const;
  void complete(Written written);
  void count(const Written& written);

  Mode mode_ = Mode::Closed;
  JournalIdentity identity_;
  std::uint64_t records_ = 0;
  std::uint64_t durable_records_ = 0;
  std::uint64_t uncounted_records_ = 0;  // the next to become durable, appended during warm-up
  std::uint64_t stalls_ = 0;
  std::uint64_t stored_bytes_ = 0;  // of finished blocks, with what stands before the first
  bool appended_ = false;           // since the helper was last looked after
  BlockQueue queue_;
  core::Digest digest_;
  core::Counters counters_;
  void* sink_ = nullptr;
  void (*emit_)(void*, hs_journal_trace&) = nullptr;

  BlockProgress progress_;
  core::SpscRing<Written> completions_{2 * std::size_t{kBlocks}};  // from the writer
  std::array<std::vector<Trace>, kBlocks> traces_;                 // by queue slot
  bool finishing_ = false;                                         // finished_ is being handed on, from trace next_trace_
  Written finished_{};
  std::size_t next_trace_ = 0;

  MemoryDevice memory_;
  SegmentRing ring_;  // the writer's; not Mode::Memory
  std::atomic<std::uint64_t> released_{0};
  UringFile file_;  // Mode::Helper
  WriteHelper helper_;

  std::unique_ptr<BlockDevice> device_;  // Mode::Device
  std::uint64_t size_bytes_ = 0;
  std::uint32_t block_bytes_ = 0;
  std::array<UnderWay, kBlocks> under_way_{};  // by queue slot
  unsigned in_flight_ = 0;
  std::uint64_t next_done_ = 1;  // block that becomes durable next, in whatever order the device is done with them
  std::atomic<bool> nearly_full_{false};
  std::atomic<bool> failed_{false};
  std::string error_;  // set once, before failed_
};

}  // namespace hopscope::journal
