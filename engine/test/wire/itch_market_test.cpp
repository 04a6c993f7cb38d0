#include "engine/wire/itch_market.h"

#include <gtest/gtest.h>

#include "engine/test/wire/wire_bytes.h"
#include "engine/wire/itch.h"
#include "engine/wire/itch_encode_market.h"

namespace hopscope::wire::itch {
namespace {

constexpr Stamp kStamp{.locate = 0x0102, .timestamp_ns = 0x0a0b0c0d0e0f, .tracking = 0x0304};
constexpr Symbol kStock = symbol("HOPS");

TEST(ItchEncodeMarket, StateOfAStock) {
  EXPECT_EQ(encoded([](auto out) { return encode_trading_action(out, kStamp, kStock, 'H', "T1"); }),
            from_hex("48 0102 0304 0a0b0c0d0e0f 484f505320202020 48 20 54312020"));
  EXPECT_EQ(encoded([](auto out) { return encode_short_sale_restriction(out, kStamp, kStock, '1'); }),
            from_hex("59 0102 0304 0a0b0c0d0e0f 484f505320202020 31"));
  EXPECT_EQ(encoded([](auto out) { return encode_participant_position(out, kStamp, "MAKR", kStock); }),
            from_hex("4c 0102 0304 0a0b0c0d0e0f 4d414b52 484f505320202020 59 4e 41"));
  EXPECT_EQ(encoded([](auto out) { return encode_operational_halt(out, kStamp, kStock, 'Q', 'H'); }),
            from_hex("68 0102 0304 0a0b0c0d0e0f 484f505320202020 51 48"));
  EXPECT_EQ(encoded([](auto out) { return encode_retail_interest(out, kStamp, kStock, 'A'); }),
            from_hex("4e 0102 0304 0a0b0c0d0e0f 484f505320202020 41"));
}

TEST(ItchEncodeMarket, StateOfTheMarket) {
  EXPECT_EQ(encoded([](auto out) { return encode_circuit_breaker_levels(out, kStamp, 1, 2, 0x0102030405060708); }),
            from_hex("56 0102 0304 0a0b0c0d0e0f 0000000000000001 0000000000000002 0102030405060708"));
  EXPECT_EQ(encoded([](auto out) { return encode_circuit_breaker_tripped(out, kStamp, '3'); }), from_hex("57 0102 0304 0a0b0c0d0e0f 33"));
}

TEST(ItchEncodeMarket, Auctions) {
  EXPECT_EQ(encoded([](auto out) { return encode_ipo_quoting_period(out, kStamp, kStock, 36'000, 'A', 1'000'000); }),
            from_hex("4b 0102 0304 0a0b0c0d0e0f 484f505320202020 00008ca0 41 000f4240"));
  EXPECT_EQ(encoded([](auto out) { return encode_auction_collar(out, kStamp, kStock, 1, 2, 3, 4); }),
            from_hex("4a 0102 0304 0a0b0c0d0e0f 484f505320202020 00000001 00000002 00000003 00000004"));
  const Imbalance imbalance{.paired_shares = 1,
                            .imbalance_shares = 2,
                            .direction = 'B',
                            .far_price = 3,
                            .near_price = 4,
                            .reference_price = 5,
                            .cross_type = 'C',
                            .price_variation = 'L'};
  EXPECT_EQ(encoded([&](auto out) { return encode_imbalance_indicator(out, kStamp, kStock, imbalance); }),
            from_hex("49 0102 0304 0a0b0c0d0e0f 0000000000000001 0000000000000002 42 484f505320202020 00000003 00000004 00000005 43 4c"));
  const PriceDiscovery discovery{.open_eligibility = 'Y',
                                 .minimum_price = 1,
                                 .maximum_price = 2,
                                 .near_price = 3,
                                 .near_time_ns = 4,
                                 .lower_price = 5,
                                 .upper_price = 6};
  EXPECT_EQ(encoded([&](auto out) { return encode_direct_listing(out, kStamp, kStock, discovery); }),
            from_hex("4f 0102 0304 0a0b0c0d0e0f 484f505320202020 59 00000001 00000002 00000003 0000000000000004 00000005 00000006"));
}

TEST(ItchEncodeMarket, OrdersAndTradesThatTheSimulatorDoesNotSend) {
  EXPECT_EQ(encoded([](auto out) { return encode_add_mpid(out, kStamp, 7, 'B', 100, kStock, 1'000'000, "AB"); }),
            from_hex("46 0102 0304 0a0b0c0d0e0f 0000000000000007 42 00000064 484f505320202020 000f4240 41422020"));
  EXPECT_EQ(encoded([](auto out) { return encode_executed_with_price(out, kStamp, 7, 100, 9, 'N', 1'000'000); }),
            from_hex("43 0102 0304 0a0b0c0d0e0f 0000000000000007 00000064 0000000000000009 4e 000f4240"));
  EXPECT_EQ(encoded([](auto out) { return encode_cross_trade(out, kStamp, 0x0102030405060708, kStock, 1'000'000, 9, 'O'); }),
            from_hex("51 0102 0304 0a0b0c0d0e0f 0102030405060708 484f505320202020 000f4240 0000000000000009 4f"));
  EXPECT_EQ(encoded([](auto out) { return encode_broken_trade(out, kStamp, 9); }), from_hex("42 0102 0304 0a0b0c0d0e0f 0000000000000009"));
}

TEST(ItchMarket, ReadsAnAuctionBack) {
  const auto bytes = encoded([](auto out) {
    return encode_imbalance_indicator(out, kStamp, kStock,
                                      {.paired_shares = 1'000, .imbalance_shares = 300, .direction = 'S', .near_price = 999'900});
  });
  const auto* imbalance = Message(bytes).as<ImbalanceIndicator>();
  ASSERT_NE(imbalance, nullptr);
  EXPECT_EQ(imbalance->paired_shares, 1'000u);
  EXPECT_EQ(imbalance->imbalance_shares, 300u);
  EXPECT_EQ(imbalance->direction, 'S');
  EXPECT_EQ(imbalance->stock, kStock);
  EXPECT_EQ(imbalance->near_price, 999'900u);
}

}  // namespace
}  // namespace hopscope::wire::itch
