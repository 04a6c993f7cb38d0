#include "engine/journal/reader.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "engine/journal/block.h"

namespace hopscope::journal {

class FileReader::MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (fd < 0 || fstat(fd, &status) != 0) {
      error_ = errno;
    } else if (size_ = size_of(fd, status); size_ > 0) {
      memory_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      if (memory_ == MAP_FAILED) error_ = errno;
    }
    if (fd >= 0) close(fd);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (memory_ != MAP_FAILED) munmap(memory_, size_);
  }

  int error() const { return error_; }
  std::span<const std::byte> bytes() const {
    return memory_ == MAP_FAILED ? std::span<const std::byte>{}
                                 : std::span(static_cast<const std::byte*>(memory_), std::min<std::uint64_t>(size_, limit_));
  }

  // A block device does not end where its journal does.
  void limit_device(std::uint64_t bytes) {
    if (is_device_) limit_ = bytes;
  }

  // What lies before `offset` is not needed any more: without this the whole file would stay mapped.
  void release(std::size_t offset) {
    if (offset < released_ + kReleaseBytes) return;
    const std::size_t whole = offset / kReleaseBytes * kReleaseBytes;
    madvise(static_cast<std::byte*>(memory_) + released_, whole - released_, MADV_DONTNEED);
    released_ = whole;
  }

 private:
  std::size_t size_of(int fd, const struct stat& status) {
    std::uint64_t bytes = 0;
    is_device_ = S_ISBLK(status.st_mode);
    if (!is_device_) return static_cast<std::size_t>(status.st_size);
    return ioctl(fd, BLKGETSIZE64, &bytes) == 0 ? bytes : 0;
  }

  static constexpr std::size_t kReleaseBytes = 16 << 20;

  void* memory_ = MAP_FAILED;
  std::size_t size_ = 0;
  std::size_t released_ = 0;
  std::uint64_t limit_ = ~0ull;
  bool is_device_ = false;
  int error_ = 0;
};

FileReader::FileReader(const std::string& path) : file_(std::make_unique<MappedFile>(path)), over_(true) {
  if (file_->error() != 0) {
    content_.error = "journal: cannot read " + path + " (" + std::strerror(file_->error()) + "): check the path and its permissions";
    return;
  }
  const std::span<const std::byte> bytes = file_->bytes();
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
  file_->limit_device(superblock_.size_bytes);
  content_.run_id.assign(superblock_.run_id, strnlen(superblock_.run_id, sizeof superblock_.run_id));
  content_.venue = superblock_.venue;
  content_.run = superblock_.run;
  content_.bytes = offset_ = kSuperblockBytes;
  over_ = false;
}

FileReader::~FileReader() = default;

bool FileReader::next(Record& record) {
  if (next_ == count_ && !next_block()) return false;
  std::memcpy(&record, file_->bytes().data() + block_ + kHeaderBytes + next_++ * kRecordBytes, sizeof record);
  return true;
}

bool FileReader::next_block() {
  if (over_) return false;
  file_->release(offset_);
  BlockHeader header;
  BlockState state = BlockState::Absent;
  if (offset_ < file_->bytes().size()) state = check_block(file_->bytes().subspan(offset_), superblock_.run, header);
  if (state != BlockState::Good || header.sequence != content_.blocks + 1 || header.first_record != content_.records + 1) {
    end_at(state);
    return false;
  }
  block_ = offset_;
  offset_ += header.stored_bytes;
  next_ = 0;
  count_ = header.record_count;
  ++content_.blocks;
  content_.records += count_;
  content_.bytes = offset_;
  return true;
}

// `state`: that of the block at offset_, which does not follow on. Whether a good block of this run stands anywhere behind it tells a
// broken journal from a torn one; only files that were not closed have much there.
void FileReader::end_at(BlockState state) {
  over_ = true;
  const std::span<const std::byte> bytes = file_->bytes();
  content_.closed = offset_ == bytes.size();
  bool follows = state == BlockState::Good;
  BlockHeader header;
  for (std::size_t at = offset_ + superblock_.alignment_bytes; !follows && at < bytes.size(); at += superblock_.alignment_bytes) {
    file_->release(at);
    follows = check_block(bytes.subspan(at), superblock_.run, header) == BlockState::Good;
  }
  const bool cut = offset_ > bytes.size();  // within the last good block's padding
  content_.end = follows ? End::Broken : cut || state == BlockState::Torn ? End::Torn : End::Clean;
}

FileContent read_file(const std::string& path, const std::function<void(const Record&)>& on_record) {
  FileReader reader(path);
  for (Record record; reader.next(record);) on_record(record);
  return reader.content();
}

}  // namespace hopscope::journal
