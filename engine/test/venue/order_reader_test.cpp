#include "engine/venue/order_reader.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/wire/itch_encode.h"
#include "engine/wire/ouch_encode.h"

namespace hopscope::venue {
namespace {

namespace itch = wire::itch;
namespace ouch = wire::ouch;

class ClientOrderTest : public testing::Test {
 protected:
  ClientOrderTest() {
    std::array<std::byte, 64> bytes{};
    itch::encode_stock_directory(bytes, {5, 1}, itch::symbol("HOPS"));
    symbols_.learn(*reinterpret_cast<const itch::StockDirectory*>(bytes.data()));
    wire_.user_ref = 77;
    wire_.side = 'B';
    wire_.quantity = 300;
    wire_.symbol = itch::symbol("HOPS");
    wire_.price = 1'000'000;
  }

  RejectReason read() {
    std::array<std::byte, 64> bytes{};
    ouch::encode_enter(bytes, wire_);
    order_ = {};
    return read_order(*reinterpret_cast<const ouch::EnterOrder*>(bytes.data()), {}, 2, symbols_, order_);
  }

  SymbolIndex symbols_{10};
  ouch::Order wire_;
  ClientOrder order_;
};

TEST_F(ClientOrderTest, LimitOrder) {
  EXPECT_EQ(read(), RejectReason::None);
  EXPECT_EQ(order_.id, kClientBit | 2ull << 32 | 77);
  EXPECT_EQ(user_ref_of(order_.id), 77u);
  EXPECT_EQ(order_.locate, 5);
  EXPECT_EQ(order_.side, book::Side::Buy);
  EXPECT_EQ(order_.type, OrderType::Limit);
  EXPECT_EQ(order_.price, 1'000'000u);
  EXPECT_EQ(order_.quantity, 300u);
}

TEST_F(ClientOrderTest, ImmediateOrCancel) {
  wire_.time_in_force = ouch::kTimeInForceImmediate;
  EXPECT_EQ(read(), RejectReason::None);
  EXPECT_EQ(order_.type, OrderType::ImmediateOrCancel);
}

TEST_F(ClientOrderTest, MarketWhateverItsTimeInForce) {
  wire_.price = ouch::kMarketPrice;
  for (const char time_in_force : {ouch::kTimeInForceDay, ouch::kTimeInForceImmediate}) {
    wire_.time_in_force = time_in_force;
    EXPECT_EQ(read(), RejectReason::None);
    EXPECT_EQ(order_.type, OrderType::Market);
    EXPECT_EQ(order_.price, 0u);
  }
}

TEST_F(ClientOrderTest, WhatIsUnsoundIsRejectedWithItsReason) {
  const ouch::Order sound = wire_;
  const auto with = [&](auto change) {
    wire_ = sound;
    change(wire_);
    return read();
  };
  EXPECT_EQ(with([](ouch::Order& order) { order.side = 'X'; }), RejectReason::InvalidSide);
  EXPECT_EQ(with([](ouch::Order& order) { order.quantity = 0; }), RejectReason::InvalidQuantity);
  EXPECT_EQ(with([](ouch::Order& order) { order.quantity = 1'000'000; }), RejectReason::InvalidQuantity);
  EXPECT_EQ(with([](ouch::Order& order) { order.price = 0; }), RejectReason::InvalidPrice);
  EXPECT_EQ(with([](ouch::Order& order) { order.price = kMaxOrderPrice + 1; }), RejectReason::InvalidPrice);
  EXPECT_EQ(with([](ouch::Order& order) { order.price = 0x1'0000'0000 + 1'000'000; }), RejectReason::InvalidPrice);
  EXPECT_EQ(with([](ouch::Order& order) { order.time_in_force = 'E'; }), RejectReason::Other);
  EXPECT_EQ(with([](ouch::Order& order) { order.symbol = itch::symbol("NONE"); }), RejectReason::InvalidSymbol);
  EXPECT_EQ(with([](ouch::Order& order) { order.quantity = 999'999; }), RejectReason::None);
  EXPECT_EQ(with([](ouch::Order& order) { order.price = kMaxOrderPrice; }), RejectReason::None);
}

}  // namespace
}  // namespace hopscope::venue
