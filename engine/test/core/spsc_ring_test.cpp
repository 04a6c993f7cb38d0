#include "engine/core/spsc_ring.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace hopscope::core {
namespace {

TEST(SpscRing, RefusesWhenFullAndWhenEmpty) {
  SpscRing<int> ring(3);  // rounded up to 4
  int value = 0;
  EXPECT_FALSE(ring.pop(value));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.push(i));
  EXPECT_FALSE(ring.push(4));
  ASSERT_TRUE(ring.pop(value));
  EXPECT_EQ(value, 0);
  EXPECT_TRUE(ring.push(4));
}

TEST(SpscRing, KeepsOrderAcrossTwoThreads) {
  constexpr std::uint64_t kValues = 200'000;
  SpscRing<std::uint64_t> ring(64);
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < kValues;) {
      if (ring.push(i)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t expected = 0, value = 0;
  while (expected < kValues) {
    if (!ring.pop(value)) {
      std::this_thread::yield();
      continue;
    }
    if (value != expected) break;
    ++expected;
  }
  producer.join();
  EXPECT_EQ(expected, kValues);
}

}  // namespace
}  // namespace hopscope::core
