#include "engine/net/packet_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace hopscope::net {
namespace {

std::vector<std::byte> filled(std::size_t bytes, std::uint64_t value) {
  return std::vector<std::byte>(bytes, static_cast<std::byte>(value));
}

TEST(PacketRing, GivesBackWhatWasPushedInOrderRoundTheEnd) {
  PacketRing ring(8192);
  PacketRing::Packet packet;
  EXPECT_FALSE(ring.front(packet));
  std::uint64_t popped = 0;
  ring.push(0, {});
  ASSERT_TRUE(ring.front(packet));
  const std::byte *first = packet.payload.data(), *last = first;
  ring.pop(packet);
  for (std::uint64_t i = 0; i < 1'000; ++i) {  // lengths that never fit the memory's end evenly
    ASSERT_TRUE(ring.push(i, filled(i * 37 % 1'400, i)));
    if (i % 2 == 0) continue;
    for (; popped <= i; ++popped) {
      ASSERT_TRUE(ring.front(packet));
      EXPECT_EQ(packet.tsc, popped);
      EXPECT_TRUE(std::ranges::equal(packet.payload, filled(popped * 37 % 1'400, popped))) << popped;
      first = std::min(first, packet.payload.data());
      last = std::max(last, packet.payload.data() + packet.payload.size());
      ring.pop(packet);
    }
    EXPECT_FALSE(ring.front(packet));
  }
  EXPECT_LE(last - first, 8192) << "outside the ring's memory";
}

TEST(PacketRing, LeavesOutWhatHasNoRoomAndKeepsWhatIsThere) {
  PacketRing ring(4096);
  std::uint64_t held = 0;
  while (ring.push(held, filled(100, held))) ++held;
  EXPECT_EQ(held, 4096u / 128);  // header 16 + 100, rounded up to 16
  EXPECT_FALSE(ring.push(99, filled(100, 99)));
  EXPECT_EQ(ring.offered(), held + 2);
  PacketRing::Packet packet;
  for (std::uint64_t i = 0; i < held; ++i) {
    ASSERT_TRUE(ring.front(packet));
    EXPECT_EQ(packet.tsc, i);
    EXPECT_EQ(packet.payload[99], static_cast<std::byte>(i));
    ring.pop(packet);
  }
  EXPECT_FALSE(ring.front(packet));
  EXPECT_TRUE(ring.push(1, filled(1'400, 1))) << "room again";
}

TEST(PacketRing, TwoThreadsLoseNothingWithoutCountingIt) {
  constexpr std::uint64_t kPackets = 200'000;
  PacketRing ring(1 << 14);
  std::uint64_t refused = 0;
  std::atomic<bool> ended{false};
  std::thread producer([&] {
    for (std::uint64_t i = 1; i <= kPackets; ++i)
      if (!ring.push(i, filled(i % 200, i))) ++refused;
    ended.store(true, std::memory_order_release);
  });
  std::uint64_t taken = 0, last = 0;
  PacketRing::Packet packet;
  const auto take = [&] {
    while (ring.front(packet)) {
      EXPECT_GT(packet.tsc, last);
      last = packet.tsc;
      EXPECT_TRUE(std::ranges::equal(packet.payload, filled(last % 200, last)));
      ring.pop(packet);
      ++taken;
    }
  };
  while (!ended.load(std::memory_order_acquire)) take();
  producer.join();
  take();
  EXPECT_GT(taken, 0u);
  EXPECT_EQ(taken + refused, kPackets);
}

}  // namespace
}  // namespace hopscope::net
