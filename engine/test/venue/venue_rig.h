// A venue between loop ports, with the test in the place of the feed and of the OMS.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/net/loop_port.h"
#include "engine/venue/venue.h"
#include "engine/wire/itch_encode.h"
#include "engine/wire/ouch_encode.h"

namespace hopscope::venue {

inline constexpr wire::itch::Symbol kStock = wire::itch::symbol("HOPS");
inline constexpr std::uint16_t kLocate = 1;
inline constexpr std::uint64_t kNow = 34'200'000'000'000;

inline core::Plan rig_plan() {
  core::Plan plan;
  plan.lane = core::Lane::Stamps;
  plan.feed.symbols = 4;
  plan.journal.block_bytes = 4'096;
  plan.journal.size_bytes = 1 << 20;
  return plan;
}

class VenueRig {
 public:
  using Port = net::LoopPort;
  static constexpr unsigned kVenue = 1;

  // order_port_capacity: datagrams that fit between venue and OMS. Nobody serves requests: a gap in the feed is given up at the next poll.
  explicit VenueRig(const core::Plan& plan = rig_plan(), std::size_t order_port_capacity = 1'024)
      : venue_orders(order_port_capacity),
        oms_end(order_port_capacity),
        venue(kVenue, plan, venue_feed, venue_orders, journal, capsules, emitter, injector, lockstep, net::RecoveryLimits{256, 0, 1}) {
    EXPECT_EQ(emitter.open(plan.lane, 0, 0), "");
    EXPECT_EQ(injector.open(plan.inject, plan.lane, core::Calibration(), measure_start), "");
    Port::join(feed_end, venue_feed);
    Port::join(oms_end, venue_orders);
    journal.set_trace_sink(emitter);
    EXPECT_EQ(journal.open(plan.journal, kVenue, "test", 0), "");
    lockstep.enabled = plan.pacing == core::Pacing::Lockstep;
    lockstep.venues = 2;
  }

  // One feed packet of one message, handled.
  template <class Encode>
  void feed(Encode encode) {
    send_feed(encode);
    venue.poll();
  }
  template <class Encode>
  void send_feed(Encode encode) {
    wire::MoldWriter packet(feed_end.tx_reserve());
    packet.begin(feed::kFeedSession, feed_sequence++);
    std::array<std::byte, 64> message{};
    const std::size_t length = encode(std::span<std::byte>(message));
    packet.append(std::span(message).first(length));
    feed_end.tx_commit(packet.finish());
    feed_end.tx_flush();
  }
  void directory() {
    feed([](auto out) { return wire::itch::encode_stock_directory(out, {kLocate, kNow}, kStock); });
  }
  void add(std::uint64_t id, char side, std::uint32_t shares, std::uint32_t price) {
    feed([&](auto out) { return wire::itch::encode_add(out, {kLocate, kNow}, id, side, shares, kStock, price); });
  }

  static wire::ouch::Order limit(std::uint32_t user_ref, char side, std::uint32_t quantity, std::uint64_t price) {
    wire::ouch::Order order;
    order.user_ref = user_ref;
    order.side = side;
    order.quantity = quantity;
    order.symbol = kStock;
    order.price = price;
    return order;
  }

  // Puts a message into the packet that send_orders() hands to the venue's port.
  void enter(const wire::ouch::Order& order, wire::Bytes appendage = {}) {
    put([&](auto out) { return wire::ouch::encode_enter(out, order, appendage); });
  }
  void cancel(std::uint32_t user_ref, std::uint32_t intended = 0) {
    put([&](auto out) { return wire::ouch::encode_cancel(out, user_ref, intended); });
  }
  template <class Encode>
  void put(Encode encode) {
    std::vector<std::byte> message(400);
    message.resize(encode(std::span<std::byte>(message)));
    outgoing.push_back(message);
  }
  // Sends one message and polls.
  template <class Encode>
  void request(Encode encode) {
    put(encode);
    send_orders();
    venue.poll();
  }
  void send_orders() {
    wire::MoldWriter packet(oms_end.tx_reserve());
    packet.begin(wire::mold_session("HS1"), order_sequence);
    for (const auto& message : outgoing) ASSERT_TRUE(packet.append(message));
    order_sequence += outgoing.size();
    outgoing.clear();
    oms_end.tx_commit(packet.finish());
    oms_end.tx_flush();
  }
  void trade(const wire::ouch::Order& order, wire::Bytes appendage = {}) {
    enter(order, appendage);
    send_orders();
    venue.poll();
  }

  // Answers that have arrived: "A1", "E1 100@500R", "C1 50I", "J1", "U2 100@500", "M1 50", "R1 10" … Notes sequence numbers and packets.
  std::vector<std::string> answers() {
    std::vector<std::string> lines;
    for (const net::Payload payload : oms_end.rx_burst()) {
      ++packets;
      wire::MoldReader reader(payload);
      EXPECT_TRUE(reader.of_session(wire::mold_session("HS1")));
      EXPECT_EQ(reader.sequence(), answer_sequence);
      answer_sequence += reader.messages();
      for (wire::Bytes message; reader.next(message);) lines.push_back(line(wire::ouch::Message(message)));
      EXPECT_FALSE(reader.malformed());
    }
    oms_end.rx_release();
    return lines;
  }

  std::string line(const wire::ouch::Message& message) {
    namespace ouch = wire::ouch;
    EXPECT_TRUE(message.well_formed(ouch::Direction::Outbound));
    if (const auto* accepted = message.as<ouch::Accepted>()) {
      last_accepted = *accepted;
      return "A" + std::to_string(accepted->user_ref);
    }
    if (const auto* rejected = message.as<ouch::Rejected>()) {
      last_reason = static_cast<RejectReason>(static_cast<std::uint16_t>(rejected->reason));
      return "J" + std::to_string(rejected->user_ref);
    }
    if (const auto* replaced = message.as<ouch::Replaced>()) {
      last_replaced = *replaced;
      return "U" + std::to_string(replaced->user_ref) + " " + std::to_string(replaced->quantity) + "@" + std::to_string(replaced->price);
    }
    if (const auto* modified = message.as<ouch::Modified>())
      return "M" + std::to_string(modified->user_ref) + " " + std::to_string(modified->quantity);
    if (const auto* refused = message.as<ouch::CancelRejected>()) return "I" + std::to_string(refused->user_ref);
    if (const auto* swept = message.as<ouch::MassCancelled>()) return "X" + std::to_string(swept->user_ref);
    if (const auto* state = message.as<ouch::AccountState>()) return "Q" + std::to_string(state->next_user_ref);
    if (const auto* restated = message.as<ouch::Restated>()) {
      const ouch::Appendage changed(message.appendage<ouch::Restated>());
      return "R" + std::to_string(restated->user_ref) + " " + std::to_string(*changed.find(ouch::Tag::DisplayQuantity)->u32());
    }
    if (const auto* cancelled = message.as<ouch::Cancelled>())
      return "C" + std::to_string(cancelled->user_ref) + " " + std::to_string(cancelled->quantity) + cancelled->reason;
    if (const auto* executed = message.as<ouch::Executed>())
      return "E" + std::to_string(executed->user_ref) + " " + std::to_string(executed->quantity) + "@" + std::to_string(executed->price) +
             executed->liquidity;
    return "?";
  }

  std::uint64_t count(hs_counter counter) { return venue.counters().get(counter); }

  Port feed_end, venue_feed;
  Port venue_orders, oms_end;
  journal::Journal journal;
  probe::CapsuleTable capsules{2, 1'024};
  probe::Emitter emitter;
  probe::Injector injector;  // a nanosecond is a tick here
  hs_u64 measure_start = 0;
  core::Lockstep lockstep;
  std::uint64_t feed_sequence = 1;
  std::uint64_t order_sequence = 1;
  std::uint64_t answer_sequence = 1;
  std::uint64_t packets = 0;
  std::vector<std::vector<std::byte>> outgoing;
  wire::ouch::Accepted last_accepted{};
  wire::ouch::Replaced last_replaced{};
  RejectReason last_reason = RejectReason::None;

  Venue<Port> venue;
};

}  // namespace hopscope::venue
