// What a recovery must find in an image, by a comparison of its bytes with the blocks as the device was given them: no CRC, no sequence
// number, no run key, nothing of the reader's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/journal/block.h"
#include "engine/torture/submitted_block.h"

namespace hopscope::torture {

struct Expectation {
  bool readable = false;      // the superblock is whole
  std::uint64_t records = 0;  // in the whole blocks in front of the first that is not
  bool whole_block_follows = false;
  // Enough is left of that first one to see that it was there, or the file ends in the padding before it. Not so where the file ends just
  // before it, or where its run key is damaged, which tells blocks from those of other runs, and more of it too.
  bool damage_shows = false;
};

Expectation expect(std::span<const std::byte> image, std::span<const std::byte> superblock, const std::vector<SubmittedBlock>& blocks);

}  // namespace hopscope::torture
