#include "engine/journal/target.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "engine/journal/block.h"
#include "engine/journal/foreign_content.h"

namespace hopscope::journal {
namespace {

constexpr char kOtherDevice[] = "name a directory on a disk in journal.directory, or use journal.device=memory";

using AlignedBytes = std::unique_ptr<std::byte, decltype(&std::free)>;
AlignedBytes zeros(std::size_t bytes) {
  AlignedBytes memory(static_cast<std::byte*>(std::aligned_alloc(kFileAlignmentBytes, bytes)), &std::free);
  if (memory) std::memset(memory.get(), 0, bytes);
  return memory;
}

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

std::string describe_device(const std::string& path, int error) {
  const std::string cannot = "journal: cannot open " + path + " (" + std::strerror(error) + "): ";
  switch (error) {
    case ENOENT:
      return cannot + "journal.path must name a block device (lsblk lists them)";
    case EBUSY:
      return cannot + "it is mounted, or part of something else; unmount it, or name another journal.path";
    case EACCES:
    case EPERM:
    case EROFS:
      return cannot + "run as root, and look whether it is write-protected";
    default:
      return cannot + "name another journal.path, or leave it out for a file";
  }
}

}  // namespace

std::string describe_no_room(const std::string& name, std::uint64_t used_bytes, std::uint64_t size_bytes) {
  return "journal: " + name + " is full after " + std::to_string(used_bytes) + " bytes: raise journal.size_bytes (now " +
         std::to_string(size_bytes) + ")";
}

std::string Target::open(const core::JournalPlan& plan, unsigned venue) {
  size_bytes_ = plan.size_bytes;
  is_file_ = plan.paths.empty();
  if (is_file_) {
    path_ = plan.directory + "/journal-" + (venue == kOmsJournal ? "oms" : std::to_string(venue)) + ".hsj";
    return create_file(plan.directory);
  }
  if (venue >= plan.paths.size()) return "journal.path: venue " + std::to_string(venue) + " has no device: name one for each venue";
  path_ = plan.paths[venue];
  std::string error = open_device();
  if (!error.empty()) discard();
  return error;
}

std::string Target::create_file(const std::string& directory) {
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
  if (fstatvfs(fd_, &room) == 0 && size_bytes_ > std::uint64_t{room.f_bavail} * room.f_frsize)
    return give_up(
        describe_full_disk(path_, size_bytes_, std::to_string(std::uint64_t{room.f_bavail} * room.f_frsize) + " bytes are free"));
  // fallocate(2), not posix_fallocate(3): where the file system cannot preallocate, that one writes the whole file through the page cache.
  if (fallocate(fd_, 0, 0, static_cast<off_t>(size_bytes_)) != 0) {
    if (errno != EOPNOTSUPP) return give_up(describe_full_disk(path_, size_bytes_, std::strerror(errno)));
    if (ftruncate(fd_, static_cast<off_t>(size_bytes_)) != 0) return give_up(describe_full_disk(path_, size_bytes_, std::strerror(errno)));
  }
  const int error = write_through();
  if (error == EINVAL) return give_up(describe_open(path_, directory, error));
  if (error != 0) return give_up(describe_full_disk(path_, size_bytes_, std::strerror(error)));
  return {};
}

// Preallocated space is not enough: the first write to it changes the file's extents too. Written once before, journal.write ->
// journal.durable took 38-44 us (p50) here, else 47-59 us (three interleaved runs each, SCHED_FIFO helper, loaded machine); the price is
// 0.65 s a GiB when opening.
int Target::write_through() const {
  constexpr std::size_t kChunkBytes = 1 << 20;  // 4 and 16 MiB are no faster
  const AlignedBytes chunk = zeros(kChunkBytes);
  if (!chunk) return ENOMEM;
  for (std::uint64_t offset = 0; offset < size_bytes_;) {
    const std::size_t bytes = std::min<std::uint64_t>(kChunkBytes, size_bytes_ - offset);
    const ssize_t written = pwrite(fd_, chunk.get(), bytes, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (static_cast<std::size_t>(written) != bytes) return ENOSPC;
    offset += bytes;
  }
  return fsync(fd_) == 0 ? 0 : errno;  // or a power cut could still take the extents, and with them blocks that were called durable
}

// O_EXCL without O_CREAT: the kernel refuses a block device that is mounted or otherwise claimed (open(2)).
std::string Target::open_device() {
  struct stat status {};
  if (stat(path_.c_str(), &status) != 0) return describe_device(path_, errno);
  if (!S_ISBLK(status.st_mode)) return "journal: " + path_ + " is no block device: use journal.directory for files";
  fd_ = ::open(path_.c_str(), O_RDWR | O_DIRECT | O_EXCL | O_CLOEXEC);
  if (fd_ < 0) return describe_device(path_, errno);
  std::uint64_t device_bytes = 0;
  if (ioctl(fd_, BLKGETSIZE64, &device_bytes) != 0) return describe_device(path_, errno);
  if (size_bytes_ > device_bytes)
    return "journal: " + path_ + " holds " + std::to_string(device_bytes) + " bytes: lower journal.size_bytes (now " +
           std::to_string(size_bytes_) + ")";
  return check_content();
}

std::string Target::check_content() const {
  const AlignedBytes signs = zeros(kSignsBytes);
  if (!signs) return "journal: no memory to look at " + path_ + ": free some";
  const ssize_t read = pread(fd_, signs.get(), kSignsBytes, 0);
  if (read != static_cast<ssize_t>(kSignsBytes)) return describe_device(path_, read < 0 ? errno : EIO);
  if (!is_foreign({signs.get(), kSignsBytes})) return {};
  return "journal: " + path_ + " holds something else than a journal: name another journal.path, or if nothing on it is needed wipe it: " +
         "dd if=/dev/zero of=" + path_ + " bs=128K count=1";
}

std::string Target::write_first(std::span<const std::byte> bytes) const {
  const ssize_t written = pwrite(fd_, bytes.data(), bytes.size(), 0);
  if (written == static_cast<ssize_t>(bytes.size()) && fdatasync(fd_) == 0) return {};
  return "journal: the first write to " + path_ + " failed (" + std::strerror(errno) + "): look at the device and the kernel's log (dmesg)";
}

std::string Target::close(std::uint64_t used_bytes) {
  if (fd_ < 0) return {};
  std::string error;
  if (is_file_ && ftruncate(fd_, static_cast<off_t>(used_bytes)) != 0)
    error =
        "journal: cannot give back the unused end of " + path_ + " (" + std::strerror(errno) + "): remove the file when it is not needed";
  if (::close(fd_) != 0 && error.empty()) error = "journal: closing " + path_ + " failed (" + std::strerror(errno) + "): look at dmesg";
  fd_ = -1;
  return error;
}

void Target::abandon() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Target::discard() {
  abandon();
  if (is_file_) unlink(path_.c_str());
}

}  // namespace hopscope::journal
