#include "engine/venue/matching_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/book/itch_book.h"
#include "engine/core/random.h"
#include "engine/wire/itch_encode.h"

namespace hopscope::venue {
namespace {

namespace itch = wire::itch;
using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;

constexpr std::uint16_t kLocate = 3;
constexpr std::uint64_t kNow = 34'200'000'000'000;
constexpr itch::Symbol kStock = itch::symbol("HOPS");

class MatchingEngineTest : public testing::Test {
 protected:
  void feed(std::size_t bytes) { engine_.apply(++sequence_, itch::Message(std::span(bytes_).first(bytes))); }
  void add(OrderId id, char side, Quantity shares, Price price) {
    feed(itch::encode_add(bytes_, {kLocate, kNow}, id, side, shares, kStock, price));
  }
  void executed(OrderId id, Quantity shares) { feed(itch::encode_executed(bytes_, {kLocate, kNow}, id, shares, 1)); }
  void gone(OrderId id) { feed(itch::encode_delete(bytes_, {kLocate, kNow}, id)); }
  void replace(OrderId old, OrderId now, Quantity shares, Price price) {
    feed(itch::encode_replace(bytes_, {kLocate, kNow}, old, now, shares, price));
  }

  void enter(std::uint32_t user_ref, Side side, OrderType type, Quantity quantity, Price price) {
    engine_.enter({client_id(0, user_ref), kLocate, side, type, price, quantity}, RejectReason::None);
  }

  // What happened since the last call, a line each: "A1", "E1-7 100@50" (taker-maker), "C1 20I", "J1".
  std::vector<std::string> events() {
    std::vector<std::string> lines;
    const auto name = [](OrderId id) { return (is_client(id) ? "" : "b") + std::to_string(user_ref_of(id)); };
    for (const journal::Record& record : engine_.records()) {
      std::string line(1, static_cast<char>(record.type));
      line += name(record.order);
      if (record.type == journal::RecordType::Executed)
        line += "-" + name(record.maker) + " " + std::to_string(record.quantity) + "@" + std::to_string(record.price);
      if (record.type == journal::RecordType::Cancelled) line += " " + std::to_string(record.quantity) + static_cast<char>(record.reason);
      lines.push_back(line);
    }
    engine_.clear();
    return lines;
  }

  using Lines = std::vector<std::string>;
  std::array<std::byte, 64> bytes_{};
  std::uint64_t sequence_ = 0;
  MatchingEngine engine_{10, 1000};
};

TEST_F(MatchingEngineTest, LimitOrderThatCrossesNothingRests) {
  add(1, 'S', 100, 500);
  enter(1, Side::Buy, OrderType::Limit, 200, 499);
  EXPECT_EQ(events(), (Lines{"O1", "A1"}));
  EXPECT_EQ(engine_.touch(kLocate).bid_size, 200u);
}

TEST_F(MatchingEngineTest, LimitOrderTradesWithTheFeedsOrdersAndRestsWithWhatIsLeft) {
  add(1, 'S', 100, 500);
  add(2, 'S', 100, 501);
  add(3, 'S', 100, 502);
  enter(1, Side::Buy, OrderType::Limit, 250, 501);
  EXPECT_EQ(events(), (Lines{"O1", "A1", "E1-b1 100@500", "E1-b2 100@501"}));
  EXPECT_EQ(engine_.touch(kLocate).bid, 501u);
  EXPECT_EQ(engine_.touch(kLocate).bid_size, 50u);
  EXPECT_EQ(engine_.touch(kLocate).ask, 502u);
}

TEST_F(MatchingEngineTest, ImmediateOrCancelNeverRests) {
  add(1, 'B', 100, 500);
  enter(1, Side::Sell, OrderType::ImmediateOrCancel, 150, 500);
  EXPECT_EQ(events(), (Lines{"O1", "A1", "E1-b1 100@500", "C1 50I"}));
  EXPECT_EQ(engine_.orders(), 0u);
}

TEST_F(MatchingEngineTest, MarketOrderTakesEveryPriceAndNeverRests) {
  add(1, 'B', 100, 500);
  add(2, 'B', 100, 1);
  enter(1, Side::Sell, OrderType::Market, 250, 0);
  EXPECT_EQ(events(), (Lines{"O1", "A1", "E1-b1 100@500", "E1-b2 100@1", "C1 50I"}));
}

TEST_F(MatchingEngineTest, ClientsTradeWithEachOtherInTimePriorityAmongTheFeedsOrders) {
  add(1, 'S', 100, 500);
  enter(1, Side::Sell, OrderType::Limit, 100, 500);
  add(2, 'S', 100, 500);
  events();
  enter(2, Side::Buy, OrderType::Limit, 250, 500);
  EXPECT_EQ(events(), (Lines{"O2", "A2", "E2-b1 100@500", "E2-1 100@500", "E2-b2 50@500"}));
}

TEST_F(MatchingEngineTest, ArrivingFeedOrderFillsTheClientsItCrossesBestFirst) {
  enter(1, Side::Buy, OrderType::Limit, 100, 500);
  enter(2, Side::Buy, OrderType::Limit, 100, 501);
  enter(3, Side::Buy, OrderType::Limit, 100, 499);
  events();
  add(9, 'S', 250, 500);
  EXPECT_EQ(events(), (Lines{"Eb9-2 100@501", "Eb9-1 100@500"}));
  EXPECT_EQ(engine_.touch(kLocate).ask_size, 50u);
  EXPECT_EQ(engine_.touch(kLocate).bid, 499u);
}

TEST_F(MatchingEngineTest, FeedOrdersNeverTradeWithEachOther) {
  add(1, 'B', 100, 500);
  add(2, 'S', 100, 400);
  EXPECT_TRUE(events().empty());
  EXPECT_EQ(engine_.orders(), 2u);
}

TEST_F(MatchingEngineTest, ReplacedFeedOrderFillsTheClientsItThenCrosses) {
  enter(1, Side::Buy, OrderType::Limit, 100, 500);
  add(9, 'S', 300, 600);
  events();
  replace(9, 10, 300, 500);
  EXPECT_EQ(events(), (Lines{"Eb10-1 100@500"}));
  EXPECT_EQ(engine_.open_shares(9), 0u);
  EXPECT_EQ(engine_.open_shares(10), 200u);
}

TEST_F(MatchingEngineTest, FeedMessagesAboutSharesThatAClientTookAreClamped) {
  add(1, 'S', 300, 500);
  enter(1, Side::Buy, OrderType::ImmediateOrCancel, 200, 500);
  executed(1, 150);  // 100 are left here
  EXPECT_EQ(engine_.clamped(), 1u);
  EXPECT_EQ(engine_.orders(), 0u);
  executed(1, 100);  // the feed's 150 others
  gone(1);
  EXPECT_EQ(engine_.clamped(), 3u);
  EXPECT_EQ(engine_.unresolved(), 0u);
}

TEST_F(MatchingEngineTest, AReplaceBringsATakenOrderBackOnItsSide) {
  add(1, 'S', 300, 500);
  enter(1, Side::Buy, OrderType::ImmediateOrCancel, 300, 500);
  replace(1, 2, 200, 600);
  EXPECT_EQ(engine_.touch(kLocate).ask, 600u);
  EXPECT_EQ(engine_.touch(kLocate).ask_size, 200u);
  EXPECT_EQ(engine_.unresolved(), 0u);
}

TEST_F(MatchingEngineTest, MessagesAboutOrdersNeverSeenAreUnresolved) {
  executed(1, 100);
  gone(1);
  replace(1, 2, 100, 500);
  EXPECT_EQ(engine_.unresolved(), 3u);
  EXPECT_EQ(engine_.clamped(), 0u);
  EXPECT_EQ(engine_.orders(), 0u);
}

TEST_F(MatchingEngineTest, TheFeedCannotTouchAClientOrder) {
  enter(1, Side::Buy, OrderType::Limit, 100, 500);
  events();
  gone(client_id(0, 1));
  executed(client_id(0, 1), 100);
  replace(client_id(0, 1), 5, 100, 400);
  add(client_id(0, 2), 'B', 100, 450);
  EXPECT_EQ(engine_.unresolved(), 4u);
  EXPECT_EQ(engine_.open_shares(client_id(0, 1)), 100u);
  EXPECT_EQ(engine_.orders(), 1u);
}

TEST_F(MatchingEngineTest, CancelTakesARestingOrderOutOnce) {
  enter(1, Side::Buy, OrderType::Limit, 100, 500);
  events();
  engine_.cancel(client_id(0, 1), 0);
  engine_.cancel(client_id(0, 1), 0);
  EXPECT_EQ(events(), (Lines{"X1", "C1 100U", "X1"}));
  add(9, 'S', 100, 500);  // nobody to trade with any more
  EXPECT_TRUE(events().empty());
}

TEST_F(MatchingEngineTest, PartialCancelKeepsThePlaceInTheQueue) {
  enter(1, Side::Buy, OrderType::Limit, 100, 500);
  enter(2, Side::Buy, OrderType::Limit, 100, 500);
  events();
  engine_.cancel(client_id(0, 1), 30);
  engine_.cancel(client_id(0, 1), 50);
  EXPECT_EQ(events(), (Lines{"X1", "C1 70U", "X1"}));
  add(9, 'S', 40, 500);
  EXPECT_EQ(events(), (Lines{"Eb9-1 30@500", "Eb9-2 10@500"}));
}

TEST_F(MatchingEngineTest, RejectedOrderLeavesTheReasonAndNothingElse) {
  add(1, 'S', 100, 500);
  engine_.enter({client_id(0, 1), kLocate, Side::Buy, OrderType::Limit, 500, 100}, RejectReason::InvalidPrice);
  EXPECT_EQ(engine_.records()[1].reason, static_cast<std::uint16_t>(RejectReason::InvalidPrice));
  EXPECT_EQ(events(), (Lines{"O1", "J1"}));
  EXPECT_EQ(engine_.touch(kLocate).ask_size, 100u);
}

TEST_F(MatchingEngineTest, OrderForWhichTheBooksHaveNoRoomIsCancelledByTheSystem) {
  for (OrderId id = 1; id <= 1000; ++id) add(id, 'S', 100, 500);
  enter(1, Side::Buy, OrderType::Limit, 100, 400);
  EXPECT_EQ(events(), (Lines{"O1", "A1", "C1 100Z"}));
}

TEST_F(MatchingEngineTest, RecordsCarryMarketTimeAndTheFeedsSequence) {
  add(1, 'S', 100, 500);
  enter(1, Side::Buy, OrderType::Limit, 100, 500);
  std::uint64_t executions = 0;
  for (const journal::Record& record : engine_.records()) {
    EXPECT_EQ(record.market_ns, kNow);
    EXPECT_EQ(record.feed_sequence, 1u);
    EXPECT_EQ(record.locate, kLocate);
    EXPECT_EQ(record.side, 'B');
    if (record.type != journal::RecordType::Executed) continue;
    ++executions;
    EXPECT_EQ(record.match, 1u);
  }
  EXPECT_EQ(executions, 1u);
}

// Without clients the venue's book is the feed's book.
TEST_F(MatchingEngineTest, FollowsTheFeedLikeAnyOtherBook) {
  book::Books plain(10, 1000);
  core::Random random(3, core::Stream::FeedFlow);
  for (int turn = 0; turn < 20'000; ++turn) {
    const OrderId id = 1 + random.below(300);
    const Price price = 500 + random.below(40);
    const Quantity shares = 1 + random.below(100);
    std::size_t length = 0;
    switch (random.below(5)) {
      case 0:
      case 1:
        length = itch::encode_add(bytes_, {kLocate, kNow}, id, random.below(2) != 0 ? 'B' : 'S', shares, kStock, price);
        break;
      case 2:
        length = itch::encode_executed(bytes_, {kLocate, kNow}, id, shares, 1);
        break;
      case 3:
        length = itch::encode_delete(bytes_, {kLocate, kNow}, id);
        break;
      default:
        length = itch::encode_replace(bytes_, {kLocate, kNow}, id, 1 + random.below(300), shares, price);
    }
    book::apply(plain, itch::Message(std::span(bytes_).first(length)));
    feed(length);
    const book::Touch wanted = plain.touch(kLocate), seen = engine_.touch(kLocate);
    ASSERT_EQ(seen.bid, wanted.bid);
    ASSERT_EQ(seen.ask, wanted.ask);
    ASSERT_EQ(seen.bid_size, wanted.bid_size);
    ASSERT_EQ(seen.ask_size, wanted.ask_size);
    ASSERT_EQ(engine_.orders(), plain.orders());
  }
  EXPECT_TRUE(engine_.records().empty());
}

// Whatever happens, no share of a client's order is lost or made: entered = executed + cancelled + resting, and no client order stays
// behind a feed order that has crossed it. Odd ids of the feed buy, even ids
// sell, around a price that moves.
TEST_F(MatchingEngineTest, ClientSharesAreConserved) {
  core::Random random(4, core::Stream::FeedFlow);
  std::map<OrderId, std::int64_t> open;
  std::array<std::uint64_t, 2> executions{};  // clients took; clients were taken
  OrderId newest = 0;
  std::uint32_t next_ref = 0;
  Price middle = 510;
  const auto feed_price = [&](OrderId id) { return id % 2 != 0 ? middle - 1 - random.below(10) : middle + random.below(10); };
  for (int turn = 0; turn < 20'000; ++turn) {
    if (turn % 100 == 0) middle = 500 + random.below(20);
    const Quantity shares = 1 + random.below(200);
    const OrderId old = newest - std::min<OrderId>(newest, random.below(40));  // a young one, or one never seen
    switch (random.below(8)) {
      case 0:
      case 1:
        newest += 1 + random.below(2);
        add(newest, newest % 2 != 0 ? 'B' : 'S', shares, feed_price(newest));
        break;
      case 2:
      case 3:
      case 4:
        gone(old);
        break;
      case 5:
        newest += 1 + (newest + 1 + old) % 2;
        replace(old, newest, shares, feed_price(old));
        break;
      case 6: {
        const auto type = std::array{OrderType::Limit, OrderType::Limit, OrderType::ImmediateOrCancel, OrderType::Market}[random.below(4)];
        enter(++next_ref, random.below(2) != 0 ? Side::Buy : Side::Sell, type, shares,
              type == OrderType::Market ? 0 : middle - 10 + random.below(20));
        break;
      }
      default:
        engine_.cancel(client_id(0, 1 + random.below(next_ref + 1)), random.below(50));
    }
    for (const journal::Record& record : engine_.records()) {
      switch (record.type) {
        case journal::RecordType::Accepted:
          open[record.order] += record.quantity;
          break;
        case journal::RecordType::Executed:
          ASSERT_TRUE(is_client(record.order) || is_client(record.maker));
          ++executions[is_client(record.order) ? 0 : 1];
          if (is_client(record.order)) open[record.order] -= record.quantity;
          if (is_client(record.maker)) open[record.maker] -= record.quantity;
          break;
        case journal::RecordType::Cancelled:
          open[record.order] -= record.quantity;
          break;
        default:
          break;
      }
    }
    engine_.clear();
  }
  std::int64_t resting = 0;
  for (const auto& [id, shares] : open) {
    ASSERT_EQ(shares, engine_.open_shares(id)) << user_ref_of(id);
    resting += shares;
  }
  EXPECT_GT(resting, 0);
  EXPECT_GT(executions[0], 100u);
  EXPECT_GT(executions[1], 100u);
  for (const Side side : {Side::Buy, Side::Sell}) {
    const book::Touch touch = engine_.touch(kLocate);
    engine_.each_order(kLocate, side, [&](OrderId id, Price price, Quantity) {
      if (!is_client(id)) return;
      EXPECT_TRUE(side == Side::Buy ? touch.ask == 0 || price < touch.ask : touch.bid == 0 || price > touch.bid);
    });
  }
}

}  // namespace
}  // namespace hopscope::venue
