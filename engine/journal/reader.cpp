#include "engine/journal/reader.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "engine/journal/block.h"

namespace hopscope::journal {
namespace {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (fd < 0 || fstat(fd, &status) != 0) {
      error_ = errno;
    } else if (status.st_size > 0) {
      size_ = static_cast<std::size_t>(status.st_size);
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
    return memory_ == MAP_FAILED ? std::span<const std::byte>{} : std::span(static_cast<const std::byte*>(memory_), size_);
  }

 private:
  void* memory_ = MAP_FAILED;
  std::size_t size_ = 0;
  int error_ = 0;
};

// Whether a good block of this run stands anywhere behind the last one that follows on. Only files that were not closed have much there.
bool has_block_behind(std::span<const std::byte> bytes, std::size_t alignment_bytes, std::uint64_t run) {
  BlockHeader header;
  for (std::size_t offset = alignment_bytes; offset < bytes.size(); offset += alignment_bytes)
    if (check_block(bytes.subspan(offset), run, header) == BlockState::Good) return true;
  return false;
}

}  // namespace

FileContent read_file(const std::string& path, const std::function<void(const Record&)>& on_record) {
  FileContent content;
  const MappedFile file(path);
  if (file.error() != 0) {
    content.error = "journal: cannot read " + path + " (" + std::strerror(file.error()) + "): check the path and its permissions";
    return content;
  }
  const std::span<const std::byte> bytes = file.bytes();
  Superblock superblock;
  if (bytes.size() < kSuperblockBytes) {
    content.error = "journal: " + path + " is too short to hold a superblock: it is no journal, or the run died while creating it";
    return content;
  }
  std::memcpy(&superblock, bytes.data(), sizeof superblock);
  const std::string damage = check_superblock(superblock);
  if (!damage.empty()) {
    content.error = "journal: " + path + ": " + damage;
    return content;
  }
  content.run_id.assign(superblock.run_id, strnlen(superblock.run_id, sizeof superblock.run_id));
  content.venue = superblock.venue;

  std::size_t offset = kSuperblockBytes;
  while (offset < bytes.size()) {
    BlockHeader header;
    const std::span<const std::byte> rest = bytes.subspan(offset);
    const BlockState state = check_block(rest, superblock.run, header);
    const bool follows = header.sequence == content.blocks + 1 && header.first_record == content.records + 1;
    if (state != BlockState::Good || !follows) {
      if (state == BlockState::Good || has_block_behind(rest, superblock.alignment_bytes, superblock.run))
        content.end = End::Broken;
      else if (state == BlockState::Torn)
        content.end = End::Torn;
      break;
    }
    for (std::uint32_t i = 0; i < header.record_count; ++i) {
      Record record;
      std::memcpy(&record, rest.data() + kHeaderBytes + i * kRecordBytes, sizeof record);
      on_record(record);
    }
    ++content.blocks;
    content.records += header.record_count;
    offset += header.stored_bytes;
  }
  content.bytes = offset;
  return content;
}

}  // namespace hopscope::journal
