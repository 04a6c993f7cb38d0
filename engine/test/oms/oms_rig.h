// An OMS between loop ports, with the test in the place of the feed and of the venues.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "engine/net/loop_port.h"
#include "engine/oms/oms.h"
#include "engine/wire/itch_encode.h"

namespace hopscope::oms {

inline constexpr std::uint32_t kSlots = 1'024;  // child orders that a session keeps track of

inline constexpr std::uint64_t kSecondNs = 1'000'000'000;
inline constexpr wire::itch::Symbol kStock = wire::itch::symbol("HOPS");
inline constexpr std::uint16_t kLocate = 1;
inline constexpr core::Ticks kNoRepeat = ~core::Ticks{0};  // a mass cancel is sent once

// Immediate-or-cancel orders only, one for every message, everything measured.
inline core::Plan rig_plan() {
  core::Plan plan;
  plan.seed = 7;
  plan.venues = 1;
  plan.lane = core::Lane::Stamps;
  plan.feed.symbols = 4;
  plan.oms.every = 1;
  plan.oms.limit_percent = 0;
  plan.oms.market_percent = 0;
  plan.oms.ack_timeout_ns = kSecondNs;
  return plan;
}

// What a venue finds in its port.
struct SentMessage {
  std::uint64_t sequence;  // of its packet
  std::vector<std::byte> bytes;
  char type() const { return static_cast<char>(bytes[0]); }
  const wire::ouch::EnterOrder* order() const { return wire::ouch::Message(bytes).as<wire::ouch::EnterOrder>(); }
  const wire::ouch::MassCancel* mass_cancel() const { return wire::ouch::Message(bytes).as<wire::ouch::MassCancel>(); }
  const wire::ouch::ReplaceOrder* replace() const { return wire::ouch::Message(bytes).as<wire::ouch::ReplaceOrder>(); }
  const wire::ouch::CancelOrder* cancel() const { return wire::ouch::Message(bytes).as<wire::ouch::CancelOrder>(); }
};

// Instantiated once for all tests (oms_rig.cpp).
extern template class Oms<net::LoopPort>;

class OmsRig {
 public:
  using Port = net::LoopPort;
  using Encode = std::function<std::size_t(std::span<std::byte>)>;

  // order_port_capacity: datagrams that fit between OMS and venue. Nobody serves requests: a gap in the feed is given up at the next poll.
  explicit OmsRig(const core::Plan& plan, std::size_t order_port_capacity = 1'024, const net::RecoveryLimits& recovery = {256, 0, 1},
                  journal::Journal* journal = nullptr);
  ~OmsRig();
  OmsRig(const OmsRig&) = delete;
  OmsRig& operator=(const OmsRig&) = delete;

  // Feed side: one message a packet, as the feed sends them.
  void publish(const Encode& encode) {
    const std::uint64_t sequence = sequence_++;
    packets.put(sequence, 1'000 * sequence, 1'000 * sequence + 300);
    publish_packet(sequence, {encode});
  }
  void publish_packet(std::uint64_t sequence, const std::vector<Encode>& messages) {
    wire::MoldWriter packet(feed_end_.tx_reserve());
    packet.begin(feed::kFeedSession, sequence);
    for (const Encode& encode : messages) append(packet, encode);
    feed_end_.tx_commit(packet.finish());
    feed_end_.tx_flush();
  }
  void publish_raw(const std::vector<std::byte>& bytes) {
    std::memcpy(feed_end_.tx_reserve().data(), bytes.data(), bytes.size());
    feed_end_.tx_commit(bytes.size());
    feed_end_.tx_flush();
  }

  Encode directory(std::uint16_t locate = kLocate) {
    return [this, locate](auto out) { return wire::itch::encode_stock_directory(out, {locate, market_ns}, kStock); };
  }
  Encode add(std::uint64_t reference, char side, std::uint32_t price, std::uint16_t locate = kLocate) {
    return [=, this](auto out) { return wire::itch::encode_add(out, {locate, market_ns}, reference, side, 500, kStock, price); };
  }
  // Changes no book: merely brings market time.
  Encode trade(std::uint16_t locate = kLocate) {
    return [this, locate](auto out) { return wire::itch::encode_trade(out, {locate, market_ns}, 100, kStock, 1'000'100, 1); };
  }

  // Directory and one order on each side: 100.00 bid, 100.02 asked. With every = 1 the second order already brings a decision.
  void open_market() {
    publish(directory());
    publish(add(1, 'B', 1'000'000));
    publish(add(2, 'S', 1'000'200));
  }

  // One tick: a message and a round of the OMS.
  void tick() {
    publish(trade());
    poll();
  }
  bool poll();
  void end_run();

  // Venue side.
  std::vector<SentMessage> sent(unsigned venue = 0) {
    std::vector<SentMessage> messages;
    Port& port = venue_ends_[venue];
    for (auto burst = port.rx_burst(); !burst.empty(); burst = port.rx_burst()) {
      for (const net::Payload payload : burst) {
        wire::MoldReader reader(payload);
        for (wire::Bytes message; reader.next(message);) messages.push_back({reader.sequence(), {message.begin(), message.end()}});
        EXPECT_FALSE(reader.malformed());
      }
      port.rx_release();
    }
    return messages;
  }
  void answer(const std::vector<Encode>& messages, unsigned venue = 0) {
    answer_packet(answer_sequence_[venue], messages, venue);
    answer_sequence_[venue] += messages.size();
  }
  void answer_packet(std::uint64_t sequence, const std::vector<Encode>& messages, unsigned venue = 0) {
    Port& port = venue_ends_[venue];
    wire::MoldWriter packet(port.tx_reserve());
    packet.begin(wire::mold_session("HS" + std::to_string(venue)), sequence);
    for (const Encode& encode : messages) append(packet, encode);
    port.tx_commit(packet.finish());
    port.tx_flush();
  }
  void lose_answers(std::uint64_t messages, unsigned venue = 0) { answer_sequence_[venue] += messages; }

  Encode mass_cancelled(std::uint32_t user_ref) {
    return [=, this](auto out) {
      wire::ouch::MassCancel request{};
      request.user_ref = user_ref;
      return wire::ouch::encode_mass_cancelled(out, market_ns, request);
    };
  }
  Encode accepted(std::uint32_t user_ref) {
    return [=, this](auto out) {
      wire::ouch::EnterOrder order{};
      order.user_ref = user_ref;
      return wire::ouch::encode_accepted(out, market_ns, order, 77, 'L');
    };
  }
  Encode executed(std::uint32_t user_ref, std::uint32_t shares) { return executed(user_ref, shares, ++match_); }
  Encode executed(std::uint32_t user_ref, std::uint32_t shares, std::uint64_t match, char liquidity = 'R') {
    return [=, this](auto out) { return wire::ouch::encode_executed(out, market_ns, user_ref, shares, 1'000'200, liquidity, match); };
  }
  Encode cancelled(std::uint32_t user_ref) {
    return [=, this](auto out) { return wire::ouch::encode_cancelled(out, market_ns, user_ref, 100, wire::ouch::kCancelImmediate); };
  }
  // left: shares that `user_ref`, which was `old`, has to execute.
  Encode replaced(std::uint32_t old, std::uint32_t user_ref, std::uint32_t left, std::uint64_t price = 1'000'000) {
    return [=, this](auto out) {
      wire::ouch::ReplaceOrder request{};
      request.original_user_ref = old;
      request.user_ref = user_ref;
      request.price = price;
      return wire::ouch::encode_replaced(out, market_ns, request, {}, left, 77, 'L');
    };
  }
  Encode rejected(std::uint32_t user_ref, std::uint16_t reason = 9) {
    return [=, this](auto out) { return wire::ouch::encode_rejected(out, market_ns, user_ref, reason); };
  }

  std::uint64_t count(hs_counter counter) { return oms->counters().get(counter); }
  std::uint64_t traced() { return emitter.counters().get(HS_COUNTER_TRACED); }

  probe::PacketTable packets;
  probe::CapsuleTable capsules;
  probe::Emitter emitter;
  probe::Injector injector;  // a nanosecond is a tick here
  hs_u64 measure_start = 0;
  hs_kill_switch kill{};  // the telemetry page's words
  hs_kill_progress killed{};
  core::Lockstep lockstep;
  std::uint64_t market_ns = 34'200 * kSecondNs;
  std::unique_ptr<Oms<Port>> oms;

 private:
  static void append(wire::MoldWriter& packet, const Encode& encode) {
    std::array<std::byte, 128> bytes{};
    const std::size_t length = encode(bytes);
    ASSERT_TRUE(packet.append(std::span(bytes).first(length)));
  }

  Port feed_end_{1u << 16}, oms_feed_{1u << 16};
  std::deque<Port> oms_ends_, venue_ends_;
  std::uint64_t sequence_ = 1;
  std::uint64_t match_ = 0;
  std::vector<std::uint64_t> answer_sequence_;
};

}  // namespace hopscope::oms
