#include "engine/journal/block.h"

#include <algorithm>
#include <cstring>

#include "engine/core/digest.h"
#include "engine/journal/crc32c.h"

namespace hopscope::journal {
namespace {

bool fits(const BlockHeader& header, std::size_t room_bytes) {
  const std::uint64_t used = kHeaderBytes + std::uint64_t{header.payload_bytes};
  return header.version == kFormatVersion && header.record_count != 0 &&
         header.payload_bytes == std::uint64_t{header.record_count} * kRecordBytes && header.stored_bytes >= used && used <= room_bytes;
}

// With the records that stand in `block`.
std::uint32_t crc_of(const BlockHeader& header, std::span<const std::byte> block) {
  const std::uint32_t crc = crc32c(0, std::as_bytes(std::span(&header, 1)).first(offsetof(BlockHeader, crc)));
  return crc32c(crc, block.subspan(kHeaderBytes, header.payload_bytes));
}

}  // namespace

std::uint64_t run_key(const std::string& run_id, unsigned venue, std::uint64_t opened_realtime_ns) {
  core::Digest key;
  for (const char letter : run_id) key.add(static_cast<unsigned char>(letter));
  key.add(venue);
  key.add(opened_realtime_ns);
  return key.value();
}

Superblock make_superblock(const std::string& run_id, unsigned venue, std::uint64_t run, std::uint64_t size_bytes,
                           std::size_t alignment_bytes, std::uint32_t block_bytes, std::uint64_t segments) {
  Superblock superblock;
  superblock.venue = venue;
  superblock.run = run;
  superblock.size_bytes = size_bytes;
  superblock.alignment_bytes = static_cast<std::uint32_t>(alignment_bytes);
  superblock.block_bytes = block_bytes;
  superblock.segment_bytes = divide(size_bytes, segments).bytes;
  std::memcpy(superblock.run_id, run_id.data(), std::min(run_id.size(), sizeof superblock.run_id - 1));
  superblock.crc = crc32c(0, std::as_bytes(std::span(&superblock, 1)).first(offsetof(Superblock, crc)));
  return superblock;
}

std::string check_superblock(const Superblock& superblock) {
  if (superblock.magic != Superblock::kMagic) return "not a hopscope journal: the first eight bytes are not HOPJRNL1";
  if (superblock.crc != crc32c(0, std::as_bytes(std::span(&superblock, 1)).first(offsetof(Superblock, crc))))
    return "its superblock is damaged: the CRC does not match";
  if (superblock.version != kFormatVersion || superblock.record_bytes != kRecordBytes)
    return "written in format version " + std::to_string(superblock.version) + ", this program reads version " +
           std::to_string(kFormatVersion) + ": read it with the program that wrote it";
  if (superblock.alignment_bytes < kHeaderBytes) return "its superblock is impossible: blocks cannot be aligned to less than a header";
  if (superblock.block_bytes < kFileAlignmentBytes || superblock.segment_bytes < superblock.block_bytes ||
      superblock.size_bytes < kSuperblockBytes || superblock.segment_bytes > superblock.size_bytes - kSuperblockBytes ||
      segments_of(superblock).count > kMaxSegments)
    return "its superblock is impossible: a segment holds at least a block of 4096 bytes, and a journal 1 to " +
           std::to_string(kMaxSegments) + " of them";
  return {};
}

Segments segments_of(const Superblock& superblock) {
  return {superblock.segment_bytes, (superblock.size_bytes - kSuperblockBytes) / superblock.segment_bytes};
}

void seal_block(std::byte* block, BlockHeader header) {
  header.crc = crc_of(header, {block, kHeaderBytes + header.payload_bytes});
  std::memcpy(block, &header, sizeof header);
}

BlockState check_block(std::span<const std::byte> bytes, std::uint64_t run, BlockHeader& header) {
  if (bytes.empty()) return BlockState::Absent;
  if (bytes.size() < kHeaderBytes) return BlockState::Torn;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != BlockHeader::kMagic) return header.run == run ? BlockState::Torn : BlockState::Absent;
  const bool ours = header.run == run;
  header.run = run;
  const bool whole = fits(header, bytes.size()) && crc_of(header, bytes) == header.crc;
  // Another run's, unless its CRC says that our run stood there when it was sealed.
  if (!ours) return whole ? BlockState::Torn : BlockState::Absent;
  return whole ? BlockState::Good : BlockState::Torn;
}

}  // namespace hopscope::journal
