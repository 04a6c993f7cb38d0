#include "native/record_filter.h"

#include <gtest/gtest.h>

namespace hopscope::native {
namespace {

constexpr std::uint64_t kSession = 1ull << 32;

TEST(RecordFilter, TheSampleIsKeptWhateverItsDurations) {
  RecordFilter filter(16);
  EXPECT_EQ(filter.keeping_of(kSession | 32, false), Keeping::Sampled);
  EXPECT_EQ(filter.keeping_of(kSession | 48, true), Keeping::Sampled);
  EXPECT_EQ(filter.keeping_of(kSession | 33, false), Keeping::Filtered);
}

TEST(RecordFilter, ASlowOrderIsKeptWithItsOtherRecord) {
  RecordFilter filter(16);
  EXPECT_EQ(filter.keeping_of(kSession | 33, true), Keeping::Tail);
  EXPECT_EQ(filter.keeping_of(kSession | 34, false), Keeping::Filtered);
  EXPECT_EQ(filter.keeping_of(2 * kSession | 33, false), Keeping::Filtered);
  EXPECT_EQ(filter.keeping_of(kSession | 33, false), Keeping::Tail);
}

TEST(RecordFilter, OfTwoSlowOrdersInOnePlaceTheLaterIsRemembered) {
  RecordFilter filter(16);
  EXPECT_EQ(filter.keeping_of(33, true), Keeping::Tail);
  EXPECT_EQ(filter.keeping_of(33 + 4096, true), Keeping::Tail);
  EXPECT_EQ(filter.keeping_of(33, false), Keeping::Filtered);
  EXPECT_EQ(filter.keeping_of(33 + 4096, false), Keeping::Tail);
}

TEST(RecordFilter, RemembersNothingAtFirst) {
  RecordFilter filter(7);
  for (std::uint64_t id = 0; id < 100; ++id) EXPECT_EQ(filter.keeping_of(id, false), id % 7 ? Keeping::Filtered : Keeping::Sampled);
}

}  // namespace
}  // namespace hopscope::native
