#include "engine/book/books_digest.h"

#include <gtest/gtest.h>

namespace hopscope::book {
namespace {

TEST(BooksDigest, IsThatOfWhatRestsNotOfHowItCame) {
  Books one(2, 16), other(2, 16);
  for (Books* books : {&one, &other}) {
    books->add(1, 1, Side::Buy, 100, 10);
    books->add(2, 1, Side::Buy, 100, 10);
    books->add(3, 2, Side::Sell, 200, 10);
  }
  other.add(9, 1, Side::Sell, 300, 5);
  EXPECT_NE(books_digest(one).hex(), books_digest(other).hex());
  other.remove(9);
  EXPECT_EQ(books_digest(one).hex(), books_digest(other).hex());
}

TEST(BooksDigest, SeesSymbolSideIdPriceQuantityAndPriority) {
  const auto digest = [](auto fill) {
    Books books(2, 16);
    fill(books);
    return books_digest(books).hex();
  };
  const auto base = digest([](Books& books) { books.add(1, 1, Side::Buy, 100, 10), books.add(2, 1, Side::Buy, 100, 10); });
  EXPECT_NE(base, digest([](Books& books) { books.add(1, 2, Side::Buy, 100, 10), books.add(2, 1, Side::Buy, 100, 10); }));
  EXPECT_NE(base, digest([](Books& books) { books.add(1, 1, Side::Sell, 100, 10), books.add(2, 1, Side::Buy, 100, 10); }));
  EXPECT_NE(base, digest([](Books& books) { books.add(3, 1, Side::Buy, 100, 10), books.add(2, 1, Side::Buy, 100, 10); }));
  EXPECT_NE(base, digest([](Books& books) { books.add(1, 1, Side::Buy, 101, 10), books.add(2, 1, Side::Buy, 100, 10); }));
  EXPECT_NE(base, digest([](Books& books) { books.add(1, 1, Side::Buy, 100, 11), books.add(2, 1, Side::Buy, 100, 10); }));
  EXPECT_NE(base, digest([](Books& books) { books.add(2, 1, Side::Buy, 100, 10), books.add(1, 1, Side::Buy, 100, 10); }));
}

}  // namespace
}  // namespace hopscope::book
