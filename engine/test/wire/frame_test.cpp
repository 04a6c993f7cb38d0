#include "engine/wire/frame.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace hopscope::wire {
namespace {

const UdpEndpoint kFrom{.mac = {0x02, 0, 0, 0, 0, 1}, .ip = 0x0a000001, .port = 26400};
const UdpEndpoint kTo{.mac = {0x02, 0, 0, 0, 0, 2}, .ip = 0x0a000002, .port = 26401};

// RFC 1071 as it is written: 16 bits at a time.
std::uint16_t plain_sum(Bytes bytes, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load_be16(bytes.data() + i);
  if (bytes.size() & 1) sum += static_cast<std::uint32_t>(bytes.back()) << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::vector<std::byte> frame_of(const std::vector<std::byte>& payload) {
  std::vector<std::byte> frame(std::max(kMinFrameBytes, FrameWriter::kHeaderBytes + payload.size()), std::byte{0xee});
  std::copy(payload.begin(), payload.end(), frame.begin() + FrameWriter::kHeaderBytes);
  EXPECT_EQ(FrameWriter(kFrom, kTo).finish(frame, payload.size()), frame.size());
  return frame;
}

std::vector<std::byte> random_bytes(std::mt19937_64& random, std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

TEST(Checksum, AgreesWithTheExampleOfRfc1071) {
  const std::vector<std::byte> bytes = {std::byte{0x00}, std::byte{0x01}, std::byte{0xf2}, std::byte{0x03},
                                        std::byte{0xf4}, std::byte{0xf5}, std::byte{0xf6}, std::byte{0xf7}};
  ChecksumSum sum;
  sum.add(bytes);
  EXPECT_EQ(__builtin_bswap16(sum.folded()), 0xddf2);
}

TEST(Checksum, AgreesWithThePlainSumForEveryLength) {
  std::mt19937_64 random(1);
  for (std::size_t length = 0; length < 300; ++length) {
    auto bytes = random_bytes(random, length);
    if (length % 3 == 0) std::fill(bytes.begin(), bytes.end(), std::byte{0xff});  // carries everywhere
    ChecksumSum sum;
    sum.add(bytes);
    ASSERT_EQ(__builtin_bswap16(sum.folded()), plain_sum(bytes)) << length;
  }
}

TEST(FrameWriter, HeaderBytes) {
  const auto frame = frame_of({std::byte{'h'}, std::byte{'i'}, std::byte{'!'}});
  ASSERT_EQ(frame.size(), 60u);
  const std::vector<unsigned> expected = {2,    0,    0,    0,    0, 2, 2,    0, 0,  0,  0,    1,    0x08, 0x00,  // Ethernet
                                          0x45, 0,    0,    31,   0, 0, 0x40, 0, 64, 17, 0x26, 0xcc, 10,   0,    0, 1, 10, 0, 0, 2,  // IPv4
                                          0x67, 0x20, 0x67, 0x21, 0, 11};                                                            // UDP
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(static_cast<unsigned>(frame[i]), expected[i]) << "byte " << i;
  for (std::size_t i = 45; i < 60; ++i) EXPECT_EQ(frame[i], std::byte{0}) << "padding at " << i;
}

TEST(FrameWriter, ChecksumsVerifyByThePlainSum) {
  std::mt19937_64 random(2);
  for (std::size_t length = 0; length < 200; ++length) {
    const auto frame = frame_of(random_bytes(random, length));
    const Bytes bytes(frame);
    EXPECT_EQ(plain_sum(bytes.subspan(14, 20)), 0xffff);
    const auto udp_bytes = static_cast<std::uint32_t>(8 + length);
    EXPECT_EQ(plain_sum(bytes.subspan(26, 8 + udp_bytes), 17 + udp_bytes), 0xffff) << "payload of " << length;
  }
}

TEST(FrameWriter, NeverWritesChecksumZero) {
  // A payload word that makes the sum all ones: its complement would be 0, which means "no checksum".
  std::vector<std::byte> payload(2);
  auto frame = frame_of(payload);
  std::copy_n(frame.begin() + 40, 2, payload.begin());
  frame = frame_of(payload);
  EXPECT_EQ(load_be16(frame.data() + 40), 0xffff);
  EXPECT_TRUE(parse_frame(frame, kTo).has_value());
}

TEST(ParseFrame, ReturnsThePayloadWithoutPadding) {
  std::mt19937_64 random(3);
  for (const std::size_t length : {0, 1, 17, 18, 19, 64, 1400}) {
    const auto payload = random_bytes(random, length);
    const auto frame = frame_of(payload);
    const auto parsed = parse_frame(frame, kTo);
    ASSERT_TRUE(parsed.has_value()) << length;
    EXPECT_TRUE(std::equal(parsed->begin(), parsed->end(), payload.begin(), payload.end())) << length;
  }
}

TEST(ParseFrame, RefusesEveryFlippedBit) {
  std::mt19937_64 random(4);
  const auto frame = frame_of(random_bytes(random, 37));
  ASSERT_TRUE(parse_frame(frame, kTo).has_value());
  for (std::size_t byte = 12; byte < frame.size(); ++byte) {  // the MAC addresses are the link's business
    for (int bit = 0; bit < 8; ++bit) {
      auto broken = frame;
      broken[byte] ^= static_cast<std::byte>(1 << bit);
      EXPECT_FALSE(parse_frame(broken, kTo).has_value()) << "byte " << byte << " bit " << bit;
    }
  }
}

TEST(ParseFrame, RefusesEveryCut) {
  std::mt19937_64 random(5);
  const auto frame = frame_of(random_bytes(random, 37));
  for (std::size_t length = 0; length < frame.size(); ++length)
    EXPECT_FALSE(parse_frame(Bytes(frame).first(length), kTo).has_value()) << length;
}

TEST(ParseFrame, RefusesOtherDestinations) {
  const auto frame = frame_of(std::vector<std::byte>(20));
  auto other_port = kTo, other_ip = kTo;
  ++other_port.port;
  ++other_ip.ip;
  EXPECT_FALSE(parse_frame(frame, other_port).has_value());
  EXPECT_FALSE(parse_frame(frame, other_ip).has_value());
}

// Lengths that lie, with checksums that hold: nothing may be read outside the frame (AddressSanitizer watches).
TEST(ParseFrame, RefusesLyingLengths) {
  for (const unsigned total : {0u, 19u, 27u, 28u, 47u, 49u, 46u, 1500u, 0xffffu}) {
    auto frame = frame_of(std::vector<std::byte>(20));  // truth: 48
    auto& header = *reinterpret_cast<FrameHeader*>(frame.data());
    header.total_bytes = static_cast<std::uint16_t>(total);
    header.ip_checksum = 0;
    header.ip_checksum = static_cast<std::uint16_t>(~plain_sum(Bytes(frame).subspan(14, 20)));
    EXPECT_FALSE(parse_frame(frame, kTo).has_value()) << total;
  }
}

TEST(Reflector, SendsAFrameBackWithEveryChecksumRight) {
  const Reflector reflector(kTo);
  std::mt19937_64 random(11);
  for (std::size_t bytes = 0; bytes < 100; ++bytes) {
    const std::vector<std::byte> payload = random_bytes(random, bytes);
    std::vector<std::byte> frame = frame_of(payload);
    ASSERT_TRUE(reflector.reflect(frame, Swap::All));
    EXPECT_FALSE(parse_frame(frame, kTo));
    const auto back = parse_frame(frame, kFrom);
    ASSERT_TRUE(back);
    EXPECT_TRUE(std::equal(back->begin(), back->end(), payload.begin(), payload.end()));
    std::vector<std::byte> expected(frame.size());
    std::copy(payload.begin(), payload.end(), expected.begin() + FrameWriter::kHeaderBytes);
    FrameWriter(kTo, kFrom).finish(expected, bytes);
    EXPECT_EQ(frame, expected);  // the same as one that was written for the way back, MAC addresses included
  }
}

TEST(Reflector, LeavesOtherPeoplesFramesAlone) {
  std::vector<std::byte> frame = frame_of({std::byte{1}});
  const std::vector<std::byte> before = frame;
  const Reflector reflector(kTo);
  EXPECT_FALSE(Reflector(kFrom).reflect(frame, Swap::All));
  EXPECT_FALSE(reflector.reflect(std::span(frame).first(41), Swap::All));
  frame[12] = std::byte{0x86};  // IPv6
  EXPECT_FALSE(reflector.reflect(frame, Swap::All));
  frame[12] = before[12];
  EXPECT_EQ(frame, before);
}

TEST(Reflector, SwapsMacAddressesAloneAsTestpmdDoes) {
  std::vector<std::byte> frame = frame_of({std::byte{1}});
  std::vector<std::byte> expected = frame;
  std::swap_ranges(expected.begin(), expected.begin() + 6, expected.begin() + 6);
  ASSERT_TRUE(Reflector(kTo).reflect(frame, Swap::Mac));
  EXPECT_EQ(frame, expected);
  EXPECT_FALSE(Reflector(kTo).reflect(frame, Swap::Mac));  // now to somebody else
  EXPECT_EQ(frame, expected);
}

TEST(Reflector, TakesFramesTogetherOnlyIfAllAreItsOwn) {
  const Reflector reflector(kTo);
  // One byte of each thing that is compared: MAC address, Ethernet type, destination address, destination port.
  for (const std::size_t wrong : {std::size_t{5}, std::size_t{13}, std::size_t{33}, std::size_t{36}})
    for (unsigned stranger = 0; stranger <= Reflector::kTogether; ++stranger) {
      std::array<std::vector<std::byte>, Reflector::kTogether> frames, alone;
      std::array<std::byte*, Reflector::kTogether> starts;
      for (unsigned i = 0; i < frames.size(); ++i) {
        frames[i] = frame_of({std::byte(i)});
        if (i == stranger) frames[i][wrong] ^= std::byte{1};
        alone[i] = frames[i];
        starts[i] = frames[i].data();
      }
      const bool all = stranger == Reflector::kTogether;
      EXPECT_EQ((reflector.reflect<Swap::All, Reflector::kTogether>(starts)), all);
      for (auto& frame : alone) ASSERT_TRUE(!all || reflector.reflect(frame, Swap::All));
      EXPECT_EQ(frames, alone) << wrong << ' ' << stranger;
    }
}

}  // namespace
}  // namespace hopscope::wire
