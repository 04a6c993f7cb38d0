#include "native/process_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "native/failure.h"

namespace hopscope::native {

std::uint64_t mapped_address(int pid, const std::string& executable, std::uint64_t file_offset) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(realpath(executable.c_str(), nullptr), &std::free);
  if (!resolved) throw Failure("probes: " + executable + ": " + std::strerror(errno) + ": name the executable that the engine runs");
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  if (!maps) throw Failure("probes: process " + std::to_string(pid) + " is gone: look at the engine's last lines");
  for (std::string line; std::getline(maps, line);) {
    // "from-to permissions offset device inode   path", proc(5); numbers in hexadecimal
    std::istringstream fields(line);
    std::uint64_t from = 0, to = 0, offset = 0;
    char dash = 0;
    std::string permissions, device, inode, path;
    fields >> std::hex >> from >> dash >> to >> permissions >> offset >> device >> inode >> std::ws;
    if (!std::getline(fields, path) || path != resolved.get()) continue;
    if (file_offset >= offset && file_offset - offset < to - from) return from + (file_offset - offset);
  }
  throw Failure("probes: process " + std::to_string(pid) + " does not run " + resolved.get() +
                ": name the executable that the engine runs");
}

std::uint8_t read_byte(int pid, std::uint64_t address) {
  const std::string path = "/proc/" + std::to_string(pid) + "/mem";
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::uint8_t byte = 0;
  const ssize_t got = fd < 0 ? -1 : pread(fd, &byte, 1, static_cast<off_t>(address));
  const int error = errno;
  if (fd >= 0) close(fd);
  if (got != 1) throw Failure("probes: " + path + ": " + std::strerror(error) + ": the engine is gone, or run as root to read its memory");
  return byte;
}

}  // namespace hopscope::native
