// Where a journal's next block goes. Segments are filled one after another; one that was filled before is filled anew only when every block
// in it has been released.
//
// Released counts from when a block that says so is durable: whoever reads the journal after a crash finds out from the newest block what
// may be missing, and must not call lost what was given up.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/journal/segments.h"

namespace hopscope::journal {

// Belongs to the thread that writes.
class SegmentRing {
 public:
  // reserve_bytes: less room than that, and it is nearly full.
  void open(const Segments& segments, std::uint64_t reserve_bytes = 0) {
    segments_ = segments;
    reserve_bytes_ = reserve_bytes;
    offset_ = segments.begin(0);
    last_block_.assign(segments.count, 0);
  }

  // Where the block of that sequence number goes. False: nowhere, until more has been released.
  bool place(std::uint64_t sequence, std::uint64_t bytes, std::uint64_t& offset) {
    if (!has_room(bytes)) return false;
    if (offset_ + bytes > segments_.end(segment_)) {
      written_bytes_ += segments_.end(segment_) - offset_;  // what is left there is not used
      segment_ = segments_.next(segment_);
      offset_ = segments_.begin(segment_);
    }
    offset = offset_;
    offset_ += bytes;
    written_bytes_ += bytes;
    last_block_[segment_] = sequence;
    return true;
  }
  // Whether a block of so many bytes would have a place.
  bool has_room(std::uint64_t bytes) const {
    return offset_ + bytes <= segments_.end(segment_) || (bytes <= segments_.bytes && is_free(segments_.next(segment_)));
  }

  // A block that says so is durable.
  void release(std::uint64_t released_block) { released_ = released_block; }

  // What is left for blocks: of this segment, and in the free ones behind it.
  std::uint64_t room_bytes() const {
    std::uint64_t room = segments_.end(segment_) - offset_;
    for (std::uint64_t next = segments_.next(segment_); next != segment_ && is_free(next); next = segments_.next(next))
      room += segments_.bytes;
    return room;
  }
  bool nearly_full() const { return room_bytes() < reserve_bytes_; }
  // In all laps, superblock included.
  std::uint64_t written_bytes() const { return written_bytes_; }

 private:
  bool is_free(std::uint64_t segment) const { return segment != segment_ && last_block_[segment] <= released_; }

  Segments segments_;
  std::uint64_t reserve_bytes_ = 0;
  std::uint64_t segment_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t released_ = 0;
  std::uint64_t written_bytes_ = kSuperblockBytes;
  std::vector<std::uint64_t> last_block_;  // of each segment; 0: never filled
};

}  // namespace hopscope::journal
