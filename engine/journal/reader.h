// Reads a journal file back, as far as it can be trusted: after a clean end, after kill -9, after a power cut.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/journal/record.h"

namespace hopscope::journal {

enum class End {
  Clean,  // behind the last block: the end of the file, empty space, or what an older run left there
  Torn,   // behind it: a block of this run that was being written when the run died. Nobody was told that it is durable
  Broken  // good blocks of this run follow further on: what is missing between was durable once and is damaged now
};

struct FileContent {
  std::string error;  // non-empty: the file cannot be read at all; one line with its remedy
  std::string run_id;
  std::uint32_t venue = 0;
  std::uint64_t blocks = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // superblock and good blocks: where the next block would go
  End end = End::Clean;
};

// Calls on_record for every record of every good block, in order. What lies behind the first block that is not good is never passed on.
FileContent read_file(const std::string& path, const std::function<void(const Record&)>& on_record);

}  // namespace hopscope::journal
