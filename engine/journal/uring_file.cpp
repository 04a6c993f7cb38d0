#include "engine/journal/uring_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hopscope::journal {
namespace {

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

std::string UringFile::open(const core::JournalPlan& plan, unsigned venue) {
  durability_ = plan.durability;
  return target_.open(plan, venue);
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
  const int fd = target_.fd();
  const iovec all{buffers.data(), buffers.size()};
  result = io_uring_register_buffers(&ring_, &all, 1);
  if (result == 0) result = io_uring_register_files(&ring_, &fd, 1);
  return result < 0 ? describe_ring(-result) : std::string{};
}

std::string UringFile::write_first(std::span<const std::byte> bytes) {
  end_bytes_ = bytes.size();
  return target_.write_first(bytes);
}

std::string UringFile::submit(std::uint64_t offset, std::span<const std::byte> bytes) {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);  // one write at a time: there is always room
  io_uring_prep_write_fixed(entry, 0, bytes.data(), static_cast<unsigned>(bytes.size()), offset, 0);
  io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
  if (durability_ == core::Durability::Flush) entry->rw_flags = RWF_DSYNC;
  under_way_offset_ = offset;
  under_way_bytes_ = bytes.size();
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
  if (result >= 0 && static_cast<std::size_t>(result) == under_way_bytes_) {
    end_bytes_ = std::max<std::uint64_t>(end_bytes_, under_way_offset_ + under_way_bytes_);
    return {};
  }
  const std::string what = result < 0 ? std::strerror(-result)
                                      : "only " + std::to_string(result) + " of " + std::to_string(under_way_bytes_) + " bytes were taken";
  const std::string cannot =
      "journal: a write to " + target_.path() + " at " + std::to_string(under_way_offset_) + " failed (" + what + "): ";
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

void UringFile::close_ring() {
  if (!ring_open_) return;
  io_uring_unregister_files(&ring_);
  io_uring_queue_exit(&ring_);
  ring_open_ = false;
}

std::string UringFile::close() {
  close_ring();
  return target_.close(end_bytes_);
}

void UringFile::discard() {
  close_ring();
  target_.discard();
}

}  // namespace hopscope::journal
