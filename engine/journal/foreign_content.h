// Whether a block device holds something that a journal must not be written over: a mistyped name must not cost anybody a file system.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

#include "engine/journal/block.h"

namespace hopscope::journal {

// Where file systems, partition tables, RAID and LVM keep what tells of them: the farthest is that of btrfs, at 64 KiB.
inline constexpr std::size_t kSignsBytes = 128 << 10;

// signs: the first kSignsBytes of the device. False: all zeros, or a journal.
inline bool is_foreign(std::span<const std::byte> signs) {
  std::uint64_t magic = 0;
  std::memcpy(&magic, signs.data(), sizeof magic);
  return magic != Superblock::kMagic && std::any_of(signs.begin(), signs.end(), [](std::byte byte) { return byte != std::byte{0}; });
}

}  // namespace hopscope::journal
