#include "engine/journal/block.h"

#include <algorithm>
#include <cstring>

#include "engine/core/digest.h"
#include "engine/journal/crc32c.h"

namespace hopscope::journal {

std::uint64_t run_key(const std::string& run_id, unsigned venue, std::uint64_t opened_realtime_ns) {
  core::Digest key;
  for (const char letter : run_id) key.add(static_cast<unsigned char>(letter));
  key.add(venue);
  key.add(opened_realtime_ns);
  return key.value();
}

Superblock make_superblock(const std::string& run_id, unsigned venue, std::uint64_t run, std::uint64_t size_bytes,
                           std::size_t alignment_bytes, std::uint32_t block_bytes) {
  Superblock superblock;
  superblock.venue = venue;
  superblock.run = run;
  superblock.size_bytes = size_bytes;
  superblock.alignment_bytes = static_cast<std::uint32_t>(alignment_bytes);
  superblock.block_bytes = block_bytes;
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
  return {};
}

void seal_block(std::byte* block, BlockHeader header) {
  std::memcpy(block, &header, sizeof header);
  header.crc = crc32c(0, {block, offsetof(BlockHeader, crc)});
  header.crc = crc32c(header.crc, {block + kHeaderBytes, header.payload_bytes});
  std::memcpy(block + offsetof(BlockHeader, crc), &header.crc, sizeof header.crc);
}

BlockState check_block(std::span<const std::byte> bytes, std::uint64_t run, BlockHeader& header) {
  if (bytes.size() < kHeaderBytes) return BlockState::Absent;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != BlockHeader::kMagic || header.run != run) return BlockState::Absent;
  const std::uint64_t used = kHeaderBytes + std::uint64_t{header.payload_bytes};
  if (header.version != kFormatVersion || header.record_count == 0 ||
      header.payload_bytes != std::uint64_t{header.record_count} * kRecordBytes || header.stored_bytes < used || used > bytes.size())
    return BlockState::Torn;
  std::uint32_t crc = crc32c(0, bytes.first(offsetof(BlockHeader, crc)));
  crc = crc32c(crc, bytes.subspan(kHeaderBytes, header.payload_bytes));
  return crc == header.crc ? BlockState::Good : BlockState::Torn;
}

}  // namespace hopscope::journal
