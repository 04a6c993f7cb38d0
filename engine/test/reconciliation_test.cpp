#include "engine/reconciliation.h"

#include <gtest/gtest.h>

#include <string>

namespace hopscope {
namespace {

Holding holding(std::uint64_t bought, std::uint64_t value, std::int64_t fees) {
  Holding holding;
  holding.traded.bought = bought;
  holding.traded.bought_value = value;
  holding.traded.fees_micros = fees;
  return holding;
}

TEST(Reconciliation, EqualHoldingsHaveNoDifference) {
  Holdings oms;
  oms[{0, 1}] = holding(100, 1'000, 3);
  oms[{1, 7}].open(book::Side::Sell, 50);
  EXPECT_TRUE(reconcile(oms, oms).empty());
  EXPECT_TRUE(reconcile({}, {}).empty());
}

TEST(Reconciliation, NamesVenueSymbolFigureAndBothValues) {
  Holdings oms, venues;
  oms[{0, 1}] = holding(100, 1'000, 3);
  venues[{0, 1}] = holding(100, 1'001, 3);
  venues[{2, 5}].open(book::Side::Buy, 40);
  const std::vector<Difference> differences = reconcile(oms, venues);
  ASSERT_EQ(differences.size(), 3u);
  EXPECT_EQ(differences[0].venue, 0u);
  EXPECT_EQ(differences[0].locate, 1u);
  EXPECT_EQ(std::string(differences[0].figure), "paid, 4 decimals");
  EXPECT_EQ(differences[0].oms, 1'000);
  EXPECT_EQ(differences[0].at_venue, 1'001);
  EXPECT_EQ(std::string(differences[1].figure), "open orders");
  EXPECT_EQ(differences[1].venue, 2u);
  EXPECT_EQ(differences[2].at_venue, 40);
}

TEST(Reconciliation, WhatOnlyTheOmsHasIsADifferenceToo) {
  Holdings oms;
  oms[{0, 1}] = holding(0, 0, 0);
  EXPECT_TRUE(reconcile(oms, {}).empty());
  oms[{0, 1}].traded.fees_micros = -1;
  ASSERT_EQ(reconcile(oms, {}).size(), 1u);
  EXPECT_EQ(reconcile(oms, {})[0].oms, -1);
}

}  // namespace
}  // namespace hopscope
