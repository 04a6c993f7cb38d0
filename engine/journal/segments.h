// Where a journal's segments lie: equal parts of what is behind its superblock, which the writer fills one after another and, when all have
// been filled, from the first again. A block never crosses the end of its segment.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hopscope::journal {

inline constexpr std::size_t kFileAlignmentBytes = 4096;  // O_DIRECT: covers devices with 512-byte and 4-KiB sectors
inline constexpr std::size_t kSuperblockBytes = 4096;
inline constexpr std::uint64_t kMaxSegments = 1024;

struct Segments {
  std::uint64_t bytes = 0;  // of each
  std::uint64_t count = 0;

  std::uint64_t begin(std::uint64_t segment) const { return kSuperblockBytes + segment * bytes; }
  std::uint64_t end(std::uint64_t segment) const { return begin(segment) + bytes; }
  std::uint64_t next(std::uint64_t segment) const { return segment + 1 == count ? 0 : segment + 1; }
  std::uint64_t before(std::uint64_t segment) const { return segment == 0 ? count - 1 : segment - 1; }
};

// So many in size_bytes, superblock included; what cannot be divided stays unused at the end.
constexpr Segments divide(std::uint64_t size_bytes, std::uint64_t count) {
  return {(size_bytes - kSuperblockBytes) / count / kFileAlignmentBytes * kFileAlignmentBytes, count};
}

}  // namespace hopscope::journal
