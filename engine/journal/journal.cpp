#include "engine/journal/journal.h"

#include <algorithm>
#include <chrono>

#include "engine/core/clock.h"
#include "engine/probe/site.h"
#include "engine/probe/stamp.h"

namespace hopscope::journal {
Journal::~Journal() { close(); }

std::string Journal::open(const core::JournalPlan& plan, unsigned venue, const std::string& run_id, int housekeeping_cpu,
                          core::Scheduler scheduler) {
  const bool memory = plan.device == core::JournalDevice::Memory;
  if (plan.block_bytes == 0 || plan.block_bytes % kFileAlignmentBytes != 0 || records_per_block(plan.block_bytes) > BlockQueue::kMaxRecords)
    return "journal.block_bytes: " + std::to_string(plan.block_bytes) + " does not fit: use a multiple of 4096 up to 2097152";
  if (plan.size_bytes % kFileAlignmentBytes != 0 || plan.size_bytes < kSuperblockBytes + plan.block_bytes)
    return "journal.size_bytes: " + std::to_string(plan.size_bytes) + " does not fit: use a multiple of 4096, at least block_bytes + 4096";
  identity_.venue = venue;
  identity_.run = run_key(run_id, venue, core::read_clock_pair().realtime_ns);
  identity_.alignment_bytes = memory ? kMemoryAlignmentBytes : kFileAlignmentBytes;
  if (!queue_.open(plan.block_bytes)) return "journal: no memory for its blocks: lower journal.block_bytes";
  for (auto& traces : traces_) {
    traces.resize(queue_.capacity());  // written once, so that no page of it is first touched among the orders
    traces.clear();
  }
  return open_device(plan, run_id, housekeeping_cpu, scheduler);
}

std::string Journal::open_device(const core::JournalPlan& plan, const std::string& run_id, int housekeeping_cpu,
                                 core::Scheduler scheduler) {
  if (plan.device == core::JournalDevice::Memory) {
    std::string error = memory_.open(plan.size_bytes);
    if (error.empty()) mode_ = Mode::Memory;
    return error;
  }
  std::string error = file_.open(plan.directory, plan.size_bytes, plan.block_bytes, run_id, identity_);
  if (!error.empty()) return error;
  if (plan.submit == core::JournalSubmit::Inline) {
    error = file_.open_ring(queue_.memory(), Reaping::Polls);
    if (error.empty()) mode_ = Mode::Inline;
  } else {
    error = helper_.start(queue_, file_, completions_, identity_, housekeeping_cpu, scheduler);
    if (error.empty()) mode_ = Mode::Helper;
  }
  if (!error.empty()) file_.discard();
  return error;
}

void Journal::append_under_back_pressure(const Record& record) {
  if (failed()) return;
  ++stalls_;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(kHungDeviceSeconds);
  do {
    if (failed()) return;
    if (std::chrono::steady_clock::now() > deadline) {
      fail(
          "journal: no write to " + file_.path() + " was completed for " + std::to_string(kHungDeviceSeconds) +
          " s: move the disk's interrupt off the engine's CPUs (/proc/interrupts, /proc/irq/N/smp_affinity), or use journal.device=memory");
      return;
    }
    appended_ = true;  // a sleeping helper is woken by write()
    write();
    finish(~0u);
    core::cpu_relax();
  } while (!queue_.append(record, records_, static_cast<std::uint8_t>(identity_.venue)));
}

bool Journal::poll() {
  const bool wrote = write();
  return finish(kTracesPerPoll) || wrote;
}

bool Journal::write() {
  switch (mode_) {
    case Mode::Memory:
      return write_memory();
    case Mode::Inline:
      return write_inline();
    case Mode::Helper:
      if (!appended_) return false;
      appended_ = false;
      return helper_.wake_if_asleep();
    case Mode::Closed:
      break;
  }
  return false;
}

// The device is RAM: handing the copy to another core would cost more than the copy, so `submit` makes no difference here.
bool Journal::write_memory() {
  Claim claim;
  if (!queue_.claim(claim)) return false;
  const std::uint32_t bytes = seal(claim, identity_);
  const Written written = begin_write(claim, bytes);
  memory_.write(claim.bytes, kHeaderBytes + claim.records * kRecordBytes, bytes);
  complete(written);
  return true;
}

bool Journal::write_inline() {
  if (failed()) return false;
  std::string error;
  if (in_flight_) {
    if (!file_.reap(error)) return false;
    in_flight_ = false;
    if (!error.empty()) return fail(error);
    complete(under_way_);
  }
  Claim claim;
  if (!queue_.claim(claim)) return false;
  const std::uint32_t bytes = seal(claim, identity_);
  error = file_.check_room(bytes);
  if (!error.empty()) return fail(error);
  under_way_ = begin_write(claim, bytes);
  error = file_.submit(claim, bytes);
  if (!error.empty()) return fail(error);
  in_flight_ = true;
  return true;
}

Written Journal::begin_write(const Claim& claim, std::uint32_t stored_bytes) const {
  Written written{claim.sequence, claim.records, stored_bytes, core::now_ticks(), 0};
  probe::site<HS_HOP_JOURNAL_WRITE>(identity_.site_id(written.sequence), written.write_tsc, 0);
  return written;
}

void Journal::complete(Written written) {
  written.durable_tsc = core::now_ticks();
  probe::site<HS_HOP_JOURNAL_DURABLE>(identity_.site_id(written.sequence), written.durable_tsc, 0);
  completions_.push(written);  // holds more than the queue has blocks
}

void Journal::count(const Written& written) {
  counters_.add(HS_COUNTER_JOURNAL_BLOCKS);
  counters_.add(HS_COUNTER_JOURNAL_BYTES, written.stored_bytes);
  const std::uint64_t uncounted = std::min<std::uint64_t>(uncounted_records_, written.records);
  uncounted_records_ -= uncounted;
  durable_records_ += written.records;
  counters_.add(HS_COUNTER_JOURNAL_DURABLE_BYTES, (written.records - uncounted) * kRecordBytes);
}

bool Journal::finish(unsigned budget) {
  if (!finishing_) {
    if (!completions_.pop(finished_)) return false;
    finishing_ = true;
    next_trace_ = 0;
    count(finished_);
  }
  auto& traces = traces_[BlockQueue::slot(finished_.sequence)];
  for (; next_trace_ < traces.size() && budget > 0; ++next_trace_, --budget) {
    const Trace& from = traces[next_trace_];
    hs_journal_trace trace{};
    trace.kind = HS_KIND_JOURNAL;
    trace.venue = static_cast<hs_u8>(identity_.venue);
    trace.measuring = from.measuring;
    trace.trace_id = from.trace_id;
    trace.append_tsc = from.append_tsc;
    // The helper may take a record as soon as it stands in the block, ~20 ns before the venue stamps it: such a delta is zero.
    trace.write_delta = probe::saturating_delta(from.append_tsc, finished_.write_tsc);
    trace.durable_delta = probe::saturating_delta(from.append_tsc, finished_.durable_tsc);
    trace.block = finished_.sequence;
    trace.block_records = finished_.records;
    trace.block_bytes = finished_.stored_bytes;
    if (emit_) emit_(sink_, trace);
  }
  if (next_trace_ < traces.size()) return true;
  traces.clear();
  queue_.release(finished_.sequence);
  finishing_ = false;
  return true;
}

std::string Journal::close() {
  if (mode_ == Mode::Closed) return error();
  if (mode_ == Mode::Helper) helper_.stop();
  while (!failed() && (write() || in_flight_)) finish(~0u);
  while (finish(~0u)) {
  }
  const std::string error_at_close = file_.close();
  if (!error_at_close.empty() && !failed()) fail(error_at_close);
  mode_ = Mode::Closed;
  return error();
}

bool Journal::fail(const std::string& line) {
  error_ = line;
  failed_.store(true, std::memory_order_release);
  return true;
}

std::string Journal::error() const {
  if (failed_.load(std::memory_order_acquire)) return error_;
  return helper_.failed() ? helper_.error() : std::string{};
}

const char* Journal::durable_kind() const {
  return memory().empty() ? "O_DIRECT write completed by the device, no flush: its volatile write cache may still hold it"
                          : "copied to memory: nothing is durable";
}

}  // namespace hopscope::journal
