#include "engine/journal/uring_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace hopscope::journal {
namespace {

constexpr char kOtherDevice[] = "name a directory on a disk in journal.directory, or use journal.device=memory";

std::string describe_open(const std::string& path, const std::string& directory, int error) {
  const std::string cannot = "journal: cannot create " + path + " (" + std::strerror(error) + "): ";
  switch (error) {
    case ENOENT:
      return cannot + "create the directory first: mkdir -p " + directory;
    case ENOTDIR:
      return cannot + "journal.directory must name a directory";
    case EACCES:
    case EPERM:
    case EROFS:
      return cannot + "make " + directory + " writable for this user, or name another journal.directory";
    case EINVAL:
      return cannot + "its file system has no O_DIRECT: " + kOtherDevice;
    case ENOSPC:
      return cannot + "free some disk space, or name another journal.directory";
    default:
      return cannot + kOtherDevice;
  }
}

std::string describe_full_disk(const std::string& path, std::uint64_t size_bytes, const std::string& why) {
  return "journal: no room for " + std::to_string(size_bytes) + " bytes at " + path + " (" + why +
         "): free some disk space, lower journal.size_bytes, or name another journal.directory";
}

std::string describe_ring(int error) {
  const std::string cannot = std::string("journal: io_uring cannot be set up (") + std::strerror(error) + "): ";
  switch (error) {
    case ENOSYS:
      return cannot + "Linux >= 5.1 has it; use journal.device=memory elsewhere";
    case EPERM:
      return cannot + "allow it (sysctl kernel.io_uring_disabled=0; in a container: its seccomp profile) or use journal.device=memory";
    case ENOMEM:
      return cannot + "raise the limit on locked memory (ulimit -l), or run as root";
    default:
      return cannot + "use journal.device=memory";
  }
}

}  // namespace

UringFile::~UringFile() { close(); }

std::string UringFile::open(const core::JournalPlan& plan, const std::string& run_id, const JournalIdentity& identity) {
  const std::string& directory = plan.directory;
  const std::uint64_t size_bytes = plan.size_bytes;
  path_ = directory + "/journal-" + std::to_string(identity.venue) + ".hsj";
  size_bytes_ = size_bytes;
  durability_ = plan.durability;

  // tmpfs takes O_DIRECT since Linux 6.6, but writes to it end in memory all the same.
  struct statfs file_system {};
  if (statfs(directory.c_str(), &file_system) == 0 && (file_system.f_type == TMPFS_MAGIC || file_system.f_type == RAMFS_MAGIC))
    return "journal: " + directory + " is a tmpfs: it has no O_DIRECT to a device, nothing written there is durable: " + kOtherDevice;

  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_DIRECT | O_CLOEXEC, 0644);
  if (fd_ < 0) return describe_open(path_, directory, errno);

  const auto give_up = [&](std::string line) {
    discard();
    return line;
  };
  // Asked first: fallocate would take all that is left before it fails, and every other program would meet a full disk meanwhile.
  struct statvfs room {};
  if (fstatvfs(fd_, &room) == 0 && size_bytes > std::uint64_t{room.f_bavail} * room.f_frsize)
    return give_up(describe_full_disk(path_, size_bytes, std::to_string(std::uint64_t{room.f_bavail} * room.f_frsize) + " bytes are free"));
  // fallocate(2), not posix_fallocate(3): where the file system cannot preallocate, that one writes the whole file through the page cache.
  if (fallocate(fd_, 0, 0, static_cast<off_t>(size_bytes)) != 0) {
    if (errno != EOPNOTSUPP) return give_up(describe_full_disk(path_, size_bytes, std::strerror(errno)));
    if (ftruncate(fd_, static_cast<off_t>(size_bytes)) != 0) return give_up(describe_full_disk(path_, size_bytes, std::strerror(errno)));
  }

  const int error =
      write_through(make_superblock(run_id, identity.venue, identity.run, size_bytes, identity.alignment_bytes, plan.block_bytes));
  if (error == EINVAL) return give_up(describe_open(path_, directory, error));
  if (error != 0) return give_up(describe_full_disk(path_, size_bytes, std::strerror(error)));
  offset_ = kSuperblockBytes;
  return {};
}

// Preallocated space is not enough: the first write to it changes the file's extents too. Written once before, journal.write ->
// journal.durable took 38-44 us (p50) here, else 47-59 us (three interleaved runs each, SCHED_FIFO helper, loaded machine); the price is
// 0.65 s a GiB when opening.
int UringFile::write_through(const Superblock& superblock) const {
  constexpr std::size_t kChunkBytes = 1 << 20;  // 4 and 16 MiB are no faster
  const std::unique_ptr<std::byte, decltype(&std::free)> chunk(
      static_cast<std::byte*>(std::aligned_alloc(kFileAlignmentBytes, kChunkBytes)), &std::free);
  if (!chunk) return ENOMEM;
  std::memset(chunk.get(), 0, kChunkBytes);
  std::memcpy(chunk.get(), &superblock, sizeof superblock);
  for (std::uint64_t offset = 0; offset < size_bytes_;) {
    const std::size_t bytes = std::min<std::uint64_t>(kChunkBytes, size_bytes_ - offset);
    const ssize_t written = pwrite(fd_, chunk.get(), bytes, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (static_cast<std::size_t>(written) != bytes) return ENOSPC;
    if (offset == 0) std::memset(chunk.get(), 0, sizeof superblock);
    offset += bytes;
  }
  return fsync(fd_) == 0 ? 0 : errno;  // or a power cut could still take the extents, and with them blocks that were called durable
}

std::string UringFile::open_ring(std::span<std::byte> buffers, Reaping reaping) {
  reaping_ = reaping;
  // Completions are run when this thread enters the kernel anyway, not by interrupting it (Linux >= 6.1 and >= 6.0; older ones say EINVAL).
  const unsigned gentle = reaping == Reaping::Polls ? IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG
                                                    : IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  int result = io_uring_queue_init(4, &ring_, gentle);
  if (result == -EINVAL) result = io_uring_queue_init(4, &ring_, 0);
  if (result < 0) return describe_ring(-result);
  ring_open_ = true;
  const iovec all{buffers.data(), buffers.size()};
  result = io_uring_register_buffers(&ring_, &all, 1);
  if (result == 0) result = io_uring_register_files(&ring_, &fd_, 1);
  return result < 0 ? describe_ring(-result) : std::string{};
}

std::string UringFile::check_room(std::uint32_t stored_bytes) const {
  if (offset_ + stored_bytes <= size_bytes_) return {};
  return "journal: " + path_ + " is full after " + std::to_string(offset_) + " bytes: raise journal.size_bytes (now " +
         std::to_string(size_bytes_) + ")";
}

std::string UringFile::submit(const Claim& claim, std::uint32_t stored_bytes) {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);  // one write at a time: there is always room
  io_uring_prep_write_fixed(entry, 0, claim.bytes, stored_bytes, offset_, 0);
  io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
  if (durability_ == core::Durability::Flush) entry->rw_flags = RWF_DSYNC;
  under_way_bytes_ = stored_bytes;
  int result = 0;
  do {
    result = reaping_ == Reaping::Waits ? io_uring_submit_and_wait(&ring_, 1) : io_uring_submit(&ring_);
  } while (result == -EINTR);
  return result < 0 ? check_result(result) : std::string{};
}

const char* UringFile::durable_kind() const {
  return durability_ == core::Durability::Flush
             ? "O_DIRECT and RWF_DSYNC write completed: the device was asked to bring it behind its volatile write cache"
             : "O_DIRECT write completed by the device, no flush: its volatile write cache may still hold it";
}

std::string UringFile::wait() {
  io_uring_cqe* completion = nullptr;
  int result = 0;
  do {
    result = io_uring_wait_cqe(&ring_, &completion);
  } while (result == -EINTR);
  if (result < 0) return check_result(result);
  result = completion->res;
  io_uring_cqe_seen(&ring_, completion);
  return check_result(result);
}

bool UringFile::reap(std::string& error) {
  io_uring_cqe* completion = nullptr;
  const int result = io_uring_peek_cqe(&ring_, &completion);
  if (result == -EAGAIN || result == -EINTR) return false;
  if (result < 0) {
    error = check_result(result);
    return true;
  }
  const int written = completion->res;
  io_uring_cqe_seen(&ring_, completion);
  error = check_result(written);
  return true;
}

std::string UringFile::check_result(int result) {
  if (result >= 0 && static_cast<std::uint32_t>(result) == under_way_bytes_) {
    offset_ += under_way_bytes_;
    return {};
  }
  const std::string what = result < 0 ? std::strerror(-result)
                                      : "only " + std::to_string(result) + " of " + std::to_string(under_way_bytes_) + " bytes were taken";
  const std::string cannot = "journal: a write to " + path_ + " at " + std::to_string(offset_) + " failed (" + what + "): ";
  switch (-result) {
    case ENOSPC:
    case EDQUOT:
      return cannot + "free some disk space, or name another journal.directory";
    case EFBIG:
      return cannot + "raise the file size limit (ulimit -f)";
    case EIO:
      return cannot + "look for the device's fault in the kernel's log (dmesg)";
    default:
      return cannot + "look at the device and the kernel's log (dmesg), or name another journal.directory";
  }
}

std::string UringFile::close() {
  if (ring_open_) io_uring_queue_exit(&ring_);
  ring_open_ = false;
  if (fd_ < 0) return {};
  std::string error;
  if (ftruncate(fd_, static_cast<off_t>(offset_)) != 0)
    error =
        "journal: cannot give back the unused end of " + path_ + " (" + std::strerror(errno) + "): remove the file when it is not needed";
  if (::close(fd_) != 0 && error.empty()) error = "journal: closing " + path_ + " failed (" + std::strerror(errno) + "): look at dmesg";
  fd_ = -1;
  return error;
}

void UringFile::discard() {
  close();
  unlink(path_.c_str());
}

}  // namespace hopscope::journal
