// Order entry over OUCH 5.0: every order type, replace, modify, mass cancel, account query; what comes back, and what is journaled.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/test/venue/venue_rig.h"

namespace hopscope::venue {
namespace {

namespace itch = wire::itch;
namespace ouch = wire::ouch;
using Lines = std::vector<std::string>;

class OrderEntry : public testing::Test {
 protected:
  OrderEntry() { rig.directory(); }

  static ouch::Order immediate(std::uint32_t user_ref, char side, std::uint32_t quantity, std::uint64_t price) {
    ouch::Order order = VenueRig::limit(user_ref, side, quantity, price);
    order.time_in_force = ouch::kTimeInForceImmediate;
    return order;
  }
  template <class... Put>
  static ouch::AppendageBuilder with(Put... put) {
    ouch::AppendageBuilder builder;
    (put(builder), ...);
    return builder;
  }
  static auto tag32(ouch::Tag tag, std::uint32_t value) {
    return [=](ouch::AppendageBuilder& builder) { builder.put_u32(tag, value); };
  }
  static auto tag64(ouch::Tag tag, std::uint64_t value) {
    return [=](ouch::AppendageBuilder& builder) { builder.put_u64(tag, value); };
  }
  static auto letter(ouch::Tag tag, char value) {
    return [=](ouch::AppendageBuilder& builder) { builder.put_character(tag, value); };
  }
  void replace(std::uint32_t old, const ouch::Order& now, wire::Bytes appendage = {}) {
    rig.request([&](auto out) { return ouch::encode_replace(out, old, now, appendage); });
  }
  void modify(std::uint32_t user_ref, std::uint32_t quantity) {
    rig.request([&](auto out) { return ouch::encode_modify(out, user_ref, 'B', quantity); });
  }
  void cancel(std::uint32_t user_ref, std::uint32_t intended) {
    rig.request([&](auto out) { return ouch::encode_cancel(out, user_ref, intended); });
  }
  Lines answers() { return rig.answers(); }

  VenueRig rig;
};

TEST_F(OrderEntry, FillOrKillTradesAllOrNothing) {
  rig.add(1, 'S', 100, 500);
  const auto all = with(tag32(ouch::Tag::MinimumQuantity, 150));
  rig.trade(immediate(1, 'B', 150, 500), all.bytes());
  EXPECT_EQ(answers(), (Lines{"A1", "C1 150I"}));
  rig.add(2, 'S', 50, 500);
  rig.trade(immediate(2, 'B', 150, 500), all.bytes());
  EXPECT_EQ(answers(), (Lines{"A2", "E2 100@500R", "E2 50@500R"}));
}

TEST_F(OrderEntry, MinimumQuantityIsForTheMomentOfEntry) {
  rig.add(1, 'S', 100, 500);
  rig.trade(VenueRig::limit(1, 'B', 300, 500), with(tag32(ouch::Tag::MinimumQuantity, 200)).bytes());
  rig.trade(VenueRig::limit(2, 'B', 300, 500), with(tag32(ouch::Tag::MinimumQuantity, 100)).bytes());
  EXPECT_EQ(answers(), (Lines{"A1", "C1 300I", "A2", "E2 100@500R"}));
}

TEST_F(OrderEntry, PostOnlyNeverTakes) {
  rig.add(1, 'S', 100, 500);
  const auto post_only = with(letter(ouch::Tag::PostOnly, 'P'));
  rig.trade(VenueRig::limit(1, 'B', 100, 500), post_only.bytes());
  rig.trade(VenueRig::limit(2, 'B', 100, 499), post_only.bytes());
  EXPECT_EQ(answers(), (Lines{"A1", "C1 100G", "A2"}));
}

TEST_F(OrderEntry, AnIcebergShowsItsFloorAndIsRestated) {
  rig.trade(VenueRig::limit(1, 'B', 100, 500), with(tag32(ouch::Tag::MaximumFloor, 30)).bytes());
  EXPECT_EQ(rig.venue.engine().touch(kLocate).bid_size, 30u);
  rig.add(9, 'S', 50, 500);
  EXPECT_EQ(answers(), (Lines{"A1", "E1 30@500A", "R1 30", "E1 20@500A"}));
  EXPECT_EQ(rig.venue.engine().open_shares(client_id(VenueRig::kVenue, 1)), 50u);
}

TEST_F(OrderEntry, GoodTillTimeEndsByTheFeedsTime) {
  ouch::Order order = VenueRig::limit(1, 'B', 100, 500);
  order.time_in_force = ouch::kTimeInForceUntil;
  rig.feed([](auto out) { return itch::encode_add(out, {kLocate, kNow}, 1, 'S', 100, kStock, 600); });
  rig.trade(order, with(tag64(ouch::Tag::ExpireTimeNs, kNow + 10)).bytes());
  rig.trade(order);  // the same UserRefNum: ignored
  order.user_ref = 2;
  rig.trade(order);  // no time
  rig.feed([](auto out) { return itch::encode_delete(out, {kLocate, kNow + 9}, 1); });
  EXPECT_EQ(answers(), (Lines{"A1", "J2"}));
  EXPECT_EQ(rig.last_reason, RejectReason::Other);
  rig.feed([](auto out) { return itch::encode_delete(out, {kLocate, kNow + 10}, 1); });
  EXPECT_EQ(answers(), (Lines{"C1 100T"}));
}

TEST_F(OrderEntry, AStopWaitsForTheMarketsTrades) {
  rig.add(1, 'S', 100, 500);
  rig.add(2, 'S', 100, 501);
  rig.trade(VenueRig::limit(1, 'B', 50, 501), with(tag64(ouch::Tag::StopPrice, 500)).bytes());
  EXPECT_EQ(answers(), (Lines{"A1"}));
  rig.feed([](auto out) { return itch::encode_executed(out, {kLocate, kNow}, 1, 100, 1); });
  EXPECT_EQ(answers(), (Lines{"E1 50@501R"}));
}

// Of a feed order that trades with a client and wakes a stop, the stop meets what is left; what it replaced is gone.
TEST_F(OrderEntry, AStopThatAFeedOrderWakesMeetsItsRest) {
  for (const bool replaced : {false, true}) {
    VenueRig market;
    market.directory();
    if (replaced) market.add(1, 'S', 100, 505);
    market.trade(VenueRig::limit(1, 'B', 100, 502));
    market.trade(VenueRig::limit(2, 'B', 80, 510), with(tag64(ouch::Tag::StopPrice, 502)).bytes());
    market.answers();
    if (replaced) {
      market.feed([](auto out) { return itch::encode_replace(out, {kLocate, kNow}, 1, 2, 150, 502); });
    } else {
      market.add(2, 'S', 150, 502);
    }
    EXPECT_EQ(market.answers(), (Lines{"E1 100@502A", "E2 50@502R"}));
    EXPECT_EQ(market.venue.engine().open_shares(client_id(VenueRig::kVenue, 2)), 30u);
    EXPECT_EQ(market.venue.engine().orders(), 1u);
  }
}

TEST_F(OrderEntry, SelfTradePreventionByItsPrivateTag) {
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.trade(VenueRig::limit(2, 'S', 40, 500), with(letter(ouch::Tag::SelfTradePrevention, 'O')).bytes());
  EXPECT_EQ(answers(), (Lines{"A1", "A2", "C1 100Q"}));
}

TEST_F(OrderEntry, WhatTheVenueHasNotGotIsRejectedWithItsReason) {
  std::uint32_t user_ref = 0;
  const auto reason = [&](auto change, const ouch::AppendageBuilder& appendage = {}) {
    ouch::Order order = VenueRig::limit(++user_ref, 'B', 100, 500);
    change(order);
    rig.trade(order, appendage.bytes());
    EXPECT_EQ(answers(), (Lines{"J" + std::to_string(user_ref)}));
    return rig.last_reason;
  };
  const auto as_it_is = [](ouch::Order&) {};
  EXPECT_EQ(reason([](ouch::Order& order) { order.display = 'N'; }), RejectReason::InvalidDisplay);
  EXPECT_EQ(reason([](ouch::Order& order) { order.cross_type = 'X'; }), RejectReason::InvalidCrossOrder);
  EXPECT_EQ(reason([](ouch::Order& order) { order.cross_type = 'O'; }), RejectReason::InvalidCrossOrder);  // there is no auction
  EXPECT_EQ(reason(as_it_is, with(letter(ouch::Tag::PriceType, 'M'))), RejectReason::InvalidPegType);
  EXPECT_EQ(reason(as_it_is, with(tag32(ouch::Tag::PegOffset, 1))), RejectReason::PeggingNotAllowed);
  EXPECT_EQ(reason(as_it_is, with(tag32(ouch::Tag::MinimumQuantity, 101))), RejectReason::InvalidMinimumQuantity);
  EXPECT_EQ(reason(as_it_is, with(tag32(ouch::Tag::MaximumFloor, 101))), RejectReason::InvalidMaximumFloor);
  EXPECT_EQ(reason([](ouch::Order& order) { order.price = 1'000'000; }), RejectReason::InvalidPrice);  // outside the book's prices
}

TEST_F(OrderEntry, ACancelNamesWhatMayBeExecutedInAll) {
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.add(9, 'S', 30, 500);
  cancel(1, 50);  // 30 are executed: 20 may stay
  cancel(1, 50);
  cancel(1, 20);  // less than was executed
  EXPECT_EQ(answers(), (Lines{"A1", "E1 30@500A", "C1 50U", "C1 20U"}));
}

TEST_F(OrderEntry, AReplacementEchoesTheOrderAndCountsWhatWasExecuted) {
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.add(9, 'S', 30, 500);
  replace(1, VenueRig::limit(2, 'B', 90, 501));
  EXPECT_EQ(answers(), (Lines{"A1", "E1 30@500A", "U2 60@501"}));
  EXPECT_EQ(rig.last_replaced.symbol, kStock);
  EXPECT_EQ(rig.last_replaced.original_user_ref, 1u);
  EXPECT_EQ(rig.last_replaced.side, 'B');
  rig.add(10, 'S', 60, 501);
  replace(2, VenueRig::limit(3, 'B', 90, 501));  // it is done
  EXPECT_EQ(answers(), (Lines{"E2 60@501A", "J3"}));
  EXPECT_EQ(rig.last_reason, RejectReason::ReplaceNotAllowed);
}

TEST_F(OrderEntry, AReplacementThatCrossesTrades) {
  rig.add(9, 'S', 30, 502);
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  replace(1, VenueRig::limit(2, 'B', 100, 502));
  EXPECT_EQ(answers(), (Lines{"A1", "U2 100@502", "E2 30@502R"}));
}

TEST_F(OrderEntry, ARefusedReplacementLeavesTheOrder) {
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  replace(1, VenueRig::limit(2, 'B', 0, 500));
  EXPECT_EQ(rig.answers(), (Lines{"A1", "J2"}));
  EXPECT_EQ(rig.last_reason, RejectReason::InvalidQuantity);
  replace(1, VenueRig::limit(3, 'B', 100, 500), with(letter(ouch::Tag::PostOnly, 'P')).bytes());
  EXPECT_EQ(rig.answers(), (Lines{"J3"}));
  EXPECT_EQ(rig.last_reason, RejectReason::ReplaceNotAllowed);
  EXPECT_EQ(rig.venue.engine().open_shares(client_id(VenueRig::kVenue, 1)), 100u);
}

TEST_F(OrderEntry, ModifyKeepsThePlaceUnlessTheQuantityGrows) {
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.trade(VenueRig::limit(2, 'B', 100, 500));
  modify(1, 60);
  rig.add(9, 'S', 10, 500);
  modify(1, 80);  // 10 are executed
  rig.add(10, 'S', 10, 500);
  modify(1, 10);
  modify(7, 10);  // nobody's: ignored
  EXPECT_EQ(answers(), (Lines{"A1", "A2", "M1 60", "E1 10@500A", "M1 70", "E2 10@500A", "C1 70U"}));
}

TEST_F(OrderEntry, AWaitingStopCannotGrow) {
  rig.trade(VenueRig::limit(1, 'B', 100, 500), with(tag64(ouch::Tag::StopPrice, 600)).bytes());
  modify(1, 200);
  modify(1, 50);
  EXPECT_EQ(answers(), (Lines{"A1", "I1", "M1 50"}));
}

TEST_F(OrderEntry, MassCancelTakesASymbolsOrdersOrAll) {
  rig.feed([](auto out) { return itch::encode_stock_directory(out, {2, kNow}, itch::symbol("OTHER")); });
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  ouch::Order other = VenueRig::limit(2, 'B', 100, 500);
  other.symbol = itch::symbol("OTHER");
  rig.trade(other);
  rig.add(9, 'S', 10, 600);
  rig.request([](auto out) { return ouch::encode_mass_cancel(out, 3, ouch::kNoFirm, itch::symbol("OTHER")); });
  EXPECT_EQ(answers(), (Lines{"A1", "A2", "X3", "C2 100U"}));
  rig.request([](auto out) { return ouch::encode_mass_cancel(out, 4); });
  EXPECT_EQ(answers(), (Lines{"X4", "C1 100U"}));
  EXPECT_EQ(rig.venue.engine().orders(), 1u);  // the feed's
  rig.request([](auto out) { return ouch::encode_mass_cancel(out, 5, ouch::kNoFirm, itch::symbol("NONE")); });
  EXPECT_EQ(answers(), (Lines{"J5"}));
}

TEST_F(OrderEntry, AnAccountQueryTellsTheNextUserRefNum) {
  rig.trade(VenueRig::limit(41, 'B', 100, 500));
  rig.request([](auto out) { return ouch::encode_account_query(out); });
  EXPECT_EQ(answers(), (Lines{"A41", "Q42"}));
}

TEST_F(OrderEntry, TheAppendageIsEchoed) {
  const auto floor = with(tag32(ouch::Tag::MaximumFloor, 30));
  rig.enter(VenueRig::limit(1, 'B', 100, 500), floor.bytes());
  rig.send_orders();
  rig.venue.poll();
  const auto payloads = rig.oms_end.rx_burst();
  ASSERT_EQ(payloads.size(), 1u);
  wire::MoldReader reader(payloads[0]);
  wire::Bytes message;
  ASSERT_TRUE(reader.next(message));
  const wire::Bytes echoed = ouch::Message(message).appendage<ouch::Accepted>();
  EXPECT_TRUE(std::equal(echoed.begin(), echoed.end(), floor.bytes().begin(), floor.bytes().end()));
  rig.oms_end.rx_release();
}

TEST(Terms, StandInTheJournalOnlyWhereThereAreAny) {
  MatchingEngine engine(4, 100);
  ClientOrder order{client_id(0, 1), 1, book::Side::Buy, OrderType::Limit, 500, 100};
  engine.enter(order, RejectReason::None);
  EXPECT_EQ(engine.records().size(), 2u);
  engine.clear();
  order.id = client_id(0, 2);
  order.terms = {matching::trait::kIceberg | matching::trait::kStop, matching::SelfTrade::CancelOldest, 0, 20, 600, 0};
  engine.enter(order, RejectReason::None);
  ASSERT_EQ(engine.records().size(), 3u);
  const journal::Record& terms = engine.records()[1];
  EXPECT_EQ(terms.type, journal::RecordType::OrderTerms);
  EXPECT_EQ(terms.price, 20u);
  EXPECT_EQ(terms.match, 600u);
  EXPECT_EQ(terms.reason, matching::trait::kIceberg | matching::trait::kStop);
  EXPECT_EQ(terms.side, static_cast<std::uint8_t>(matching::SelfTrade::CancelOldest));
}

}  // namespace
}  // namespace hopscope::venue
