#include "engine/journal/journal.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "engine/core/clock.h"
#include "engine/journal/uring_device.h"
#include "engine/probe/site.h"
#include "engine/probe/stamp.h"

namespace hopscope::journal {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Journal::~Journal() { close(); }

std::string Journal::open(const core::JournalPlan& plan, unsigned venue, const std::string& run_id, int housekeeping_cpu,
                          core::Scheduler scheduler, std::unique_ptr<BlockDevice> device) {
  if (plan.block_bytes == 0 || plan.block_bytes % kFileAlignmentBytes != 0 || records_per_block(plan.block_bytes) > BlockQueue::kMaxRecords)
    return "journal.block_bytes: " + std::to_string(plan.block_bytes) + " does not fit: use a multiple of 4096 up to 2097152";
  if (plan.size_bytes % kFileAlignmentBytes != 0 || plan.size_bytes < kSuperblockBytes + plan.block_bytes)
    return "journal.size_bytes: " + std::to_string(plan.size_bytes) + " does not fit: use a multiple of 4096, at least block_bytes + 4096";
  if (plan.segments == 0 || plan.segments > kMaxSegments || divide(plan.size_bytes, plan.segments).bytes < plan.block_bytes)
    return "journal.segments: " + std::to_string(plan.segments) + " do not fit: use 1 to " + std::to_string(kMaxSegments) +
           ", so that each has room for a block, or raise journal.size_bytes";
  identity_.venue = venue;
  identity_.run = run_key(run_id, venue, core::read_clock_pair().realtime_ns);

  UringDevice* file = nullptr;  // our own, to be removed again when something goes wrong
  if (!device && plan.device == core::JournalDevice::Uring && plan.submit != core::JournalSubmit::Helper) {
    auto uring = std::make_unique<UringDevice>();
    if (std::string error = uring->open(plan, venue); !error.empty()) return error;
    file = uring.get();
    device = std::move(uring);
  }
  device_ = std::move(device);
  std::string error;
  if (!open_queue(plan))
    error = "journal: no memory for its blocks: lower journal.block_bytes";
  else
    error = open_device(plan, run_id, housekeeping_cpu, scheduler);
  if (!error.empty() && file != nullptr) file->discard();
  return error;
}

bool Journal::open_queue(const core::JournalPlan& plan) {
  if (device_) {
    const std::span<std::byte> buffers = device_->take_buffers(std::size_t{kBlocks} * plan.block_bytes);
    if (buffers.empty()) return false;
    queue_.open(plan.block_bytes, buffers.data());
  } else if (!queue_.open(plan.block_bytes)) {
    return false;
  }
  for (auto& traces : traces_) {
    traces.resize(queue_.capacity());  // written once, so that no page of it is first touched among the orders
    traces.clear();
  }
  return true;
}

std::string Journal::open_device(const core::JournalPlan& plan, const std::string& run_id, int housekeeping_cpu,
                                 core::Scheduler scheduler) {
  if (!device_ && plan.device == core::JournalDevice::Memory) {
    identity_.alignment_bytes = kMemoryAlignmentBytes;
    std::string error = memory_.open(plan.size_bytes);
    if (error.empty()) mode_ = Mode::Memory;
    return error;
  }
  identity_.alignment_bytes = device_ ? device_->alignment_bytes() : kFileAlignmentBytes;
  stored_bytes_ = kSuperblockBytes;
  size_bytes_ = plan.size_bytes;
  block_bytes_ = plan.block_bytes;
  const std::uint64_t reserve_bytes = std::min(plan.size_bytes / 4, std::uint64_t{kBlocks} * plan.block_bytes + kReserveBytes);
  ring_.open(divide(plan.size_bytes, plan.segments), reserve_bytes);
  // Written from the first of the blocks' buffers: what a device takes may have to lie in its own memory.
  const std::span<std::byte> first = queue_.memory().first(kSuperblockBytes);
  const Superblock superblock =
      make_superblock(run_id, identity_.venue, identity_.run, plan.size_bytes, identity_.alignment_bytes, plan.block_bytes, plan.segments);
  std::memcpy(first.data(), &superblock, sizeof superblock);
  if (device_) return adopt_device(first);

  std::string error = file_.open(plan, identity_.venue);
  if (!error.empty()) return error;
  error = file_.write_first(first);
  if (error.empty())
    error = helper_.start({queue_, file_, completions_, progress_, identity_, ring_, released_, nearly_full_}, plan.ack_after,
                          housekeeping_cpu, scheduler);
  if (error.empty())
    mode_ = Mode::Helper;
  else
    file_.discard();
  return error;
}

std::string Journal::adopt_device(std::span<const std::byte> superblock) {
  if (size_bytes_ > device_->size_bytes())
    return "journal: " + device_->name() + " holds " + std::to_string(device_->size_bytes()) + " bytes: lower journal.size_bytes (now " +
           std::to_string(size_bytes_) + ")";
  std::string error = device_->submit(0, 0, superblock);
  if (!error.empty()) return error;
  const auto deadline = Clock::now() + patience();
  for (std::uint64_t sequence = 0; !device_->reap(sequence, error);)
    if (Clock::now() > deadline) return describe_hang();
  if (error.empty()) mode_ = Mode::Device;
  return error;
}

void Journal::append_under_back_pressure(const Record& record) {
  if (failed()) return;
  ++stalls_;
  counters_.add(HS_COUNTER_JOURNAL_STALLS);
  const auto deadline = Clock::now() + patience();
  do {
    if (failed()) return;
    if (Clock::now() > deadline) {
      fail(describe_hang());
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
    case Mode::Device:
      return write_device();
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
  progress_.wrote(written.sequence, written.write_tsc);
  complete(written);
  return true;
}

bool Journal::write_device() {
  if (failed()) return false;
  bool worked = reap_device();
  Claim claim;
  // What is under way may say what has been released; until it is durable that does not count, and the next block stays open.
  while (!failed() && in_flight_ < std::min(device_->depth(), kBlocks) && (in_flight_ == 0 || ring_.has_room(block_bytes_)) &&
         queue_.claim(claim)) {
    const std::uint64_t released = released_.load(std::memory_order_acquire);
    const std::uint32_t bytes = seal(claim, identity_, released);
    std::uint64_t offset = 0;
    if (!ring_.place(claim.sequence, bytes, offset)) return fail(describe_no_room(device_->name(), ring_.written_bytes(), size_bytes_));
    UnderWay& block = under_way_[BlockQueue::slot(claim.sequence)];
    block = {begin_write(claim, bytes), released, false};
    const std::string error = device_->submit(claim.sequence, offset, {claim.bytes, bytes});
    if (!error.empty()) return fail(error);
    progress_.wrote(claim.sequence, block.written.write_tsc);
    ++in_flight_;
    worked = true;
  }
  // What is only a copy is done by now: journal_write of SPDK's malloc bdev is not to contain the venue's other work until its next poll.
  if (worked && !failed()) reap_device();
  return worked;
}

// A block that is done before one in front of it is not durable yet: a reader would stop at the gap.
bool Journal::reap_device() {
  bool worked = false;
  std::string error;
  for (std::uint64_t sequence = 0; in_flight_ > 0 && device_->reap(sequence, error); worked = true) {
    --in_flight_;
    if (!error.empty()) return fail(error);
    under_way_[BlockQueue::slot(sequence)].done = true;
  }
  for (UnderWay* block = &under_way_[BlockQueue::slot(next_done_)]; block->done; block = &under_way_[BlockQueue::slot(next_done_)]) {
    block->done = false;
    ring_.release(block->released);
    if (ring_.nearly_full()) nearly_full_.store(true, std::memory_order_relaxed);
    complete(block->written);
    ++next_done_;
  }
  return worked;
}

Written Journal::begin_write(const Claim& claim, std::uint32_t stored_bytes) const {
  Written written{claim.sequence, claim.records, stored_bytes, core::now_ticks(), 0};
  if (identity_.has_hops()) probe::site<HS_HOP_JOURNAL_WRITE>(identity_.site_id(written.sequence), written.write_tsc, 0);
  return written;
}

void Journal::complete(Written written) {
  written.durable_tsc = core::now_ticks();
  if (identity_.has_hops()) probe::site<HS_HOP_JOURNAL_DURABLE>(identity_.site_id(written.sequence), written.durable_tsc, 0);
  progress_.made_durable(written.sequence, written.durable_tsc);
  completions_.push(written);  // holds more than the queue has blocks
}

void Journal::count(const Written& written) {
  counters_.add(HS_COUNTER_JOURNAL_BLOCKS);
  counters_.add(HS_COUNTER_JOURNAL_BYTES, written.stored_bytes);
  const std::uint64_t uncounted = std::min<std::uint64_t>(uncounted_records_, written.records);
  uncounted_records_ -= uncounted;
  durable_records_ += written.records;
  stored_bytes_ += written.stored_bytes;
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

// What it writes itself. A device that hangs is given up, so that whoever closes the journal comes to an end.
void Journal::write_rest() {
  auto deadline = Clock::now() + patience();
  while (!failed()) {
    const bool worked = write();
    if (!worked && in_flight_ == 0) return;
    finish(~0u);
    if (worked) {
      deadline = Clock::now() + patience();
    } else if (Clock::now() > deadline) {
      fail(describe_hang());
    }
  }
}

std::string Journal::close() {
  if (mode_ == Mode::Closed) return error();
  if (mode_ == Mode::Helper) helper_.stop();
  write_rest();
  while (finish(~0u)) {
  }
  const std::string error_at_close = device_ ? device_->close() : file_.close();
  if (!error_at_close.empty() && !failed()) fail(error_at_close);
  mode_ = Mode::Closed;
  return error();
}

void Journal::reclaim(std::uint64_t block) {
  std::uint64_t released = released_.load(std::memory_order_relaxed);
  while (released < block && !released_.compare_exchange_weak(released, block, std::memory_order_release)) {
  }
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

std::string Journal::describe_hang() const { return describe_hung(device_name(), patience()); }

std::string Journal::describe_full() const {
  return "journal: " + device_name() + " had no room for more orders after " + std::to_string(stored_bytes_) +
         " bytes: new ones were refused and the run ended early, whatever was acknowledged stands in it; raise journal.size_bytes";
}

const char* Journal::durable_kind() const {
  if (device_) return device_->durable_kind();
  return memory().empty() ? file_.durable_kind() : "copied to memory: nothing is durable";
}

}  // namespace hopscope::journal
