#include "native/stall_gaps.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "native/stall_rows.h"

namespace hopscope::native {
namespace {

const WallClock kClock(2'000'000'000'000, 0, 1'000);  // half a nanosecond a tick

void write(hs_gap_ring& ring, std::uint64_t from_tsc, std::uint64_t ticks) {
  ring.gap[ring.produced % HS_GAPS] = {from_tsc, ticks};
  ++ring.produced;
}

GapRow row(const RowSlab& slab, std::size_t index) {
  GapRow row;
  std::memcpy(&row, slab.bytes().data() + index * (2 + sizeof row) + 2, sizeof row);  // behind the run id: its length and "r"
  return row;
}

TEST(GapReader, TurnsEachThreadsGapsIntoRowsOnce) {
  const auto page = std::make_unique<hs_page>();
  GapReader reader;
  RowSlab rows("r");
  write(page->gaps[0], 200, 40);
  write(page->gaps[3], 600, 80);
  reader.read(*page, kClock, rows);
  ASSERT_EQ(rows.rows(), 2u);
  EXPECT_EQ(row(rows, 0).ts, 1'100);
  EXPECT_EQ(row(rows, 0).duration_ns, 20u);
  EXPECT_EQ(row(rows, 0).thread, 0);
  EXPECT_EQ(row(rows, 0).explained_ns, 0u);
  EXPECT_EQ(row(rows, 1).ts, 1'300);
  EXPECT_EQ(row(rows, 1).thread, 3);
  reader.read(*page, kClock, rows);
  EXPECT_EQ(rows.rows(), 2u);
  EXPECT_EQ(reader.taken(), 2u);
  EXPECT_EQ(reader.lost(), 0u);
}

TEST(GapReader, CountsWhatWasOverwritten) {
  const auto page = std::make_unique<hs_page>();
  GapReader reader;
  RowSlab rows("r");
  for (std::uint64_t i = 0; i < 100; ++i) write(page->gaps[0], i, i);
  reader.read(*page, kClock, rows);
  rows.clear();
  for (std::uint64_t i = 100; i < 100 + 2 * HS_GAPS; ++i) write(page->gaps[0], i, 2 * i);
  reader.read(*page, kClock, rows);
  EXPECT_EQ(rows.rows(), HS_GAPS - 1u);  // the writer may be at work on the oldest place
  EXPECT_EQ(reader.lost(), HS_GAPS + 1u);
  EXPECT_EQ(reader.taken() + reader.lost(), page->gaps[0].produced);
  EXPECT_EQ(row(rows, 0).duration_ns, 100u + HS_GAPS + 1u);
}

}  // namespace
}  // namespace hopscope::native
