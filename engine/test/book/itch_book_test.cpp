#include "engine/book/itch_book.h"

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "engine/wire/itch_encode.h"

namespace hopscope::book {
namespace {

namespace itch = wire::itch;

constexpr itch::Stamp kStamp{3, 34'200'000'000'000};
constexpr itch::Symbol kStock = itch::symbol("HOPS");

class ItchBookTest : public testing::Test {
 protected:
  Applied take(std::size_t bytes) { return apply(books_, itch::Message(std::span(bytes_).first(bytes))); }
  Applied add(OrderId id, char side, Quantity shares, Price price) {
    return take(itch::encode_add(bytes_, kStamp, id, side, shares, kStock, price));
  }

  std::array<std::byte, 64> bytes_{};
  Books books_{10, 100};
};

TEST_F(ItchBookTest, AddRestsUnderItsLocate) {
  EXPECT_EQ(add(1, 'B', 100, 999'900), Applied::Book);
  EXPECT_EQ(add(2, 'S', 200, 1'000'100), Applied::Book);
  EXPECT_EQ(books_.touch(3).bid, 999'900u);
  EXPECT_EQ(books_.touch(3).ask_size, 200u);
}

TEST_F(ItchBookTest, AddWithMpidIsAnAdd) {
  itch::encode_add(bytes_, kStamp, 1, 'S', 100, kStock, 500);
  bytes_[0] = std::byte{'F'};
  EXPECT_EQ(take(sizeof(itch::AddOrderMpid)), Applied::Book);
  EXPECT_EQ(books_.touch(3).ask, 500u);
}

TEST_F(ItchBookTest, ExecutionsAndCancelsTakeSharesOff) {
  add(1, 'B', 100, 500);
  EXPECT_EQ(take(itch::encode_executed(bytes_, kStamp, 1, 30, 9)), Applied::Book);
  EXPECT_EQ(take(itch::encode_cancel(bytes_, kStamp, 1, 20)), Applied::Book);
  EXPECT_EQ(books_.find(1)->quantity, 50u);

  auto& priced = itch::lay<itch::ExecutedWithPrice>(bytes_, kStamp);
  priced.reference = 1;
  priced.shares = 50;
  EXPECT_EQ(take(sizeof priced), Applied::Book);
  EXPECT_EQ(books_.find(1), nullptr);
}

TEST_F(ItchBookTest, DeleteEndsAndReplaceMoves) {
  add(1, 'B', 100, 500);
  EXPECT_EQ(take(itch::encode_replace(bytes_, kStamp, 1, 2, 70, 600)), Applied::Book);
  EXPECT_EQ(books_.touch(3).bid, 600u);
  EXPECT_EQ(books_.touch(3).bid_size, 70u);
  EXPECT_EQ(take(itch::encode_delete(bytes_, kStamp, 2)), Applied::Book);
  EXPECT_EQ(books_.touch(3).bid, 0u);
}

TEST_F(ItchBookTest, UnknownReferencesAreUnresolved) {
  EXPECT_EQ(take(itch::encode_executed(bytes_, kStamp, 1, 30, 9)), Applied::Unresolved);
  EXPECT_EQ(take(itch::encode_cancel(bytes_, kStamp, 1, 30)), Applied::Unresolved);
  EXPECT_EQ(take(itch::encode_delete(bytes_, kStamp, 1)), Applied::Unresolved);
  EXPECT_EQ(take(itch::encode_replace(bytes_, kStamp, 1, 2, 70, 600)), Applied::Unresolved);
  EXPECT_EQ(books_.orders(), 0u);
}

TEST_F(ItchBookTest, ADuplicateAddIsUnresolved) {
  add(1, 'B', 100, 500);
  EXPECT_EQ(add(1, 'B', 100, 500), Applied::Unresolved);
}

TEST_F(ItchBookTest, TradesAndAdministrationChangeNoBook) {
  add(1, 'B', 100, 500);
  EXPECT_EQ(take(itch::encode_trade(bytes_, kStamp, 100, kStock, 500, 1)), Applied::Ignored);
  EXPECT_EQ(take(itch::encode_system_event(bytes_, kStamp, 'Q')), Applied::Ignored);
  EXPECT_EQ(take(itch::encode_stock_directory(bytes_, kStamp, kStock)), Applied::Ignored);
  EXPECT_EQ(books_.touch(3).bid_size, 100u);
}

TEST_F(ItchBookTest, WrongLengthOrSideIsIgnored) {
  const std::size_t bytes = itch::encode_add(bytes_, kStamp, 1, 'B', 100, kStock, 500);
  for (std::size_t cut = 0; cut < bytes; ++cut) EXPECT_EQ(take(cut), Applied::Ignored);
  EXPECT_EQ(take(bytes + 1), Applied::Ignored);
  EXPECT_EQ(add(1, 'X', 100, 500), Applied::Ignored);
  EXPECT_EQ(books_.orders(), 0u);
}

}  // namespace
}  // namespace hopscope::book
