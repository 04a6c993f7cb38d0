// Reads a journal while its engine goes on writing it: block after block from the first one on, up to those that are durable.
//
// By O_DIRECT, like the writer: neither reads what only the page cache holds, nor takes memory from it. One thread; any but the engine's
// lcores, for it waits for the device. It must not fall behind what has been released (Journal::reclaim): those blocks are overwritten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>

#include "engine/journal/block.h"

namespace hopscope::journal {

class FollowingReader {
 public:
  FollowingReader() = default;
  FollowingReader(const FollowingReader&) = delete;
  FollowingReader& operator=(const FollowingReader&) = delete;
  ~FollowingReader();

  // A journal that is open: file or block device. Empty string, or one line with its remedy.
  std::string open(const std::string& path);

  // The next record of the blocks up to durable_block (Journal::durable_block, asked before). False: there is none yet, or error().
  bool next(Record& record, std::uint64_t durable_block);

  std::uint64_t run() const { return superblock_.run; }  // the journal's key
  // The last block whose records have all been passed on: what came of them can be told by whoever asks for Journal::reclaim().
  std::uint64_t passed_block() const { return next_ == count_ ? block_ : block_ - 1; }
  const std::string& error() const { return error_; }  // one line with its remedy; nothing is read behind it

 private:
  bool next_block(std::uint64_t durable_block);
  bool enter(std::uint64_t offset, std::uint64_t segment);
  bool fill(std::uint64_t offset, std::uint64_t segment);

  std::string path_, error_;
  int fd_ = -1;
  Superblock superblock_;
  Segments segments_;

  std::unique_ptr<std::byte, decltype(&std::free)> window_{nullptr, &std::free};
  std::size_t capacity_bytes_ = 0;
  std::uint64_t window_offset_ = 0;  // of the first byte in it
  std::size_t window_bytes_ = 0;

  std::uint64_t segment_ = 0;
  std::uint64_t offset_ = kSuperblockBytes;  // where the next block is, unless it did not fit there
  std::uint64_t block_ = 0;                  // the one that records are taken from
  std::uint64_t records_ = 0;                // in it and those before it
  const std::byte* block_bytes_ = nullptr;
  std::uint32_t next_ = 0, count_ = 0;  // record of it
};

}  // namespace hopscope::journal
