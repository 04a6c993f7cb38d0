#include "native/disturb/interval_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hopscope::disturb {

IntervalFile::~IntervalFile() {
  if (fd_ >= 0) close(fd_);
}

std::string IntervalFile::create(const std::string& path) {
  path_ = path;
  fd_ = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  return fd_ >= 0 ? "" : path + " cannot be written (" + std::strerror(errno) + "): name another results folder";
}

std::string IntervalFile::flush() {
  const char* at = reinterpret_cast<const char*>(pending_.data());
  std::size_t left = pending_.size() * sizeof(Interval);
  while (left > 0) {
    const ssize_t wrote = write(fd_, at, left);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return path_ + " cannot be written (" + std::strerror(errno) + "): make room there";
    at += wrote;
    left -= static_cast<std::size_t>(wrote);
  }
  written_ += pending_.size();
  pending_.clear();
  return {};
}

}  // namespace hopscope::disturb
