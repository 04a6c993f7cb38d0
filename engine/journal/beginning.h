// Where the records of a journal begin that must still be there, of whatever damage.
//
// The newest block says up to which block nothing is needed any more. Segments that hold only such blocks may have been filled anew, in
// part or in any order when the power failed; they are left alone. Whatever is behind must be there.
#pragma once

#include <cstdint>

#include "engine/journal/block.h"
#include "engine/journal/mapped_file.h"

namespace hopscope::journal {

struct Beginning {
  std::uint64_t segment = 0;
  std::uint64_t block = 1;   // its first one; where that is damaged, and what stands behind it was needed, the first that was
  std::uint64_t record = 1;  // that one's first; 0: it is damaged, nothing can follow on
};

// Reads the first block of each segment, and the newest segment.
Beginning find_beginning(MappedFile& file, const Superblock& superblock);

}  // namespace hopscope::journal
