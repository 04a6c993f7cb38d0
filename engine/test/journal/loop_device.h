// A file of the test's as a block device.
#pragma once

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <string>

namespace hopscope::journal {

class LoopDevice {
 public:
  explicit LoopDevice(const std::string& file) {
    const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return;
    const int number = ioctl(control, LOOP_CTL_GET_FREE);
    close(control);
    if (number < 0) return;
    const std::string path = "/dev/loop" + std::to_string(number);
    const int backing = open(file.c_str(), O_RDWR | O_CLOEXEC);
    fd_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd_ >= 0 && ioctl(fd_, LOOP_SET_FD, backing) == 0) path_ = path;
    if (backing >= 0) close(backing);
  }
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;
  ~LoopDevice() {
    if (!path_.empty()) ioctl(fd_, LOOP_CLR_FD, 0);
    if (fd_ >= 0) close(fd_);
  }
  const std::string& path() const { return path_; }  // empty: there is none to be had

 private:
  int fd_ = -1;
  std::string path_;
};

}  // namespace hopscope::journal
