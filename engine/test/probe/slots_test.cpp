#include "engine/probe/slots.h"

#include <gtest/gtest.h>

#include "engine/probe/stamp.h"

namespace hopscope::probe {
namespace {

TEST(PacketTable, ReusedSlotIsNeverTakenForAnotherPacket) {
  PacketTable table(16);
  table.put(5, 100, 110);
  ASSERT_NE(table.find(5), nullptr);
  EXPECT_EQ(table.find(5)->tx, 110u);
  table.put(21, 200, 210);  // same slot
  EXPECT_EQ(table.find(5), nullptr);
  EXPECT_EQ(table.find(21)->due, 200u);
}

TEST(CapsuleTable, FullKeyIsChecked) {
  CapsuleTable table(2, 16);
  hs_capsule& first = table.open(1, 3);
  first.base_tsc = 7;
  EXPECT_EQ(table.find(1, 3), &first);
  EXPECT_EQ(table.find(0, 3), nullptr);
  table.open(1, 19);  // same slot, later order
  EXPECT_EQ(table.find(1, 3), nullptr);
  EXPECT_EQ(table.find(1, 19)->base_tsc, 0u);
}

TEST(Stamp, SaturatesInsteadOfWrapping) {
  hs_capsule capsule{};
  capsule.base_tsc = 1'000;
  stamp(capsule, HS_HOP_OMS_RX, 1'500);
  stamp_venue(capsule, HS_HOP_VENUE_RX, 1'000 + (1ull << 40));
  EXPECT_EQ(capsule.delta[HS_HOP_OMS_RX], 500u);
  EXPECT_EQ(capsule.delta[HS_HOP_VENUE_RX], HS_DELTA_MAX);
  stamp(capsule, HS_HOP_OMS_TX, 999);  // a tick before the base: never the longest delay there is
  EXPECT_EQ(capsule.delta[HS_HOP_OMS_TX], 0u);
  EXPECT_EQ(capsule.hops & ~(1u << HS_HOP_OMS_TX), 1u << HS_HOP_OMS_RX);
  EXPECT_EQ(capsule.venue_hops, 1u << HS_HOP_VENUE_RX);
}

}  // namespace
}  // namespace hopscope::probe
