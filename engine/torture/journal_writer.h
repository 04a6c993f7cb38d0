// A journal's writing side over any block device: group commit into blocks (engine/journal/block_queue.h), sealing, as many writes under
// way as the device takes, and the acknowledgement of records whose blocks, and all blocks before theirs, are done.
//
// It keeps a copy of every block that it has handed to the device: what a medium must hold to be called whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/core/random.h"
#include "engine/journal/block_queue.h"
#include "engine/journal/claim.h"
#include "engine/journal/device.h"

namespace hopscope::torture {

struct SealedBlock {
  std::uint64_t offset = 0;       // on the device
  std::uint64_t last_record = 0;  // sequence number
  std::uint32_t stored_bytes = 0;
  std::vector<std::byte> bytes;  // header and records, no padding
};

class JournalWriter {
 public:
  // layout: how many records go into each block is drawn from it; writers that draw the same lay their blocks in the same places.
  JournalWriter(journal::BlockDevice& device, const journal::JournalIdentity& identity, std::uint32_t block_bytes,
                const core::Random& layout);

  // False: no block is free; poll() and try again.
  bool append(const journal::Record& record);
  // Takes what is done, starts what can be.
  void poll();

  // Of this record and all before it the device has said that they are done.
  std::uint64_t acknowledged() const { return acknowledged_; }
  // In the order of their sequence numbers, from 1.
  const std::vector<SealedBlock>& blocks() const { return blocks_; }
  // Non-empty: the device has no room for the next block, or would not take it; nothing is started any more.
  const std::string& error() const { return error_; }

 private:
  void draw_group();
  void start(const journal::Claim& claim);

  journal::BlockDevice& device_;
  const journal::JournalIdentity identity_;
  core::Random layout_;
  journal::BlockQueue queue_;
  std::uint32_t group_ = 0, grouped_ = 0;  // records that the open block shall get, and has
  std::deque<journal::Claim> claimed_;     // full, not handed over yet
  std::uint64_t offset_ = 0;
  unsigned under_way_ = 0;
  std::vector<bool> done_;          // by block sequence
  std::uint64_t contiguous_ = 0;    // all blocks up to this sequence are done
  std::uint64_t acknowledged_ = 0;  // record
  std::vector<SealedBlock> blocks_;
  std::string error_;
};

}  // namespace hopscope::torture
