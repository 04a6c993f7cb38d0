// A pcap file with nanosecond timestamps: UDP payloads in the Ethernet frames that engine/wire makes of them.
//
// Format: magic 0xa1b23c4d, version 2.4, link type 1 (Ethernet), in this processor's byte order, which readers tell by the magic
// (pcap-savefile(5); IETF draft-ietf-opsawg-pcap). Only whole packets are handed to the kernel, and after a failed write the file is cut
// back to the last whole one: what is there can be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/net/port.h"
#include "engine/wire/frame.h"

namespace hopscope::net {

struct PcapHeader {
  std::uint32_t magic = 0xa1b23c4d;  // nanoseconds
  std::uint16_t major = 2, minor = 4;
  std::uint32_t zone = 0, accuracy = 0;
  std::uint32_t snapshot_bytes = 65'535;  // no packet is longer, none is cut
  std::uint32_t link_type = 1;            // LINKTYPE_ETHERNET
};
static_assert(sizeof(PcapHeader) == 24);

struct PcapRecord {
  std::uint32_t seconds, nanoseconds;
  std::uint32_t captured_bytes, packet_bytes;
};
static_assert(sizeof(PcapRecord) == 16);

class PcapFile {
 public:
  PcapFile() = default;
  PcapFile(const PcapFile&) = delete;
  PcapFile& operator=(const PcapFile&) = delete;
  ~PcapFile();

  // Makes the file, or empties the one that is there. Returns an empty string or one line with its remedy.
  std::string open(const std::string& path);

  // False: the file failed, error() says why. unix_ns: ns since 1970-01-01 UTC.
  bool append(std::uint64_t unix_ns, const wire::FrameWriter& headers, Payload payload);
  // Hands what was appended to the kernel.
  bool flush();
  // After this the file is complete. Returns error().
  std::string close();

  std::uint64_t packets() const { return packets_; }  // in the file for good: those that were flushed
  const std::string& error() const { return error_; }

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 18;
  static constexpr std::size_t kMostBytes = sizeof(PcapRecord) + wire::FrameWriter::kHeaderBytes + kMaxPayloadBytes;

  std::string line(const char* what) const;
  // Of the first `written` bytes of the buffer, those of whole packets.
  std::size_t whole(std::size_t written);
  bool fail(std::size_t written);

  int fd_ = -1;
  std::string path_, error_;
  std::vector<std::byte> buffer_;
  std::size_t used_ = 0;
  std::uint64_t file_bytes_ = 0, packets_ = 0;
};

}  // namespace hopscope::net
