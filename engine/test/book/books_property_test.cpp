// Books against the reference, operation by operation, over random streams of very different shape.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "engine/book/books.h"
#include "engine/core/random.h"
#include "engine/test/book/reference_books.h"

namespace hopscope::book {
namespace {

struct Shape {
  const char* name;
  std::uint32_t symbols;
  std::uint32_t max_orders;
  std::uint32_t price_steps;  // prices drawn from that many above the lowest
  std::uint32_t step;         // distance of two prices
  std::uint32_t add_percent;  // the rest reduces, removes, replaces and matches
  OrderId id_stride;
  Price lowest = 1'000'000;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class BooksProperty : public testing::TestWithParam<std::tuple<Shape, std::uint64_t>> {};

void expect_same_side(const Books& books, const ReferenceBooks& reference, std::uint16_t locate, Side side) {
  std::vector<std::tuple<Price, OrderId, Quantity>> seen;
  books.each_order(locate, side, [&](const Order& order) {
    EXPECT_EQ(books.locate_of(order), locate);
    EXPECT_EQ(books.side_of(order), side);
    seen.emplace_back(order.price, order.id, order.quantity);
    return true;
  });
  const auto wanted = reference.orders(locate, side);
  ASSERT_EQ(seen, wanted);

  std::vector<std::tuple<Price, std::uint64_t, std::uint32_t>> levels, wanted_levels;
  for (const auto& [price, id, quantity] : wanted) {
    if (wanted_levels.empty() || std::get<0>(wanted_levels.back()) != price) wanted_levels.emplace_back(price, 0, 0);
    std::get<1>(wanted_levels.back()) += quantity;
    ++std::get<2>(wanted_levels.back());
  }
  books.each_level(locate, side, [&](Price price, std::uint64_t quantity, std::uint32_t orders) {
    levels.emplace_back(price, quantity, orders);
    return true;
  });
  ASSERT_EQ(levels, wanted_levels);

  const Touch touch = books.touch(locate);
  const Price best = wanted_levels.empty() ? 0 : std::get<0>(wanted_levels[0]);
  const std::uint64_t size = wanted_levels.empty() ? 0 : std::get<1>(wanted_levels[0]);
  EXPECT_EQ(side == Side::Buy ? touch.bid : touch.ask, best);
  EXPECT_EQ(side == Side::Buy ? touch.bid_size : touch.ask_size, size);
  EXPECT_EQ(books.best(locate, side), best);
}

TEST_P(BooksProperty, DoesWhatTheReferenceDoes) {
  const Shape& shape = std::get<0>(GetParam());
  const std::uint64_t seed = std::get<1>(GetParam());
  core::Random random(seed, core::Stream::FeedFlow);
  Books books(static_cast<std::uint16_t>(shape.symbols), shape.max_orders);
  ReferenceBooks reference(shape.max_orders);
  std::vector<OrderId> known;  // live, dead and never accepted ones alike
  OrderId next_id = seed;
  const auto some_id = [&] { return known.empty() ? OrderId{1} : known[random.below(static_cast<std::uint32_t>(known.size()))]; };
  const auto fresh_id = [&] {
    if (random.below(50) == 0) return some_id();  // now and then one that may rest already
    known.push_back(next_id += shape.id_stride);
    if (known.size() > std::size_t{3} * shape.max_orders)
      known.erase(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(shape.max_orders));
    return next_id;
  };
  const auto some_price = [&] { return shape.lowest + random.below(shape.price_steps) * shape.step; };

  for (int turn = 0; turn < 20'000; ++turn) {
    const auto locate = static_cast<std::uint16_t>(random.below(shape.symbols + 1));
    const Side side = random.below(2) != 0 ? Side::Buy : Side::Sell;
    const Quantity quantity = random.below(500);
    if (random.below(100) < shape.add_percent) {
      const OrderId id = fresh_id();
      const Price price = some_price();
      ASSERT_EQ(books.add(id, locate, side, price, quantity), reference.add(id, locate, side, price, quantity));
    } else {
      const OrderId id = some_id();
      switch (random.below(5)) {
        case 0:
          ASSERT_EQ(books.reduce(id, quantity), reference.reduce(id, quantity));
          break;
        case 1: {
          const OrderId now = random.below(10) == 0 ? id : fresh_id();
          const Price price = some_price();
          ASSERT_EQ(books.replace(id, now, price, quantity), reference.replace(id, now, price, quantity));
          break;
        }
        case 2: {
          const Price limit = random.below(4) == 0 ? 0 : some_price();
          std::vector<Trade> trades, wanted;
          const Quantity left = books.match(locate, side, limit, quantity, [&](OrderId maker, Price price, Quantity traded, bool done) {
            trades.push_back({maker, price, traded, done});
          });
          ASSERT_EQ(left, reference.match(locate, side, limit, quantity, wanted));
          ASSERT_EQ(trades, wanted);
          break;
        }
        default:
          ASSERT_EQ(books.remove(id), reference.remove(id));
      }
    }
    ASSERT_EQ(books.orders(), reference.orders());
    if (turn % 97 == 0) {
      ASSERT_NO_FATAL_FAILURE(expect_same_side(books, reference, locate, Side::Buy));
      ASSERT_NO_FATAL_FAILURE(expect_same_side(books, reference, locate, Side::Sell));
    }
  }
  for (std::uint32_t locate = 0; locate <= shape.symbols; ++locate)
    for (const Side side : {Side::Buy, Side::Sell})
      ASSERT_NO_FATAL_FAILURE(expect_same_side(books, reference, static_cast<std::uint16_t>(locate), side));
}

constexpr Shape kShapes[] = {
    {"Narrow", 1, 1000, 30, 100, 50, 1},
    {"Deep", 1, 4000, 3000, 100, 62, 1},
    {"OneLevel", 1, 500, 1, 100, 50, 1},
    {"ManySymbols", 40, 2000, 60, 1, 55, 1},
    {"NearlyFull", 3, 64, 200, 7, 70, 1},
    {"StridedIds", 2, 2000, 100, 100, 55, 1024},
    {"HugeIds", 2, 2000, 100, 100, 55, (1ull << 63) + 16},
    {"AroundADollar", 2, 2000, 300, 7, 55, 1, 9'000},
    {"SubPennies", 1, 4000, 3000, 1, 60, 1, 1},
    {"HighestPrices", 2, 2000, 100, 1, 55, 1, kMaxPrice - 99},
};

INSTANTIATE_TEST_SUITE_P(Streams, BooksProperty, testing::Combine(testing::ValuesIn(kShapes), testing::Values(1, 2, 3)),
                         [](const auto& test) { return std::get<0>(test.param).name + std::to_string(std::get<1>(test.param)); });

}  // namespace
}  // namespace hopscope::book
