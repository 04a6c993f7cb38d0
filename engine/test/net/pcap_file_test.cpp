#include "engine/net/pcap_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>

#include "engine/test/net/capture_files.h"
#include "engine/test/wire/wire_bytes.h"

namespace hopscope::net {
namespace {

const wire::UdpEndpoint kFrom{{2, 0x68, 0x73, 0, 0, 1}, 0x0a4d0001, 26'400};
const wire::UdpEndpoint kTo{{2, 0x68, 0x73, 0, 0, 2}, 0x0a4d0002, 26'400};
const wire::FrameWriter kHeaders(kFrom, kTo);

TEST(PcapFile, IsByteForByteWhatTheFormatSays) {
  const std::string path = capture_path("exact");
  PcapFile file;
  ASSERT_EQ(file.open(path), "");
  // 2026-11-23 04:00:00.000000005 UTC; four bytes, so that the frame is padded to Ethernet's minimum.
  ASSERT_TRUE(file.append(1'795'406'400'000'000'005, kHeaders, wire::from_hex("de ad be ef")));
  ASSERT_EQ(file.close(), "");
  EXPECT_EQ(file.packets(), 1u);
  EXPECT_EQ(bytes_of(path), wire::from_hex("4d3cb2a1 0200 0400 00000000 00000000 ffff0000 01000000"  // little-endian, as this processor is
                                           "40 ba 03 6b 05000000 3c000000 3c000000"
                                           "026873000002 026873000001 0800"
                                           "45 00 0020 0000 4000 40 11 2631 0a4d0001 0a4d0002"
                                           "6720 6720 000c 7f5b deadbeef 0000000000000000000000000000"));
  std::remove(path.c_str());
}

TEST(PcapFile, HoldsTheFramesThatTheFrameOwningBuildsSend) {
  const std::string path = capture_path("frames");
  PcapFile file;
  ASSERT_EQ(file.open(path), "");
  std::vector<std::vector<std::byte>> sent;
  for (std::size_t bytes = 0; bytes <= kMaxPayloadBytes; ++bytes) {
    std::vector<std::byte> frame(wire::FrameWriter::kHeaderBytes + kMaxPayloadBytes);
    for (std::size_t i = 0; i < bytes; ++i) frame[wire::FrameWriter::kHeaderBytes + i] = static_cast<std::byte>(i + bytes);
    ASSERT_TRUE(file.append(bytes, kHeaders, Payload(frame).subspan(wire::FrameWriter::kHeaderBytes, bytes)));
    frame.resize(kHeaders.finish(frame, bytes));
    sent.push_back(std::move(frame));
  }
  ASSERT_EQ(file.close(), "");
  const std::vector<ReadPacket> packets = packets_of(path);
  std::remove(path.c_str());
  ASSERT_EQ(packets.size(), sent.size());
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].unix_ns, i);
    EXPECT_EQ(packets[i].frame, sent[i]) << i << " bytes";
    EXPECT_TRUE(wire::parse_frame(packets[i].frame, kTo).has_value()) << i << " bytes";
  }
}

TEST(PcapFile, OnAFullDiskEndsWithAWholePacketAndSaysSoOnce) {
  const std::string path = capture_path("full");
  PcapFile file;
  const FullDisk disk(1'000);  // 24 and some of 16 + 42 + 100 each
  ASSERT_EQ(file.open(path), "");
  const std::vector<std::byte> payload(100);
  for (unsigned i = 0; i < 10; ++i) ASSERT_TRUE(file.append(i, kHeaders, payload));
  EXPECT_FALSE(file.flush());
  EXPECT_FALSE(file.flush());
  const std::string error = file.close();
  EXPECT_NE(error.find(path + " cannot be written any further (File too large)"), std::string::npos) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
  EXPECT_EQ(file.packets(), (1'000u - 24) / 158);
  EXPECT_EQ(packets_of(path).size(), file.packets());
  std::remove(path.c_str());
}

TEST(PcapFile, WhatCannotBeOpenedIsOneLine) {
  for (const std::string& path : {std::string("/nonexistent/x.pcap"), testing::TempDir(), std::string("/dev/full")}) {
    PcapFile file;
    const std::string error = file.open(path);
    EXPECT_EQ(error.find("capture: " + path + " cannot be "), 0u) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
  }
}

TEST(PcapFile, ANamedPipeIsRefusedWithoutWaitingForItsReader) {
  const std::string path = capture_path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  PcapFile file;
  EXPECT_NE(file.open(path).find(path), std::string::npos);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace hopscope::net
