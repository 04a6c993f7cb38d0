#include "engine/journal/segment_ring.h"

#include <gtest/gtest.h>

namespace hopscope::journal {
namespace {

constexpr Segments kThree{8192, 3};

class ThreeSegments : public testing::Test {
 protected:
  void SetUp() override { ring_.open(kThree); }
  // Where the next block goes; 0: nowhere.
  std::uint64_t place(std::uint64_t bytes) {
    std::uint64_t offset = 0;
    if (!ring_.place(next_, bytes, offset)) return 0;
    ++next_;
    return offset;
  }
  SegmentRing ring_;
  std::uint64_t next_ = 1;
};

TEST_F(ThreeSegments, ABlockThatDoesNotFitBeginsTheNextOne) {
  EXPECT_EQ(place(4096), kThree.begin(0));
  EXPECT_EQ(place(8192), kThree.begin(1));
  EXPECT_EQ(place(512), kThree.begin(2));
  EXPECT_EQ(place(512), kThree.begin(2) + 512);
  EXPECT_EQ(ring_.written_bytes(), kThree.begin(2) + 1024);
  EXPECT_EQ(ring_.room_bytes(), 8192u - 1024);
}

TEST_F(ThreeSegments, IsFullUntilEveryBlockOfTheOldestSegmentIsReleased) {
  for (int i = 0; i < 6; ++i) EXPECT_NE(place(4096), 0u);
  EXPECT_FALSE(ring_.has_room(512));
  EXPECT_EQ(place(512), 0u);
  ring_.release(1);
  EXPECT_EQ(place(512), 0u) << "block 2 stands in it too";
  ring_.release(2);
  EXPECT_EQ(ring_.room_bytes(), 8192u);
  EXPECT_EQ(place(4096), kThree.begin(0));
  EXPECT_EQ(place(4096), kThree.begin(0) + 4096);
  EXPECT_EQ(place(4096), 0u);
  ring_.release(8);
  EXPECT_EQ(place(4096), kThree.begin(1));
}

TEST_F(ThreeSegments, TheSegmentBeingFilledIsNotFilledAnew) {
  SegmentRing one;
  one.open({8192, 1});
  std::uint64_t offset = 0;
  EXPECT_TRUE(one.place(1, 8192, offset));
  one.release(1);
  EXPECT_FALSE(one.place(2, 512, offset));
  EXPECT_EQ(one.room_bytes(), 0u);
}

}  // namespace
}  // namespace hopscope::journal
