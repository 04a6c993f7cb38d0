// The journal's open block and the ones on their way: one thread appends, one thread writes.
//
// The writer, not the appender, closes the open block: the moment the device is free it claims whatever stands in it (group commit with no
// message either way). Both meet in one atomic word a block, (sequence << 16 | closed | count): the appender copies its record behind the
// last one and publishes it with a compare-and-swap; the writer sets `closed` and from then on that swap fails. A copy that lost this race
// lies in the block's padding, which nobody reads, and the appender puts the record into the next block instead.
// Uncontended the swap costs ~6 ns on the machine this was built on; the CRC is the writer's work.
#pragma once

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/core/spsc_ring.h"
#include "engine/journal/block.h"
#include "engine/journal/claim.h"

namespace hopscope::journal {

// Blocks that may be open, sealed or under way at the same time. One is being written, one is open; the rest is for a device that hangs.
inline constexpr unsigned kBlocks = 8;

class BlockQueue {
 public:
  static constexpr std::uint32_t kMaxRecords = (1u << 15) - 1;

  BlockQueue() = default;
  BlockQueue(const BlockQueue&) = delete;
  BlockQueue& operator=(const BlockQueue&) = delete;
  ~BlockQueue() {
    if (memory_ && own_memory_) munmap(memory_, memory_bytes());
  }

  // block_bytes: a multiple of kFileAlignmentBytes, with room for at most kMaxRecords. False: no memory.
  bool open(std::uint32_t block_bytes) {
    void* memory =
        mmap(nullptr, std::size_t{kBlocks} * block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) return false;
    open(block_bytes, static_cast<std::byte*>(memory));
    own_memory_ = true;
    return true;
  }
  // In the memory of whoever will write the blocks: kBlocks of them.
  void open(std::uint32_t block_bytes, std::byte* memory) {
    block_bytes_ = block_bytes;
    capacity_ = records_per_block(block_bytes);
    memory_ = memory;
    open_block(1);
  }

  // ---- appender
  // Stores the record with this sequence number and venue in place of its own: set in the copy, since a field written alone makes wider
  // loads of the record wait until it has left the store buffer. False: the block is full or taken, and no other is free; release() one and
  // try again.
  bool append(const Record& record, std::uint64_t sequence, std::uint8_t venue) {
    for (;;) {
      if (count_ < capacity_) {
        std::byte* const stored = block(open_) + kHeaderBytes + count_ * kRecordBytes;
        std::memcpy(stored, &record, kRecordBytes);
        std::memcpy(stored + offsetof(Record, sequence), &sequence, sizeof sequence);
        std::memcpy(stored + offsetof(Record, venue), &venue, sizeof venue);
        std::uint64_t expected = word(open_, count_);
        if (states_[slot(open_)].word.compare_exchange_strong(expected, expected + 1, std::memory_order_seq_cst)) {
          ++count_;
          return true;
        }
        count_ = capacity_;
      }
      if (open_ - released_ >= kBlocks) return false;
      first_record_ = sequence;
      open_block(open_ + 1);
    }
  }

  std::uint64_t open_sequence() const { return open_; }
  // The block with this sequence number has been written and its buffer may be used again; in order of sequence.
  void release(std::uint64_t sequence) { released_ = sequence; }

  // ---- writer
  bool claim(Claim& claim) {
    auto& state = states_[slot(next_claim_)];
    const std::uint64_t seen = state.word.load(std::memory_order_seq_cst);
    if (seen >> kSequenceShift != next_claim_ || (seen & kMaxRecords) == 0) return false;
    const std::uint64_t closed = state.word.fetch_or(kClosed, std::memory_order_acq_rel);
    claim = {block(next_claim_), next_claim_, state.first_record, static_cast<std::uint32_t>(closed & kMaxRecords)};
    ++next_claim_;
    return true;
  }

  static constexpr unsigned slot(std::uint64_t sequence) { return static_cast<unsigned>(sequence % kBlocks); }
  // All buffers, for io_uring to register.
  std::span<std::byte> memory() const { return {memory_, memory_bytes()}; }
  std::uint32_t capacity() const { return capacity_; }

 private:
  static constexpr unsigned kSequenceShift = 16;
  static constexpr std::uint64_t kClosed = 1ull << 15;
  static constexpr std::uint64_t word(std::uint64_t sequence, std::uint32_t count) { return sequence << kSequenceShift | count; }

  std::size_t memory_bytes() const { return static_cast<std::size_t>(kBlocks) * block_bytes_; }
  std::byte* block(std::uint64_t sequence) const { return memory_ + static_cast<std::size_t>(slot(sequence)) * block_bytes_; }
  void open_block(std::uint64_t sequence) {
    open_ = sequence;
    count_ = 0;
    states_[slot(sequence)].first_record = first_record_;
    states_[slot(sequence)].word.store(word(sequence, 0), std::memory_order_release);
  }

  struct alignas(core::kCacheLineBytes) State {
    std::atomic<std::uint64_t> word{0};
    std::uint64_t first_record = 0;
  };
  std::array<State, kBlocks> states_{};
  std::byte* memory_ = nullptr;
  bool own_memory_ = false;
  std::uint32_t block_bytes_ = 0;
  std::uint32_t capacity_ = 0;
  // appender's
  alignas(core::kCacheLineBytes) std::uint64_t open_ = 0;
  std::uint32_t count_ = 0;
  std::uint64_t first_record_ = 1;
  std::uint64_t released_ = 0;
  // writer's
  alignas(core::kCacheLineBytes) std::uint64_t next_claim_ = 1;
};

}  // namespace hopscope::journal
