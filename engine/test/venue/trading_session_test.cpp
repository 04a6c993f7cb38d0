// Halts, auctions and the end of the day as the feed tells them; books that follow prices; books that run out.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/venue/matching_engine.h"
#include "engine/wire/itch_encode.h"
#include "engine/wire/itch_encode_market.h"

namespace hopscope::venue {
namespace {

namespace itch = wire::itch;
using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;
using journal::RecordType;
using Lines = std::vector<std::string>;

constexpr std::uint16_t kLocate = 1;
constexpr std::uint64_t kNow = 34'200'000'000'000;
constexpr itch::Symbol kStock = itch::symbol("HOPS");

class TradingSession : public testing::Test {
 protected:
  template <class Encode>
  void feed(Encode encode) {
    const std::size_t length = encode(std::span<std::byte>(bytes_));
    engine_.apply(++sequence_, itch::Message(std::span(bytes_).first(length)));
  }
  void add(OrderId id, char side, Quantity shares, Price price, std::uint16_t locate = kLocate) {
    feed([&](auto out) { return itch::encode_add(out, {locate, kNow}, id, side, shares, kStock, price); });
  }
  void state(char state) {
    feed([&](auto out) { return itch::encode_trading_action(out, {kLocate, kNow}, kStock, state, ""); });
  }
  void cross(Price price) {
    feed([&](auto out) { return itch::encode_cross_trade(out, {kLocate, kNow}, 100, kStock, price, 1, 'O'); });
  }
  ClientOrder order(std::uint32_t user_ref, Side side, Quantity quantity, Price price, std::uint16_t traits = 0) {
    ClientOrder made{client_id(0, user_ref), kLocate, side, OrderType::Limit, price, quantity};
    made.terms.traits = traits;
    return made;
  }
  void enter(const ClientOrder& order) { engine_.enter(order, RejectReason::None); }

  // Outputs: "A1", "E1-b9 100@500", "C1 50C", "J1 7" (reason).
  Lines outputs() {
    Lines lines;
    const auto name = [](OrderId id) { return (is_client(id) ? "" : "b") + std::to_string(user_ref_of(id)); };
    for (const journal::Record& record : engine_.records()) {
      std::string line = static_cast<char>(record.type) + name(record.order);
      if (record.type == RecordType::Executed)
        line += "-" + name(record.maker) + " " + std::to_string(record.quantity) + "@" + std::to_string(record.price);
      if (record.type == RecordType::Cancelled) line += " " + std::to_string(record.quantity) + static_cast<char>(record.reason);
      if (record.type == RecordType::Rejected) line += " " + std::to_string(record.reason);
      if (record.type != RecordType::OrderEntered && record.type != RecordType::OrderTerms) lines.push_back(line);
    }
    engine_.clear();
    return lines;
  }

  std::array<std::byte, 64> bytes_{};
  std::uint64_t sequence_ = 0;
  MatchingEngine engine_{3, 1'000};
};

TEST_F(TradingSession, AHaltedSymbolTakesCancelsOnly) {
  enter(order(1, Side::Buy, 100, 500));
  state('H');
  enter(order(2, Side::Buy, 100, 500));
  add(9, 'S', 50, 500);  // the feed goes on; nothing trades
  engine_.cancel(client_id(0, 1), 80);
  EXPECT_EQ(outputs(), (Lines{"A1", "J2 7", "X1", "C1 20U"}));
  state('T');
  EXPECT_EQ(outputs(), (Lines{"E1-b9 50@500"}));
}

TEST_F(TradingSession, ASymbolHaltedBeforeItsFirstOrderIsHalted) {
  state('P');
  enter(order(1, Side::Buy, 100, 500));
  EXPECT_EQ(outputs(), (Lines{"J1 7"}));
}

TEST_F(TradingSession, TheFeedsCrossTradesClientsAtItsPrice) {
  state('Q');
  add(1, 'S', 60, 498);
  add(2, 'S', 100, 502);
  enter(order(1, Side::Buy, 100, 501));
  enter(order(2, Side::Buy, 100, 505, matching::trait::kAuctionOnly));
  enter(order(3, Side::Buy, 100, 490));
  EXPECT_EQ(outputs(), (Lines{"A1", "A2", "A3"}));
  cross(500);
  EXPECT_EQ(outputs(), (Lines{"E2-b1 60@500"}));
  EXPECT_EQ(engine_.touch(kLocate).ask, 502u);
  state('T');  // what is for the auction only ends
  EXPECT_EQ(outputs(), (Lines{"C2 40C"}));
  add(3, 'S', 10, 501);
  EXPECT_EQ(outputs(), (Lines{"Eb3-1 10@501"}));
}

TEST_F(TradingSession, AStopThatIsReachedInAnAuctionWakesWhenTradingBegins) {
  add(9, 'S', 100, 512);
  ClientOrder stop = order(1, Side::Buy, 50, 0, matching::trait::kStop);
  stop.type = OrderType::Market;
  stop.terms.stop = 510;
  enter(stop);
  state('Q');
  feed([](auto out) { return itch::encode_trade(out, {kLocate, kNow}, 100, kStock, 510, 1); });
  enter(order(2, Side::Buy, 100, 490));
  EXPECT_EQ(outputs(), (Lines{"A1", "A2"}));
  state('T');
  EXPECT_EQ(outputs(), (Lines{"E1-b9 50@512"}));
}

TEST_F(TradingSession, WhatCrossesWhenTradingBeginsTradesAtTheRestingPrice) {
  state('Q');
  add(1, 'S', 60, 498);
  add(2, 'B', 60, 499);  // the feed's own orders stay crossed
  enter(order(1, Side::Buy, 100, 501));
  enter(order(2, Side::Sell, 30, 497));
  outputs();
  state('T');
  EXPECT_EQ(outputs(), (Lines{"E1-2 30@497", "E1-b1 60@498"}));
  EXPECT_EQ(engine_.touch(kLocate).bid_size, 10u);
}

TEST_F(TradingSession, TheEndOfSystemHoursEndsEveryOrder) {
  enter(order(1, Side::Buy, 100, 500));
  add(9, 'S', 50, 600);
  outputs();
  feed([](auto out) { return itch::encode_system_event(out, {0, kNow}, 'E'); });
  EXPECT_EQ(outputs(), (Lines{"C1 100E"}));
  enter(order(2, Side::Buy, 100, 500));
  EXPECT_EQ(outputs(), (Lines{"J2 2"}));
}

TEST_F(TradingSession, AnOrderOutsideTheBooksPricesIsCounted) {
  add(1, 'B', 100, 1'000'000);
  add(2, 'B', 100, 1'000'100);
  add(3, 'S', 100, 1'999'999'900);
  add(4, 'S', 100, 1'000'050);  // between two ticks
  EXPECT_EQ(engine_.outside(), 2u);
  EXPECT_EQ(engine_.orders(), 2u);
  enter(order(1, Side::Buy, 100, 1'999'999'900));
  EXPECT_EQ(outputs(), (Lines{"J1 29"}));
}

TEST_F(TradingSession, ABookFollowsPricesThatItsFirstOrderMissed) {
  add(1, 'B', 100, 100);            // a stub quote of a cent
  add(2, 'S', 100, 1'999'999'900);  // another: outside, as many as rest inside
  add(3, 'B', 100, 1'000'000);      // now more have come outside: the book moves here
  add(4, 'S', 100, 1'000'100);
  EXPECT_EQ(engine_.touch(kLocate).bid, 1'000'000u);
  EXPECT_EQ(engine_.touch(kLocate).ask, 1'000'100u);
  EXPECT_EQ(engine_.outside(), 1u);
  enter(order(1, Side::Buy, 100, 1'000'000));
  EXPECT_EQ(outputs(), (Lines{"A1"}));
  for (OrderId id = 5; id < 50; ++id) add(id, 'B', 100, 100'000'000);  // a client rests here: it stays
  EXPECT_EQ(engine_.touch(kLocate).bid, 1'000'000u);
}

TEST_F(TradingSession, StubQuotesOfAWholeDayDoNotMoveABook) {
  for (OrderId id = 1; id < 40; id += 2) {
    add(id, 'B', 100, 1'000'000);
    add(id + 1, 'S', 100, 1'999'999'900);
  }
  for (OrderId id = 5; id < 40; id += 2)  // the book thins out to two
    feed([id](auto out) { return itch::encode_delete(out, {kLocate, kNow}, id); });
  add(41, 'S', 100, 1'999'999'900);
  EXPECT_EQ(engine_.touch(kLocate).bid, 1'000'000u);
  EXPECT_EQ(engine_.outside(), 21u);
}

TEST_F(TradingSession, AReplacementThatLeavesTheBooksPricesEndsTheOrderHere) {
  add(1, 'B', 100, 1'000'000);
  add(2, 'B', 100, 1'000'000);
  feed([](auto out) { return itch::encode_replace(out, {kLocate, kNow}, 1, 3, 100, 1'000'000'000); });
  EXPECT_EQ(engine_.orders(), 1u);
  EXPECT_EQ(engine_.outside(), 1u);
}

TEST(SymbolBooks, ASymbolWithoutABookIsRejectedAndCounted) {
  MatchingEngine engine(0xffff, 1 << 16);
  std::array<std::byte, 64> bytes{};
  for (std::uint32_t locate = 1; locate <= kMaxBooks + 2; ++locate) {
    const std::size_t length =
        itch::encode_add(bytes, {static_cast<std::uint16_t>(locate), kNow}, locate, 'B', 100, kStock, 1'000'000 + locate % 7 * 100);
    engine.apply(locate, itch::Message(std::span(bytes).first(length)));
  }
  EXPECT_EQ(engine.orders(), kMaxBooks);
  EXPECT_EQ(engine.bookless(), 2u);
  engine.enter({client_id(0, 1), kMaxBooks + 1, Side::Buy, OrderType::Limit, 1'000'000, 100}, RejectReason::None);
  EXPECT_EQ(engine.records()[1].reason, static_cast<std::uint16_t>(RejectReason::ProcessingError));
  EXPECT_EQ(engine.bookless(), 3u);
}

}  // namespace
}  // namespace hopscope::venue
