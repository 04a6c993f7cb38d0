#include "engine/oms/market_view.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/wire/itch_encode.h"

namespace hopscope::oms {
namespace {

constexpr std::uint16_t kLocate = 2;
constexpr auto kStock = wire::itch::symbol("HOPS");

core::Plan plan_of(core::Liquidity liquidity, unsigned venues) {
  core::Plan plan;
  plan.venues = venues;
  plan.feed.symbols = 4;
  plan.feed.liquidity = liquidity;
  return plan;
}

class Market {
 public:
  explicit Market(core::Liquidity liquidity, unsigned venues = 4) : view(plan_of(liquidity, venues)), venues_(venues) {}

  // A reference whose home that venue is, from a run of its own for each.
  std::uint64_t reference_at(unsigned venue) {
    while (book::home_venue(++last_, venues_) != venue) {
    }
    return last_;
  }
  book::Applied add(std::uint64_t reference, char side, std::uint32_t shares, std::uint32_t price) {
    return apply([&](auto out) { return wire::itch::encode_add(out, {kLocate, 1}, reference, side, shares, kStock, price); });
  }
  template <class Encode>
  book::Applied apply(Encode encode) {
    std::array<std::byte, 64> bytes{};
    const std::size_t length = encode(std::span<std::byte>(bytes));
    return view.apply(wire::itch::Message(std::span(bytes).first(length)));
  }

  MarketView view;

 private:
  unsigned venues_;
  std::uint64_t last_ = 0;
};

TEST(MarketView, SharedEveryVenueHasAllOrders) {
  Market market(core::Liquidity::Shared);
  market.add(1, 'B', 300, 1'000'000);
  market.add(2, 'S', 200, 1'000'100);
  for (unsigned venue = 0; venue < 4; ++venue) {
    EXPECT_EQ(market.view.touch(venue, kLocate).bid_size, 300u);
    EXPECT_EQ(market.view.touch(venue, kLocate).ask, 1'000'100u);
  }
  EXPECT_EQ(market.view.touch(kLocate).ask_size, 200u);
}

TEST(MarketView, SplitAnOrderRestsAtItsHome) {
  Market market(core::Liquidity::Split);
  EXPECT_EQ(market.add(market.reference_at(3), 'B', 300, 1'000'000), book::Applied::Book);
  EXPECT_EQ(market.add(market.reference_at(1), 'B', 100, 999'900), book::Applied::Book);
  EXPECT_EQ(market.view.touch(3, kLocate).bid, 1'000'000u);
  EXPECT_EQ(market.view.touch(1, kLocate).bid, 999'900u);
  EXPECT_EQ(market.view.touch(0, kLocate).bid, 0u);
  EXPECT_EQ(market.view.touch(kLocate).bid, 1'000'000u);
  EXPECT_EQ(market.view.touch(kLocate).bid_size, 300u);
  EXPECT_EQ(market.view.touch(kLocate).ask, 0u);
}

TEST(MarketView, TheBestPriceHasTheSharesOfAllWhoShowIt) {
  Market market(core::Liquidity::Split);
  market.add(market.reference_at(0), 'S', 300, 1'000'100);
  market.add(market.reference_at(2), 'S', 200, 1'000'100);
  market.add(market.reference_at(1), 'S', 700, 1'000'200);
  EXPECT_EQ(market.view.touch(kLocate).ask, 1'000'100u);
  EXPECT_EQ(market.view.touch(kLocate).ask_size, 500u);
}

TEST(MarketView, AReplacementStaysWhereTheOldOrderWas) {
  Market market(core::Liquidity::Split);
  const std::uint64_t old = market.reference_at(2);
  const std::uint64_t elsewhere = market.reference_at(0);
  market.add(old, 'B', 300, 1'000'000);
  EXPECT_EQ(market.apply([&](auto out) {
    return wire::itch::encode_replace(out, {kLocate, 1}, old, elsewhere, 100, 1'000'100);
  }),
            book::Applied::Book);
  EXPECT_EQ(market.view.touch(2, kLocate).bid, 1'000'100u);
  EXPECT_EQ(market.view.touch(0, kLocate).bid, 0u);
  EXPECT_EQ(market.apply([&](auto out) { return wire::itch::encode_delete(out, {kLocate, 1}, elsewhere); }), book::Applied::Book);
  EXPECT_EQ(market.view.touch(2, kLocate).bid, 0u);
}

TEST(MarketView, ALocateBeyondTheMarketIsUnresolved) {
  Market market(core::Liquidity::Split);
  EXPECT_EQ(market.apply([](auto out) {
    return wire::itch::encode_add(out, {5, 1}, 77, 'B', 100, kStock, 1'000'000);
  }),
            book::Applied::Unresolved);
}

}  // namespace
}  // namespace hopscope::oms
