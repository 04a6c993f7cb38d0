#include "engine/journal/beginning.h"

#include <algorithm>
#include <vector>

namespace hopscope::journal {
namespace {

// The good block of this run that begins there; sequence 0: none.
BlockHeader good_block(const MappedFile& file, const Superblock& superblock, std::uint64_t offset, std::uint64_t end) {
  const std::span<const std::byte> bytes = file.bytes();
  BlockHeader header;
  if (offset >= std::min<std::uint64_t>(end, bytes.size())) return {};
  const std::span<const std::byte> rest = bytes.first(std::min<std::uint64_t>(end, bytes.size())).subspan(offset);
  return check_block(rest, superblock.run, header) == BlockState::Good ? header : BlockHeader();
}

// The most that a block of the segment says, damaged ones left out; what an earlier lap has left there says less.
std::uint64_t released_by(MappedFile& file, const Superblock& superblock, std::uint64_t from, std::uint64_t to) {
  std::uint64_t released = 0;
  for (std::uint64_t at = from; at < to;) {
    file.release(at);
    const BlockHeader header = good_block(file, superblock, at, to);
    released = std::max(released, header.released);
    at += header.sequence == 0 ? superblock.alignment_bytes : header.stored_bytes;
  }
  return released;
}

}  // namespace

Beginning find_beginning(MappedFile& file, const Superblock& superblock) {
  const Segments segments = segments_of(superblock);
  if (segments.count == 1) return {};
  std::vector<BlockHeader> first(segments.count);
  for (std::uint64_t segment = 0; segment < segments.count; ++segment)
    first[segment] = good_block(file, superblock, segments.begin(segment), segments.end(segment));
  const auto by_sequence = [](const BlockHeader& a, const BlockHeader& b) { return a.sequence < b.sequence; };
  const auto newest = static_cast<std::uint64_t>(std::max_element(first.begin(), first.end(), by_sequence) - first.begin());
  if (first[newest].sequence == 0) return {};
  const std::uint64_t needed = released_by(file, superblock, segments.begin(newest), segments.end(newest)) + 1;

  // The last segment that does not begin behind that block.
  Beginning beginning{segments.count, 0, 0};
  std::uint64_t oldest = newest;
  for (std::uint64_t segment = 0; segment < segments.count; ++segment) {
    const BlockHeader& header = first[segment];
    if (header.sequence == 0) continue;
    if (header.sequence <= needed && header.sequence > beginning.block) beginning = {segment, header.sequence, header.first_record};
    if (header.sequence < first[oldest].sequence) oldest = segment;
  }
  if (beginning.block != 0) return beginning;
  return {segments.before(oldest), needed, 0};
}

}  // namespace hopscope::journal
