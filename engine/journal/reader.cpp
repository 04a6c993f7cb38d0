#include "engine/journal/reader.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace hopscope::journal {

FileReader::FileReader(const std::string& path) : file_(path), over_(true) {
  if (file_.error() != 0) {
    content_.error = "journal: cannot read " + path + " (" + std::strerror(file_.error()) + "): check the path and its permissions";
    return;
  }
  const std::span<const std::byte> bytes = file_.bytes();
  if (bytes.size() < kSuperblockBytes) {
    content_.error = "journal: " + path + " is too short to hold a superblock: it is no journal, or the run died while creating it";
    return;
  }
  std::memcpy(&superblock_, bytes.data(), sizeof superblock_);
  const std::string damage = check_superblock(superblock_);
  if (!damage.empty()) {
    content_.error = "journal: " + path + ": " + damage;
    return;
  }
  file_.limit_device(superblock_.size_bytes);
  segments_ = segments_of(superblock_);
  beginning_ = find_beginning(file_, superblock_);
  segment_ = beginning_.segment;
  content_.run_id.assign(superblock_.run_id, strnlen(superblock_.run_id, sizeof superblock_.run_id));
  content_.venue = superblock_.venue;
  content_.run = superblock_.run;
  content_.first_block = beginning_.block;
  content_.first_record = beginning_.record;
  content_.bytes = kSuperblockBytes;
  content_.offset = segments_.begin(segment_);
  over_ = false;
}

bool FileReader::next(Record& record) {
  if (next_ == count_ && !next_block()) return false;
  std::memcpy(&record, file_.bytes().data() + block_ + kHeaderBytes + next_++ * kRecordBytes, sizeof record);
  return true;
}

bool FileReader::next_block() {
  if (over_) return false;
  file_.release(content_.offset);
  BlockHeader header;
  const BlockState here = look(content_.offset, segment_, header);
  if (here == BlockState::Good && follows_on(header)) {
    enter(content_.offset, segment_, header);
    return true;
  }
  // Or it did not fit here: then, and only then, it begins the next segment.
  BlockState there = BlockState::Absent;
  const std::uint64_t left = segments_.end(segment_) - content_.offset;
  const std::uint64_t next = segments_.next(segment_);
  if (left < superblock_.block_bytes) {
    there = look(segments_.begin(next), next, header);
    if (there == BlockState::Good && follows_on(header) && header.stored_bytes > left) {
      content_.bytes += left;
      enter(segments_.begin(next), next, header);
      return true;
    }
  }
  end_at(here == BlockState::Torn || there == BlockState::Torn);
  if (here != BlockState::Torn && there == BlockState::Torn) {  // it began the next one
    content_.bytes += left;
    content_.offset = segments_.begin(next);
  }
  return false;
}

BlockState FileReader::look(std::uint64_t offset, std::uint64_t segment, BlockHeader& header) const {
  const std::span<const std::byte> bytes = file_.bytes();
  const std::uint64_t end = std::min<std::uint64_t>(segments_.end(segment), bytes.size());
  return offset < end ? check_block(bytes.first(end).subspan(offset), superblock_.run, header) : BlockState::Absent;
}

bool FileReader::follows_on(const BlockHeader& header) const {
  return header.sequence == content_.last_block() + 1 && header.first_record == content_.last_record() + 1;
}

void FileReader::enter(std::uint64_t offset, std::uint64_t segment, const BlockHeader& header) {
  block_ = offset;
  segment_ = segment;
  next_ = 0;
  count_ = header.record_count;
  ++content_.blocks;
  content_.records += count_;
  content_.bytes += header.stored_bytes;
  content_.offset = offset + header.stored_bytes;
}

// No block follows on. Whether a good one stands anywhere behind tells a broken journal from a torn one; of files that were closed before a
// segment was filled anew there is not much to look at.
void FileReader::end_at(bool torn) {
  over_ = true;
  const std::uint64_t size_bytes = file_.bytes().size();
  content_.closed = content_.offset == size_bytes;
  bool follows = good_block_in(content_.offset, segments_.end(segment_));
  for (std::uint64_t next = segments_.next(segment_); !follows && next != beginning_.segment; next = segments_.next(next))
    follows = good_block_in(segments_.begin(next), segments_.end(next));
  const bool cut = content_.offset > size_bytes;  // within the last good block's padding
  content_.end = follows ? End::Broken : cut || torn ? End::Torn : End::Clean;
}

// Of this run, and none that an earlier lap has left there.
bool FileReader::good_block_in(std::uint64_t from, std::uint64_t to) {
  const std::uint64_t end = std::min<std::uint64_t>(to, file_.bytes().size());
  BlockHeader header;
  for (std::uint64_t at = from; at < end; at += superblock_.alignment_bytes) {
    file_.release(at);
    const bool good = check_block(file_.bytes().first(end).subspan(at), superblock_.run, header) == BlockState::Good;
    if (good && header.sequence >= content_.first_block) return true;
  }
  return false;
}

FileContent read_file(const std::string& path, const std::function<void(const Record&)>& on_record) {
  FileReader reader(path);
  for (Record record; reader.next(record);) on_record(record);
  return reader.content();
}

}  // namespace hopscope::journal
