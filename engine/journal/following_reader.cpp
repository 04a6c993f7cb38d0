#include "engine/journal/following_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hopscope::journal {
namespace {

// Of one read: few system calls where blocks are small, and nothing that counts beside a device's own delay.
constexpr std::size_t kWindowBytes = 256 << 10;

std::string describe_read(const std::string& path, std::uint64_t offset, const std::string& why) {
  return "journal: cannot read " + path + " at " + std::to_string(offset) + " (" + why +
         "): check the path and its permissions, and the kernel's log (dmesg)";
}

}  // namespace

FollowingReader::~FollowingReader() {
  if (fd_ >= 0) close(fd_);
}

std::string FollowingReader::open(const std::string& path) {
  path_ = path;
  fd_ = ::open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (fd_ < 0) return error_ = describe_read(path, 0, std::strerror(errno));
  window_.reset(static_cast<std::byte*>(std::aligned_alloc(kFileAlignmentBytes, kSuperblockBytes)));
  if (!window_) return error_ = "journal: no memory to read " + path + ": free some";
  const ssize_t read = pread(fd_, window_.get(), kSuperblockBytes, 0);
  if (read != static_cast<ssize_t>(kSuperblockBytes))
    return error_ = describe_read(path, 0, read < 0 ? std::strerror(errno) : "it is too short");
  std::memcpy(&superblock_, window_.get(), sizeof superblock_);
  if (const std::string damage = check_superblock(superblock_); !damage.empty()) return error_ = "journal: " + path + ": " + damage;
  segments_ = segments_of(superblock_);
  capacity_bytes_ = std::max<std::size_t>(kWindowBytes, superblock_.block_bytes);
  window_.reset(static_cast<std::byte*>(std::aligned_alloc(kFileAlignmentBytes, capacity_bytes_)));
  if (!window_) return error_ = "journal: no memory to read " + path + ": free some";
  return {};
}

bool FollowingReader::next(Record& record, std::uint64_t durable_block) {
  if (next_ == count_ && !next_block(durable_block)) return false;
  std::memcpy(&record, block_bytes_ + kHeaderBytes + next_++ * kRecordBytes, sizeof record);
  return true;
}

bool FollowingReader::next_block(std::uint64_t durable_block) {
  if (!error_.empty() || block_ >= durable_block) return false;
  if (enter(offset_, segment_)) return true;  // it stands in what was read for one before it
  if (fill(offset_, segment_) && enter(offset_, segment_)) return true;
  const std::uint64_t behind = segments_.next(segment_);
  if (error_.empty() && fill(segments_.begin(behind), behind) && enter(segments_.begin(behind), behind)) return true;
  if (error_.empty())
    error_ = "journal: block " + std::to_string(block_ + 1) + " of " + path_ +
             " was durable and cannot be read back: look at the device and the kernel's log (dmesg)";
  return false;
}

// Takes the block that begins there, if it is the next one and stands in the window.
bool FollowingReader::enter(std::uint64_t offset, std::uint64_t segment) {
  if (offset < window_offset_ || offset >= window_offset_ + window_bytes_) return false;
  const std::span<const std::byte> bytes(window_.get(), window_bytes_);
  const std::size_t at = offset - window_offset_;
  BlockHeader header;
  if (check_block(bytes.subspan(at), superblock_.run, header) != BlockState::Good) return false;
  if (header.sequence != block_ + 1 || header.first_record != records_ + 1) return false;
  block_bytes_ = window_.get() + at;
  block_ = header.sequence;
  records_ += header.record_count;
  next_ = 0;
  count_ = header.record_count;
  segment_ = segment;
  offset_ = offset + header.stored_bytes;
  return true;
}

bool FollowingReader::fill(std::uint64_t offset, std::uint64_t segment) {
  window_bytes_ = 0;
  const std::size_t bytes = std::min<std::uint64_t>(capacity_bytes_, segments_.end(segment) - std::min(offset, segments_.end(segment)));
  if (bytes == 0) return true;
  ssize_t read = 0;
  do {
    read = pread(fd_, window_.get(), bytes, static_cast<off_t>(offset));
  } while (read < 0 && errno == EINTR);
  if (read < 0) {
    error_ = describe_read(path_, offset, std::strerror(errno));
    return false;
  }
  window_offset_ = offset;
  window_bytes_ = static_cast<std::size_t>(read);
  return true;
}

}  // namespace hopscope::journal
