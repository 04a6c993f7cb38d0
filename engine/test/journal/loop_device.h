// A file of the test's as a block device.
#pragma once

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace hopscope::journal {

class LoopDevice {
 public:
  explicit LoopDevice(const std::string& file) {
    const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return;
    const int backing = open(file.c_str(), O_RDWR | O_CLOEXEC);
    // A device that is free may be another process's before it is ours.
    for (int tries = 0; tries < kTries && !take(ioctl(control, LOOP_CTL_GET_FREE), backing) && errno == EBUSY; ++tries) continue;
    if (backing >= 0) close(backing);
    close(control);
  }
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;
  ~LoopDevice() {
    if (!path_.empty()) ioctl(fd_, LOOP_CLR_FD, 0);
    if (fd_ >= 0) close(fd_);
  }
  const std::string& path() const { return path_; }  // empty: there is none to be had

 private:
  static constexpr int kTries = 100;

  bool take(int number, int backing) {
    if (number < 0) return false;
    const std::string path = "/dev/loop" + std::to_string(number);
    fd_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd_ >= 0 && ioctl(fd_, LOOP_SET_FD, backing) == 0) {
      path_ = path;
      return true;
    }
    const int error = errno;
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
    errno = error;
    return false;
  }

  int fd_ = -1;
  std::string path_;
};

}  // namespace hopscope::journal
