// Reads a journal file back, as far as it can be trusted: after a clean end, after kill -9, after a power cut.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/journal/beginning.h"
#include "engine/journal/block.h"
#include "engine/journal/mapped_file.h"

namespace hopscope::journal {

enum class End {
  Clean,  // behind the last block: the end of the file, empty space, or what an older run or lap left there
  Torn,   // behind it: a block of this run that is not whole. It was being written when the run died, and nobody was told that it is
          // durable; or it was the last one and has been damaged since. Or the file ends in a block's padding: it was cut off
  Broken  // good blocks of this run follow further on: what is missing between was durable once and is damaged now
};

struct FileContent {
  std::string error;  // non-empty: the file cannot be read at all; one line with its remedy
  std::string run_id;
  std::uint32_t venue = 0;
  std::uint64_t run = 0;           // the journal's key
  std::uint64_t first_block = 1;   // those before it were released, and may have been overwritten
  std::uint64_t first_record = 1;  // its first; 0: that block is damaged, and nothing of the journal can be read
  std::uint64_t blocks = 0;        // good ones, from that one on
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;   // superblock, good blocks, and what their segments have left behind them
  std::uint64_t offset = 0;  // where the next block would go
  End end = End::Clean;
  // The file ends there too: its engine gave back what it had not used, which one that was killed does not. Not known of block devices, nor
  // once a segment has been filled anew.
  bool closed = false;

  std::uint64_t last_block() const { return first_block + blocks - 1; }
  std::uint64_t last_record() const { return first_record + records - 1; }
};

// One pass over a file, in constant memory whatever its length.
class FileReader {
 public:
  explicit FileReader(const std::string& path);
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  // The next record of the good blocks, in order. What lies behind the first block that is not good is never passed on.
  // False: there is none; content() is complete.
  bool next(Record& record);

  // error, run_id and venue at once; the rest as far as the pass has come.
  const FileContent& content() const { return content_; }

 private:
  bool next_block();
  BlockState look(std::uint64_t offset, std::uint64_t segment, BlockHeader& header) const;
  bool follows_on(const BlockHeader& header) const;
  void enter(std::uint64_t offset, std::uint64_t segment, const BlockHeader& header);
  void end_at(bool torn);
  bool good_block_in(std::uint64_t from, std::uint64_t to);

  MappedFile file_;
  Superblock superblock_;
  Segments segments_;
  Beginning beginning_;
  FileContent content_;
  std::uint32_t next_ = 0;   // record of the block
  std::uint32_t count_ = 0;  // its records
  std::uint64_t block_ = 0;  // offset
  std::uint64_t segment_ = 0;
  bool over_ = false;
};

// Calls on_record for every record that a FileReader passes on.
FileContent read_file(const std::string& path, const std::function<void(const Record&)>& on_record);

}  // namespace hopscope::journal
