#include "engine/net/pcap_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hopscope::net {

static_assert(kMaxPayloadBytes >= wire::kMinFrameBytes, "room for the longest payload is room for Ethernet's padding");

PcapFile::~PcapFile() { close(); }

std::string PcapFile::line(const char* what) const { return "capture: " + path_ + ' ' + what + " (" + std::strerror(errno) + ")"; }

std::string PcapFile::open(const std::string& path) {
  path_ = path;
  // O_NONBLOCK: a named pipe that nobody reads would be waited for.
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0644);
  if (fd_ < 0) return error_ = line("cannot be made") + ": name a file in a folder that is there and can be written to";
  struct stat status {};
  if (fstat(fd_, &status) == 0 && S_ISFIFO(status.st_mode)) {
    ::close(fd_);
    fd_ = -1;
    return error_ = "capture: " + path + " is a pipe, and a slow reader would make holes: name a file";
  }
  const PcapHeader header;
  if (::write(fd_, &header, sizeof header) != sizeof header)
    return error_ = line("cannot be written") + ": free some space, or name another file";
  file_bytes_ = sizeof header;
  buffer_.resize(kBufferBytes);
  return {};
}

bool PcapFile::append(std::uint64_t unix_ns, const wire::FrameWriter& headers, Payload payload) {
  if (used_ + kMostBytes > buffer_.size() && !flush()) return false;
  std::byte* const at = buffer_.data() + used_;
  const std::span<std::byte> frame(at + sizeof(PcapRecord), buffer_.size() - used_ - sizeof(PcapRecord));
  std::memcpy(frame.data() + wire::FrameWriter::kHeaderBytes, payload.data(), payload.size());
  const auto bytes = static_cast<std::uint32_t>(headers.finish(frame, payload.size()));
  const PcapRecord record{static_cast<std::uint32_t>(unix_ns / 1'000'000'000u), static_cast<std::uint32_t>(unix_ns % 1'000'000'000u), bytes,
                          bytes};
  std::memcpy(at, &record, sizeof record);
  used_ += sizeof record + bytes;
  return true;
}

bool PcapFile::flush() {
  if (fd_ < 0 || !error_.empty()) return false;
  std::size_t written = 0;
  while (written < used_) {
    const ssize_t more = ::write(fd_, buffer_.data() + written, used_ - written);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return fail(written);
    written += static_cast<std::size_t>(more);
  }
  file_bytes_ += whole(written);
  used_ = 0;
  return true;
}

std::size_t PcapFile::whole(std::size_t written) {
  std::size_t end = 0;
  while (end < written) {
    PcapRecord record;
    std::memcpy(&record, buffer_.data() + end, sizeof record);
    const std::size_t next = end + sizeof record + record.captured_bytes;
    if (next > written) break;
    end = next;
    ++packets_;
  }
  return end;
}

bool PcapFile::fail(std::size_t written) {
  error_ = line("cannot be written any further") + ": free some space, or name another file";
  file_bytes_ += whole(written);
  used_ = 0;
  if (ftruncate(fd_, static_cast<off_t>(file_bytes_)) != 0) error_ += "; its last packet is cut short";
  return false;
}

std::string PcapFile::close() {
  if (fd_ < 0) return error_;
  if (error_.empty()) flush();
  // Some file systems tell only now that there is no room (close(2), Dealing with error returns).
  if (::close(fd_) != 0 && error_.empty()) error_ = line("cannot be written whole") + ": free some space, or name another file";
  fd_ = -1;
  return error_;
}

}  // namespace hopscope::net
