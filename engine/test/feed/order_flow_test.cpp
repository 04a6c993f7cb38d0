#include "engine/feed/order_flow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hopscope::feed {
namespace {

namespace itch = wire::itch;

// What a consumer can know, kept as plainly as possible; it judges every message of the flow.
class Judge {
 public:
  void take(const itch::Message& message) {
    ASSERT_TRUE(message.well_formed());
    ++types[message.type()];
    locate_ = message.locate();
    if (const auto* m = message.as<itch::AddOrder>()) return add(m->reference, m->side == 'B', m->price, m->shares);
    if (const auto* m = message.as<itch::Executed>()) return execute(m->reference, m->shares);
    if (const auto* m = message.as<itch::Cancel>()) return cancel(m->reference, m->shares);
    if (const auto* m = message.as<itch::Delete>()) {
      ASSERT_TRUE(orders_.contains(m->reference));
      return forget(m->reference);
    }
    if (const auto* m = message.as<itch::Replace>()) {
      ASSERT_TRUE(orders_.contains(m->old_reference));
      const bool buy = orders_.at(m->old_reference).buy;
      forget(m->old_reference);
      return add(m->new_reference, buy, m->price, m->shares);
    }
    if (const auto* m = message.as<itch::Trade>()) {
      auto& book = books_[locate_];
      const bool at_touch =
          (!book.bids.empty() && m->price == book.bids.rbegin()->first) || (!book.asks.empty() && m->price == book.asks.begin()->first);
      ASSERT_TRUE(at_touch);
    }
  }

  std::size_t resting(std::uint16_t locate) const { return books_.at(locate).live; }
  double mid(std::uint16_t locate) const {
    const auto& book = books_.at(locate);
    return (static_cast<double>(book.bids.rbegin()->first) + static_cast<double>(book.asks.begin()->first)) / 2;
  }

  std::map<char, std::uint64_t> types;

 private:
  using Queue = std::list<std::uint64_t>;
  struct Order {
    std::uint16_t locate;
    bool buy;
    std::uint32_t price, shares;
  };
  struct Book {
    std::map<std::uint32_t, Queue> bids, asks;
    std::size_t live = 0;
  };

  void add(std::uint64_t reference, bool buy, std::uint32_t price, std::uint32_t shares) {
    Book& book = books_[locate_];
    ASSERT_GT(shares, 0u);
    ASSERT_EQ(price % OrderFlow::kTick, 0u);
    ASSERT_TRUE(used_.insert(reference).second) << "a reference is used once";
    if (buy && !book.asks.empty()) {
      ASSERT_LT(price, book.asks.begin()->first) << "crosses";
    }
    if (!buy && !book.bids.empty()) {
      ASSERT_GT(price, book.bids.rbegin()->first) << "crosses";
    }
    orders_[reference] = {locate_, buy, price, shares};
    (buy ? book.bids : book.asks)[price].push_back(reference);
    ++book.live;
  }

  void execute(std::uint64_t reference, std::uint32_t shares) {
    ASSERT_TRUE(orders_.contains(reference));
    Order& order = orders_.at(reference);
    Book& book = books_[locate_];
    const auto& best = order.buy ? *book.bids.rbegin() : *book.asks.begin();
    ASSERT_EQ(order.price, best.first) << "not at the best price";
    ASSERT_EQ(best.second.front(), reference) << "not the oldest";
    ASSERT_LE(shares, order.shares);
    order.shares -= shares;
    if (order.shares == 0) forget(reference);
  }

  void cancel(std::uint64_t reference, std::uint32_t shares) {
    ASSERT_TRUE(orders_.contains(reference));
    ASSERT_LT(shares, orders_.at(reference).shares) << "a partial cancel leaves something";
    orders_.at(reference).shares -= shares;
  }

  void forget(std::uint64_t reference) {
    const Order order = orders_.at(reference);
    ASSERT_EQ(order.locate, locate_);
    Book& book = books_[order.locate];
    auto& side = order.buy ? book.bids : book.asks;
    Queue& queue = side.at(order.price);
    queue.remove(reference);
    if (queue.empty()) side.erase(order.price);
    orders_.erase(reference);
    --book.live;
  }

  std::uint16_t locate_ = 0;
  std::map<std::uint16_t, Book> books_;
  std::map<std::uint64_t, Order> orders_;
  std::set<std::uint64_t> used_;
};

struct Drawn {
  std::vector<std::byte> bytes;
  std::uint64_t market_ns;
  bool operator==(const Drawn&) const = default;
};

Drawn draw(OrderFlow& flow) {
  std::byte buffer[itch::kMaxBytes];
  Drawn drawn;
  const std::size_t bytes = flow.next(buffer, drawn.market_ns);
  drawn.bytes.assign(buffer, buffer + bytes);
  EXPECT_EQ(itch::Message(wire::Bytes(drawn.bytes)).timestamp_ns(), drawn.market_ns);
  return drawn;
}

TEST(OrderFlow, StartsWithSystemEventAndDirectory) {
  OrderFlow flow(7, 3, 1'000);
  EXPECT_EQ(flow.preamble_messages(), 4u);
  const auto start = draw(flow);
  const auto* event = itch::Message(wire::Bytes(start.bytes)).as<itch::SystemEvent>();
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->event, 'O');
  for (std::uint16_t locate = 1; locate <= 3; ++locate) {
    const auto entry = draw(flow);
    const itch::Message message{wire::Bytes(entry.bytes)};
    const auto* directory = message.as<itch::StockDirectory>();
    ASSERT_NE(directory, nullptr);
    EXPECT_EQ(message.locate(), locate);
    EXPECT_EQ(directory->stock, itch::symbol("HS0000" + std::to_string(locate)));
  }
}

TEST(OrderFlow, IsConsistent) {
  OrderFlow flow(7, 4, 1'000);
  Judge judge;
  for (int i = 0; i < 200'000; ++i) {
    const auto drawn = draw(flow);
    judge.take(itch::Message(wire::Bytes(drawn.bytes)));
    ASSERT_FALSE(HasFatalFailure()) << "message " << i << " of type " << static_cast<char>(drawn.bytes[0]);
  }
  for (std::uint16_t locate = 1; locate <= 4; ++locate) {
    EXPECT_NEAR(static_cast<double>(judge.resting(locate)), OrderFlow::kRestingOrders, 60) << locate;
    EXPECT_NEAR(judge.mid(locate), OrderFlow::kMeanPrice, 130 * OrderFlow::kTick) << locate;
  }
}

TEST(OrderFlow, HasTheMixOfANasdaqDay) {
  OrderFlow flow(7, 16, 1'000);
  for (int i = 0; i < 20'000; ++i) draw(flow);  // the books fill
  std::map<char, double> percent;
  constexpr int kMessages = 300'000;
  for (int i = 0; i < kMessages; ++i) percent[static_cast<char>(draw(flow).bytes[0])] += 100.0 / kMessages;
  EXPECT_NEAR(percent['A'], 43, 2);
  EXPECT_NEAR(percent['D'], 40, 2);
  EXPECT_NEAR(percent['U'], 9, 0.5);
  EXPECT_NEAR(percent['E'], 5, 0.5);
  EXPECT_NEAR(percent['X'], 1, 0.3);
  EXPECT_NEAR(percent['P'], 1, 0.3);
}

TEST(OrderFlow, LowerRanksAreBusier) {
  OrderFlow flow(7, 10, 1'000);
  std::map<std::uint16_t, int> messages;
  for (int i = 0; i < 100'000; ++i) {
    const auto drawn = draw(flow);
    ++messages[itch::Message(wire::Bytes(drawn.bytes)).locate()];
  }
  EXPECT_NEAR(static_cast<double>(messages[1]) / messages[2], 2, 0.2);
  EXPECT_NEAR(static_cast<double>(messages[1]) / messages[10], 10, 1);
}

TEST(OrderFlow, SameSeedSameBytes) {
  OrderFlow one(7, 16, 1'000), again(7, 16, 1'000), other(8, 16, 1'000);
  bool differs = false;
  for (int i = 0; i < 20'000; ++i) {
    const auto drawn = draw(one);
    ASSERT_EQ(drawn, draw(again)) << i;
    differs |= !(drawn == draw(other));
  }
  EXPECT_TRUE(differs);
}

// Arrivals have a random stream of their own: the market is the same whatever the schedule.
TEST(OrderFlow, ArrivalsDoNotChangeTheMarket) {
  OrderFlow constant(7, 16, 1'000), poisson(7, 16, 500, core::Arrivals::Poisson);
  constexpr std::size_t kTimestampAt = 5, kTimestampBytes = 6;
  for (int i = 0; i < 20'000; ++i) {
    auto a = draw(constant).bytes, b = draw(poisson).bytes;
    std::fill_n(a.begin() + kTimestampAt, kTimestampBytes, std::byte{0});
    std::fill_n(b.begin() + kTimestampAt, kTimestampBytes, std::byte{0});
    ASSERT_EQ(a, b) << i;
  }
}

TEST(OrderFlow, ConstantArrivalsKeepTheirRateExactly) {
  OrderFlow flow(7, 1, 10'000.0 / 3);  // 300 kpps
  std::uint64_t last = 0;
  for (int i = 0; i <= 300'000; ++i) last = draw(flow).market_ns;
  EXPECT_EQ(last, OrderFlow::kOpenNs + 1'000'000'000) << "300,000 gaps are one second";
}

TEST(OrderFlow, PoissonArrivalsAreExponential) {
  constexpr double kGapNs = 5'000;
  constexpr int kGaps = 200'000;
  OrderFlow flow(7, 1, kGapNs, core::Arrivals::Poisson);
  std::uint64_t before = draw(flow).market_ns;
  EXPECT_EQ(before, OrderFlow::kOpenNs);
  double sum = 0, squares = 0;
  int longer = 0;
  for (int i = 0; i < kGaps; ++i) {
    const std::uint64_t now = draw(flow).market_ns;
    const auto gap = static_cast<double>(now - before);
    before = now;
    sum += gap;
    squares += gap * gap;
    longer += gap > kGapNs;
  }
  const double mean = sum / kGaps;
  EXPECT_NEAR(mean, kGapNs, kGapNs * 0.012) << "five standard errors";
  EXPECT_NEAR(std::sqrt(squares / kGaps - mean * mean), kGapNs, kGapNs * 0.02);
  EXPECT_NEAR(static_cast<double>(longer) / kGaps, std::exp(-1.0), 0.006);
}

TEST(OrderFlow, ManySymbols) {
  OrderFlow flow(7, 2'000, 1'000);
  Judge judge;
  for (int i = 0; i < 50'000; ++i) {
    const auto drawn = draw(flow);
    judge.take(itch::Message(wire::Bytes(drawn.bytes)));
    ASSERT_FALSE(HasFatalFailure()) << i;
  }
  EXPECT_EQ(judge.types['R'], 2'000u);
}

}  // namespace
}  // namespace hopscope::feed
