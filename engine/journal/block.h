// The journal's format: a superblock, then segments of blocks, each one header and its records, padded to the device's alignment.
//
//   file     superblock (4096) | segment | segment | ...           all of one length; a ring: behind the last comes the first again
//   segment  block | block | ...                                   each begins where the one before it says that it ends; the one that
//                                                                  does not fit into what is left begins the next segment
//   block    header (64) | record (64) x record_count | padding    padding is not part of the CRC and may hold anything
//
// A block belongs to the journal when magic, run and CRC are right and its sequence number follows the last one's. What is left over from
// an earlier run shows another `run`, what is left over from an earlier lap a lower sequence number; what a crash cut off shows a wrong
// CRC. Little endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/journal/record.h"
#include "engine/journal/segments.h"

namespace hopscope::journal {

inline constexpr std::uint32_t kFormatVersion = 2;

struct Superblock {
  std::uint64_t magic = kMagic;
  std::uint32_t version = kFormatVersion;
  std::uint32_t venue = 0;
  std::uint64_t run = 0;              // key of this journal: every block repeats it
  std::uint64_t size_bytes = 0;       // room for superblock and segments
  std::uint32_t alignment_bytes = 0;  // every block begins at a multiple of it
  std::uint32_t record_bytes = kRecordBytes;
  std::uint32_t block_bytes = 0;    // largest block
  char run_id[68] = {};             // zero terminated; cut off when longer
  std::uint64_t segment_bytes = 0;  // length of each
  std::uint32_t reserved = 0;
  std::uint32_t crc = 0;  // CRC32C of everything before it

  static constexpr std::uint64_t kMagic = 0x314c4e524a504f48ull;  // "HOPJRNL1"
};
// The CRC stands where version 1 had it: one of those is refused by its number, not called damaged.
static_assert(sizeof(Superblock) == 128 && offsetof(Superblock, crc) == 124 && offsetof(Superblock, run_id) == 44);
static_assert(offsetof(Superblock, segment_bytes) == 112);

struct BlockHeader {
  std::uint32_t magic = kMagic;
  std::uint32_t version = kFormatVersion;
  std::uint64_t run = 0;
  std::uint64_t sequence = 0;      // from 1, without gaps
  std::uint64_t first_record = 0;  // sequence number of its first record
  std::uint32_t record_count = 0;
  std::uint32_t payload_bytes = 0;  // record_count x 64
  std::uint32_t stored_bytes = 0;   // with header and padding: the next block begins this much further on
  std::uint32_t venue = 0;
  std::uint64_t released = 0;  // the last block that was not needed any more when this one was sealed; 0: none
  std::uint32_t reserved = 0;
  std::uint32_t crc = 0;  // CRC32C of the header before it, then of the records

  static constexpr std::uint32_t kMagic = 0x424a5348u;  // "HSJB"
};
static_assert(sizeof(BlockHeader) == 64 && offsetof(BlockHeader, run) == 8 && offsetof(BlockHeader, record_count) == 32);
static_assert(offsetof(BlockHeader, stored_bytes) == 40 && offsetof(BlockHeader, released) == 48 && offsetof(BlockHeader, crc) == 60);

inline constexpr std::size_t kHeaderBytes = sizeof(BlockHeader);

inline constexpr std::uint32_t records_per_block(std::uint32_t block_bytes) {
  return static_cast<std::uint32_t>((block_bytes - kHeaderBytes) / kRecordBytes);
}

inline constexpr std::uint32_t stored_bytes(std::uint32_t records, std::size_t alignment_bytes) {
  const std::size_t used = kHeaderBytes + records * kRecordBytes;
  return static_cast<std::uint32_t>((used + alignment_bytes - 1) / alignment_bytes * alignment_bytes);
}

// Of run id, venue and moment of opening: no two journals share one, even where a run id is used twice.
std::uint64_t run_key(const std::string& run_id, unsigned venue, std::uint64_t opened_realtime_ns);

Superblock make_superblock(const std::string& run_id, unsigned venue, std::uint64_t run, std::uint64_t size_bytes,
                           std::size_t alignment_bytes, std::uint32_t block_bytes, std::uint64_t segments = 1);

// Of a superblock that check_superblock() finds nothing wrong with.
Segments segments_of(const Superblock& superblock);

// Empty, or what is wrong with it.
std::string check_superblock(const Superblock& superblock);

// Writes the header, CRC included, in front of the records that already stand in `block`.
void seal_block(std::byte* block, BlockHeader header);

enum class BlockState {
  Good,
  Absent,  // no header, or one of another run: the journal ends here
  Torn     // this run's, but cut off, impossible or with a wrong CRC; whatever single field is damaged, magic and run too
};

// Looks at the block that begins at `bytes`; never reads beyond them. `header` is filled when there is one.
BlockState check_block(std::span<const std::byte> bytes, std::uint64_t run, BlockHeader& header);

}  // namespace hopscope::journal
