#include "engine/net/netmap_port.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/test/net/fake_netmap.h"

namespace hopscope::net {
namespace {

const wire::UdpEndpoint kA{{2, 0, 0, 0, 0, 1}, 0x0a4d0001, 26400};
const wire::UdpEndpoint kB{{2, 0, 0, 0, 0, 2}, 0x0a4d0002, 26400};

using FakePort = NetmapPort<FakeNetmapDevice>;
static_assert(Port<FakePort>);

struct Rig {
  explicit Rig(FakeLinkKind kind = FakeLinkKind::Pipe, std::uint32_t rings = 1, std::uint32_t slots = 8, unsigned burst = 32)
      : link(kind, rings, slots), a(kA, kB, burst, link, 0), b(kB, kA, burst, link, 1) {
    a.begin();
    b.begin();
  }

  static bool send(FakePort& port, const std::string& text) {
    const std::span<std::byte> room = port.tx_reserve();
    if (room.empty()) return false;
    std::memcpy(room.data(), text.data(), text.size());
    port.tx_commit(text.size());
    return true;
  }

  static std::vector<std::string> receive(FakePort& port) {
    std::vector<std::string> all;
    for (const Payload payload : port.rx_burst()) all.emplace_back(reinterpret_cast<const char*>(payload.data()), payload.size());
    port.rx_release();
    return all;
  }

  FakeNetmapLink link;
  FakePort a, b;
};

using Texts = std::vector<std::string>;

TEST(NetmapPort, CarriesPayloadsBothWays) {
  for (const FakeLinkKind kind : {FakeLinkKind::Pipe, FakeLinkKind::Switch}) {
    Rig rig(kind);
    ASSERT_TRUE(Rig::send(rig.a, "tick"));
    EXPECT_EQ(rig.a.tx_flush(), 0u);
    EXPECT_EQ(Rig::receive(rig.b), Texts{"tick"});
    ASSERT_TRUE(Rig::send(rig.b, "an order of several more bytes"));
    rig.b.tx_flush();
    EXPECT_EQ(Rig::receive(rig.a), Texts{"an order of several more bytes"});
    EXPECT_EQ(rig.a.counters().tx, 1u);
    EXPECT_EQ(rig.b.counters().rx, 1u);
    rig.link.expect_all_buffers();
  }
}

TEST(NetmapPort, SyncsOnceABatch) {
  Rig rig;
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(Rig::send(rig.a, text));
  EXPECT_EQ(rig.link.syncs(0).tx, 0u);
  rig.a.tx_flush();
  rig.a.tx_flush();  // nothing is left to do
  EXPECT_EQ(rig.link.syncs(0).tx, 1u);
}

TEST(NetmapPort, AsksForMoreOnlyWhenNothingIsLeft) {
  Rig rig(FakeLinkKind::Pipe, 1, 8, 2);
  for (const char* text : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(Rig::send(rig.a, text));
  rig.a.tx_flush();
  EXPECT_EQ(Rig::receive(rig.b), (Texts{"a", "b"}));
  EXPECT_EQ(Rig::receive(rig.b), (Texts{"c", "d"}));
  EXPECT_EQ(Rig::receive(rig.b), Texts{"e"});
  EXPECT_EQ(rig.link.syncs(1).rx, 1u);
  EXPECT_EQ(Rig::receive(rig.b), Texts{});
  EXPECT_EQ(rig.link.syncs(1).rx, 2u);
}

TEST(NetmapPort, HoldsWhatThePeerHasNoRoomForAndLosesNothing) {
  Rig rig(FakeLinkKind::Pipe, 1, 4);
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(Rig::send(rig.a, text));
  EXPECT_FALSE(Rig::send(rig.a, "no slot before a sync"));
  EXPECT_EQ(rig.a.tx_flush(), 0u);
  for (const char* text : {"d", "e"}) ASSERT_TRUE(Rig::send(rig.a, text));
  EXPECT_EQ(rig.a.tx_flush(), 2u);
  EXPECT_EQ(rig.a.tx_flush(), 2u);  // still
  ASSERT_TRUE(Rig::send(rig.a, "f"));
  EXPECT_FALSE(Rig::send(rig.a, "full"));
  EXPECT_EQ(rig.a.tx_flush(), 3u);
  EXPECT_EQ(Rig::receive(rig.b), (Texts{"a", "b", "c"}));
  EXPECT_EQ(Rig::receive(rig.b), Texts{});  // gives the slots back
  EXPECT_EQ(rig.a.tx_flush(), 0u);
  EXPECT_EQ(Rig::receive(rig.b), (Texts{"d", "e", "f"}));
  EXPECT_EQ(rig.a.counters().tx, 6u);
  EXPECT_EQ(rig.a.counters().drops, 0u);
}

TEST(NetmapPort, PayloadsStayUntilTheyAreReleased) {
  Rig rig(FakeLinkKind::Switch, 1, 4);
  ASSERT_TRUE(Rig::send(rig.a, "first"));
  rig.a.tx_flush();
  const std::span<const Payload> burst = rig.b.rx_burst();
  ASSERT_EQ(burst.size(), 1u);
  for (int i = 0; i < 8; ++i) {
    Rig::send(rig.a, "other");
    rig.a.tx_flush();
  }
  EXPECT_EQ(std::memcmp(burst[0].data(), "first", 5), 0);
}

TEST(NetmapPort, OrderHoldsOverManyRounds) {
  Rig rig(FakeLinkKind::Pipe, 1, 16, 5);
  std::mt19937_64 random(7);
  std::uint64_t sent = 0, received = 0;
  while (received < 10'000) {
    for (std::uint64_t n = random() % 12; n > 0 && Rig::send(rig.a, std::to_string(sent)); --n) ++sent;
    rig.a.tx_flush();
    if (random() % 3 == 0) continue;
    for (const std::string& text : Rig::receive(rig.b)) ASSERT_EQ(text, std::to_string(received++));
  }
  rig.link.expect_all_buffers();
}

TEST(NetmapPort, LooksAtEveryRing) {
  Rig rig(FakeLinkKind::Pipe, 3);
  for (const int ring : {2, 0, 1}) {
    rig.link.steer = ring;
    ASSERT_TRUE(Rig::send(rig.a, "to " + std::to_string(ring)));
    rig.a.tx_flush();
    EXPECT_EQ(Rig::receive(rig.b), Texts{"to " + std::to_string(ring)});
  }
}

TEST(NetmapPort, SendsOnAnotherRingWhenOneIsFull) {
  Rig rig(FakeLinkKind::Pipe, 2, 4);
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(Rig::send(rig.a, std::to_string(i)));
  EXPECT_FALSE(Rig::send(rig.a, "full"));
  EXPECT_EQ(rig.a.tx_flush(), 0u);
  EXPECT_EQ(Rig::receive(rig.b).size(), 6u);
}

TEST(NetmapPort, ReflectsFramesByExchangingBuffers) {
  for (const FakeLinkKind kind : {FakeLinkKind::Pipe, FakeLinkKind::Switch}) {
    Rig rig(kind);
    for (int round = 0; round < 20; ++round) {
      for (const char* text : {"ping", "pong"}) ASSERT_TRUE(Rig::send(rig.a, text));
      rig.a.tx_flush();
      EXPECT_EQ(rig.b.reflect(wire::Swap::All), 2u);
      EXPECT_EQ(Rig::receive(rig.a), (Texts{"ping", "pong"}));  // its checksums are verified
    }
    rig.link.expect_all_buffers();
    EXPECT_EQ(rig.b.counters().drops, 0u);
  }
}

TEST(NetmapPort, CountsWhatIsNotItsOwn) {
  Rig rig;
  FakePort stranger(kA, {{2, 0, 0, 0, 0, 9}, 0x0a4d0009, 26400}, 32, rig.link, 0);
  stranger.begin();
  ASSERT_TRUE(Rig::send(stranger, "to somebody else"));
  stranger.tx_flush();
  EXPECT_EQ(Rig::receive(rig.b), Texts{});
  EXPECT_EQ(rig.b.counters().rx_malformed, 1u);
}

TEST(NetmapPort, CountsWhatIsLostWithTheDevice) {
  Rig rig;
  for (const char* text : {"a", "b"}) ASSERT_TRUE(Rig::send(rig.a, text));
  rig.link.gone = true;
  EXPECT_EQ(rig.a.tx_flush(), 0u);
  EXPECT_EQ(rig.a.counters().drops, 2u);
  EXPECT_EQ(Rig::receive(rig.b), Texts{});
}

TEST(NetmapAbi, RingsStandBehindTheHostRings) {
  alignas(8) std::byte memory[sizeof(netmap::Interface) + 5 * sizeof(std::int64_t)] = {};
  auto* interface = reinterpret_cast<netmap::Interface*>(memory);
  interface->tx_rings = 2;
  interface->host_tx_rings = 1;
  interface->rx_rings = 1;
  interface->host_rx_rings = 1;
  const std::int64_t offsets[] = {1000, 2000, 3000, 4000, 5000};
  std::memcpy(memory + sizeof(netmap::Interface), offsets, sizeof offsets);
  EXPECT_EQ(reinterpret_cast<std::byte*>(interface->tx_ring(1)) - memory, 2000);
  EXPECT_EQ(reinterpret_cast<std::byte*>(interface->rx_ring(0)) - memory, 4000);
}

}  // namespace
}  // namespace hopscope::net
