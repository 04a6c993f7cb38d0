#include "engine/wire/moldudp64.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace hopscope::wire {
namespace {

constexpr MoldSession kSession = mold_session("HSFEED");

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

std::string text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::vector<std::byte> packet_of(std::uint64_t sequence, const std::vector<std::string>& messages) {
  std::vector<std::byte> packet(1400);
  MoldWriter writer(packet);
  writer.begin(kSession, sequence);
  for (const auto& message : messages) EXPECT_TRUE(writer.append(bytes_of(message)));
  packet.resize(writer.finish());
  return packet;
}

TEST(MoldWriter, LaysOutTheSpecifiedBytes) {
  const auto packet = packet_of(0x0102030405060708, {"ab", "c"});
  const std::string expected = std::string("HSFEED    ") + "\x01\x02\x03\x04\x05\x06\x07\x08" + std::string("\0\x02", 2) +
                               std::string("\0\x02", 2) + "ab" + std::string("\0\x01", 2) + "c";
  EXPECT_EQ(text_of(packet), expected);
}

TEST(MoldWriter, RefusesWhatDoesNotFit) {
  std::vector<std::byte> packet(kMoldHeaderBytes + 2 + 4);
  MoldWriter writer(packet);
  writer.begin(kSession, 1);
  EXPECT_FALSE(writer.append(bytes_of("12345")));
  EXPECT_TRUE(writer.append(bytes_of("1234")));
  EXPECT_FALSE(writer.append(bytes_of("1")));
  EXPECT_EQ(writer.count(), 1);
  EXPECT_EQ(writer.finish(), packet.size());
}

TEST(MoldReader, ReturnsWhatWasWritten) {
  const auto packet = packet_of(77, {"first", "", "third"});
  MoldReader reader(packet);
  EXPECT_TRUE(reader.of_session(kSession));
  EXPECT_FALSE(reader.of_session(mold_session("OTHER")));
  EXPECT_EQ(reader.sequence(), 77u);
  EXPECT_EQ(reader.messages(), 3);
  std::vector<std::string> seen;
  for (Bytes message; reader.next(message);) seen.push_back(text_of(message));
  EXPECT_EQ(seen, (std::vector<std::string>{"first", "", "third"}));
  EXPECT_FALSE(reader.malformed());
}

TEST(MoldReader, TellsHeartbeatFromEndOfSession) {
  std::vector<std::byte> packet(kMoldHeaderBytes);
  MoldWriter writer(packet);
  writer.begin(kSession, 5);
  ASSERT_EQ(writer.finish(), kMoldHeaderBytes);
  EXPECT_TRUE(MoldReader(packet).heartbeat());
  EXPECT_FALSE(MoldReader(packet).end_of_session());

  writer.begin(kSession, 6);
  ASSERT_EQ(writer.finish_end_of_session(), kMoldHeaderBytes);
  MoldReader end(packet);
  EXPECT_TRUE(end.end_of_session());
  EXPECT_FALSE(end.malformed());
  EXPECT_EQ(end.messages(), 0);
  Bytes message;
  EXPECT_FALSE(end.next(message));
}

TEST(MoldReader, FlagsEveryCutAndEveryTail) {
  const auto whole = packet_of(9, {"hello", "world"});
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    MoldReader reader(Bytes(whole).first(bytes));
    for (Bytes message; reader.next(message);) {
    }
    EXPECT_TRUE(reader.malformed()) << "cut to " << bytes;
  }
  auto longer = whole;
  longer.push_back(std::byte{0});
  MoldReader reader(longer);
  for (Bytes message; reader.next(message);) {
  }
  EXPECT_TRUE(reader.malformed()) << "a byte behind the last message";
}

// Run under AddressSanitizer this shows that no header can make the reader leave its packet.
TEST(MoldReader, StaysInsideRandomPackets) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const std::vector<std::byte> packet = [&] {
      std::vector<std::byte> bytes(random() % 80);
      for (auto& byte : bytes) byte = static_cast<std::byte>(random() % 4 ? random() % 8 : random());
      return bytes;
    }();
    MoldReader reader(packet);
    std::size_t seen_bytes = 0;
    for (Bytes message; reader.next(message);) {
      ASSERT_GE(message.data(), packet.data());
      ASSERT_LE(message.data() + message.size(), packet.data() + packet.size());
      seen_bytes += kMoldLengthBytes + message.size();
    }
    ASSERT_LE(seen_bytes, packet.size());
  }
}

TEST(SequenceTracker, CountsGapsAndDuplicates) {
  SequenceTracker tracker;
  auto arrival = tracker.on_packet(1, 2);
  EXPECT_EQ(arrival.gap, 0u);
  EXPECT_EQ(arrival.duplicate, 0u);

  arrival = tracker.on_packet(5, 1);  // 3 and 4 are missing
  EXPECT_EQ(arrival.gap, 2u);
  EXPECT_EQ(arrival.duplicate, 0u);

  arrival = tracker.on_packet(3, 2);  // they come late: too late
  EXPECT_EQ(arrival.duplicate, 2u);
  EXPECT_EQ(tracker.expected(), 6u);

  arrival = tracker.on_packet(4, 4);  // 4 and 5 seen, 6 and 7 new
  EXPECT_EQ(arrival.duplicate, 2u);
  EXPECT_EQ(arrival.gap, 0u);
  EXPECT_EQ(tracker.expected(), 8u);

  arrival = tracker.on_packet(10, 0);  // a heartbeat reveals the loss of 8 and 9
  EXPECT_EQ(arrival.gap, 2u);
  EXPECT_EQ(tracker.gaps(), 4u);
  EXPECT_EQ(tracker.duplicates(), 4u);
}

}  // namespace
}  // namespace hopscope::wire
