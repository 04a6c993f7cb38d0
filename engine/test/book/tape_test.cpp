#include "engine/book/tape.h"

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "engine/book/itch_book.h"
#include "engine/wire/itch_encode_market.h"

namespace hopscope::book {
namespace {

namespace itch = wire::itch;

constexpr itch::Stamp kStamp{3, 34'200'000'000'000};
constexpr itch::Symbol kStock = itch::symbol("HOPS");

class TapeTest : public testing::Test {
 protected:
  void take(std::size_t bytes) {
    const itch::Message message{std::span(bytes_).first(bytes)};
    tape_.take(books_, message);
    apply(books_, message);
  }

  std::array<std::byte, 64> bytes_{};
  Books books_{10, 100};
  Tape tape_{10};
};

TEST_F(TapeTest, AnExecutionTradesAtThePriceOfTheOrderItNames) {
  take(itch::encode_add(bytes_, kStamp, 1, 'B', 100, kStock, 500));
  EXPECT_EQ(tape_[3].last, 0u);
  take(itch::encode_executed(bytes_, {3, 77}, 1, 100, 9));
  EXPECT_EQ(tape_[3].last, 500u);
  EXPECT_EQ(tape_[3].last_ns, 77u);
  EXPECT_EQ(tape_[3].shares, 100u);
  EXPECT_EQ(tape_[3].notional, 50'000u);
  take(itch::encode_executed(bytes_, kStamp, 1, 100, 9));  // it has ended
  EXPECT_EQ(tape_[3].shares, 100u);
  EXPECT_EQ(tape_[4].shares, 0u);
}

TEST_F(TapeTest, WhatIsPrintedElsewhereIsNotCountedTwice) {
  take(itch::encode_add(bytes_, kStamp, 1, 'S', 100, kStock, 500));
  take(itch::encode_executed_with_price(bytes_, kStamp, 1, 40, 9, 'N', 480));
  EXPECT_EQ(tape_[3].shares, 0u);
  take(itch::encode_executed_with_price(bytes_, kStamp, 1, 60, 9, 'Y', 490));
  EXPECT_EQ(tape_[3].last, 490u);
  EXPECT_EQ(tape_[3].notional, 60u * 490);
}

TEST_F(TapeTest, HiddenTradesAndCrossesAreTrades) {
  take(itch::encode_trade(bytes_, kStamp, 20, kStock, 510, 9));
  take(itch::encode_cross_trade(bytes_, kStamp, 1'000, kStock, 520, 9, 'O'));
  EXPECT_EQ(tape_[3].last, 520u);
  EXPECT_EQ(tape_[3].shares, 1'020u);
}

TEST_F(TapeTest, SymbolsBeyondItsRoomAreLeftOut) {
  take(itch::encode_trade(bytes_, {11, 5}, 20, kStock, 510, 9));
  for (std::uint16_t locate = 0; locate <= 10; ++locate) EXPECT_EQ(tape_[locate].shares, 0u);
}

}  // namespace
}  // namespace hopscope::book
