// Captures as tests read them: the file's packets, one by one.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/net/pcap_file.h"

namespace hopscope::net {

struct ReadPacket {
  std::uint64_t unix_ns;
  std::vector<std::byte> frame;
};

inline std::string capture_path(const char* name) { return testing::TempDir() + name + '-' + std::to_string(getpid()) + ".pcap"; }

inline std::vector<std::byte> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> chars{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::byte> bytes(chars.size());
  std::memcpy(bytes.data(), chars.data(), chars.size());
  return bytes;
}

// Fails the test where the file does not end with a whole packet.
inline std::vector<ReadPacket> packets_of(const std::string& path) {
  const std::vector<std::byte> bytes = bytes_of(path);
  std::vector<ReadPacket> packets;
  std::size_t at = sizeof(PcapHeader);
  while (at + sizeof(PcapRecord) <= bytes.size()) {
    PcapRecord record;
    std::memcpy(&record, bytes.data() + at, sizeof record);
    at += sizeof record;
    if (at + record.captured_bytes > bytes.size()) break;
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    packets.push_back({record.seconds * 1'000'000'000ull + record.nanoseconds, {from, from + record.captured_bytes}});
    at += record.captured_bytes;
  }
  EXPECT_EQ(at, bytes.size()) << "cut short";
  return packets;
}

// A disk that is full, for this process: no file grows beyond `bytes`.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limited);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace hopscope::net
