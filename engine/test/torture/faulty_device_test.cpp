// The device keeps the promises that it makes, and no others.
#include "engine/torture/faulty_device.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "engine/torture/draws.h"

namespace hopscope::torture {
namespace {

constexpr std::size_t kBlockBytes = 4096;
constexpr std::uint64_t kBlocks = 16;

// Sixteen writes, each of one value, as many at once as the device takes, until `reaps` of them are done; then the cut.
class WritesUntilACut {
 public:
  WritesUntilACut(std::uint64_t seed, bool flushes, Cut cut, std::size_t reaps)
      : device_({.depth = 4, .flushes = flushes}, random_of(seed, Draws::Device), medium_) {
    for (std::uint64_t block = 0; block < kBlocks; ++block) blocks_[block].fill(static_cast<std::byte>(block + 1));
    std::uint64_t next = 0;
    while (done_.size() < reaps) {
      for (; next < kBlocks && next - done_.size() < device_.depth(); ++next)
        EXPECT_EQ(device_.submit(next + 1, next * kBlockBytes, blocks_[next]), "");
      std::uint64_t sequence = 0;
      std::string error;
      if (device_.reap(sequence, error)) done_.push_back(sequence - 1);
      EXPECT_EQ(error, "");
    }
    device_.cut(cut);
  }

  const std::vector<std::uint64_t>& done() const { return done_; }
  // Bytes of the block that have reached the medium.
  std::size_t reached(std::uint64_t block) {
    const auto stored = std::span(medium_).subspan(block * kBlockBytes, kBlockBytes);
    return static_cast<std::size_t>(std::count(stored.begin(), stored.end(), static_cast<std::byte>(block + 1)));
  }

 private:
  std::array<std::array<std::byte, kBlockBytes>, kBlocks> blocks_{};
  std::vector<std::byte> medium_ = std::vector<std::byte>(kBlocks * kBlockBytes);
  FaultyDevice device_;
  std::vector<std::uint64_t> done_;
};

TEST(FaultyDevice, AWriteThatIsDoneAndFlushedSurvivesAPowerCut) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    WritesUntilACut writes(seed, true, Cut::Power, 8);
    for (const std::uint64_t block : writes.done()) ASSERT_EQ(writes.reached(block), kBlockBytes) << "seed " << seed;
  }
}

TEST(FaultyDevice, AWriteThatIsDoneSurvivesTheProcessWithoutAFlush) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    WritesUntilACut writes(seed, false, Cut::Kill, 8);
    for (const std::uint64_t block : writes.done()) ASSERT_EQ(writes.reached(block), kBlockBytes) << "seed " << seed;
  }
}

TEST(FaultyDevice, WithoutAFlushAPowerCutDropsTearsAndReorders) {
  unsigned dropped = 0, torn = 0, reordered = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    WritesUntilACut writes(seed, false, Cut::Power, 8);
    bool earlier_is_missing = false;
    for (std::uint64_t block = 0; block < kBlocks; ++block) {
      const std::size_t reached = writes.reached(block);
      EXPECT_EQ(reached % 512, 0u) << "sectors are written whole or not at all";
      const bool done = std::find(writes.done().begin(), writes.done().end(), block) != writes.done().end();
      dropped += done && reached == 0;
      torn += done && reached != 0 && reached != kBlockBytes;
      reordered += earlier_is_missing && reached == kBlockBytes;
      earlier_is_missing |= reached != kBlockBytes;
    }
  }
  EXPECT_GE(dropped, 10u);
  EXPECT_GE(torn, 10u);
  EXPECT_GE(reordered, 10u);
}

TEST(FaultyDevice, WritesFinishInAnyOrder) {
  WritesUntilACut writes(1, true, Cut::Kill, kBlocks);
  EXPECT_FALSE(std::is_sorted(writes.done().begin(), writes.done().end()));
}

TEST(FaultyDevice, ClosingItPutsEverythingDown) {
  std::vector<std::byte> medium(4 * kBlockBytes);
  FaultyDevice device({.depth = 2, .flushes = false}, random_of(1, Draws::Device), medium);
  std::array<std::byte, kBlockBytes> block;
  block.fill(std::byte{7});
  EXPECT_EQ(device.submit(1, 0, block), "");
  EXPECT_EQ(device.submit(2, kBlockBytes, block), "");
  EXPECT_EQ(device.close(), "");
  device.cut(Cut::Power);
  EXPECT_EQ(std::count(medium.begin(), medium.end(), std::byte{7}), 2 * static_cast<std::ptrdiff_t>(kBlockBytes));
}

// Two writes, the second of which has the fault.
class AFault : public testing::Test {
 protected:
  AFault() {
    first_.fill(std::byte{1});
    second_.fill(std::byte{2});
  }
  FaultyDevice device(Fault fault) {
    return FaultyDevice({.depth = 2, .latency = 1, .fault = fault, .faulty_write = 2}, random_of(1, Draws::Device), medium_);
  }
  static constexpr int kLooks = 100;
  std::vector<std::byte> medium_ = std::vector<std::byte>(2 * kBlockBytes);
  std::array<std::byte, kBlockBytes> first_, second_;
  std::uint64_t sequence_ = 0;
  std::string error_;
};

TEST_F(AFault, OfAWriteThatFailsIsReportedForThatWrite) {
  FaultyDevice failing = device(Fault::Fails);
  EXPECT_EQ(failing.submit(1, 0, first_), "");
  EXPECT_TRUE(failing.reap(sequence_, error_));
  EXPECT_EQ(error_, "");
  EXPECT_FALSE(failing.fault_met());
  EXPECT_EQ(failing.submit(2, kBlockBytes, second_), "");
  EXPECT_TRUE(failing.reap(sequence_, error_));
  EXPECT_EQ(sequence_, 2u);
  EXPECT_NE(error_, "");
  EXPECT_TRUE(failing.fault_met());
}

TEST_F(AFault, OfAWriteThatIsRefusedLeavesTheMediumAsItWas) {
  FaultyDevice refusing = device(Fault::Refuses);
  EXPECT_EQ(refusing.submit(1, 0, first_), "");
  EXPECT_NE(refusing.submit(2, kBlockBytes, second_), "");
  EXPECT_EQ(refusing.close(), "");
  EXPECT_EQ(medium_[0], std::byte{1});
  EXPECT_EQ(medium_[kBlockBytes], std::byte{0});
}

TEST_F(AFault, OfAWriteThatHangsKeepsItFromBeingDone) {
  FaultyDevice hanging = device(Fault::Hangs);
  EXPECT_EQ(hanging.submit(1, 0, first_), "");
  EXPECT_EQ(hanging.submit(2, kBlockBytes, second_), "");
  unsigned done = 0;
  for (int look = 0; look < kLooks; ++look) done += hanging.reap(sequence_, error_);
  EXPECT_EQ(done, 1u);
  EXPECT_EQ(sequence_, 1u);
  EXPECT_NE(hanging.close(), "");
  EXPECT_EQ(medium_[kBlockBytes], std::byte{0});
}

TEST(FaultyDevice, TakesAndFinishesNothingAfterTheCut) {
  std::vector<std::byte> medium(2 * kBlockBytes);
  FaultyDevice device({.latency = 1}, random_of(1, Draws::Device), medium);
  std::array<std::byte, kBlockBytes> block{};
  EXPECT_EQ(device.submit(1, 0, block), "");
  device.cut(Cut::Power);
  std::uint64_t sequence = 0;
  std::string error;
  EXPECT_TRUE(device.reap(sequence, error));
  EXPECT_NE(error, "") << "whoever waits for it shall not wait for ever";
  EXPECT_NE(device.submit(2, kBlockBytes, block), "");
}

TEST(FaultyDevice, RefusesWhatItCannotTake) {
  std::vector<std::byte> medium(2 * kBlockBytes);
  FaultyDevice device({}, random_of(1, Draws::Device), medium);
  std::array<std::byte, kBlockBytes> block{};
  EXPECT_NE(device.submit(1, 512, block), "");
  EXPECT_NE(device.submit(1, 0, std::span(block).first(512)), "");
  EXPECT_NE(device.submit(1, 2 * kBlockBytes, block), "");
  EXPECT_EQ(device.submit(1, 0, block), "");
  EXPECT_NE(device.submit(2, kBlockBytes, block), "") << "one more than its depth";
}

}  // namespace
}  // namespace hopscope::torture
