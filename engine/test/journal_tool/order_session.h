// A venue between loop ports with the plan's market, and a client who sends it OUCH requests of every kind at random: sound ones, and ones
// that it must refuse.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "engine/feed/market_source.h"
#include "engine/journal/block.h"
#include "engine/test/venue/venue_rig.h"

namespace hopscope::journal_tool {

class OrderSession {
 public:
  // symbols: locates 1 to this are traded.
  OrderSession(const core::Plan& plan, std::uint64_t seed, std::uint16_t symbols)
      : plan_(plan), random_(seed), symbols_(symbols), rig_(plan) {}

  // What the venue's journal holds in the end.
  std::vector<journal::Record> run() {
    feed::MarketSource source;
    EXPECT_EQ(source.open(plan_.feed, plan_.seed), "");
    const std::uint64_t last = plan_.feed.warmup_messages + plan_.feed.measure_messages;
    for (std::uint64_t sequence = 1; plan_.feed.measure_messages == 0 || sequence <= last; ++sequence) {
      std::array<std::byte, net::kMaxPayloadBytes> message{};
      const std::size_t bytes = source.next(message, now_ns_);
      if (bytes == 0) break;
      rig_.feed([&](std::span<std::byte> out) {
        std::memcpy(out.data(), message.data(), bytes);
        return bytes;
      });
      if (sequence > kQuietMessages)
        for (std::uint64_t requests = draw(3); requests != 0; --requests) request();
      if (!rig_.outgoing.empty()) rig_.send_orders();
      rig_.venue.poll();
      rig_.answers();
    }
    rig_.venue.end_session();
    for (int i = 0; i < 100; ++i) {
      rig_.venue.poll();
      rig_.answers();
    }
    EXPECT_EQ(rig_.journal.close(), "");
    return journaled();
  }

 private:
  static constexpr std::uint64_t kQuietMessages = 60;  // the books fill
  using Order = wire::ouch::Order;
  using Tag = wire::ouch::Tag;

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  bool one_in(std::uint64_t n) { return draw(n) == 0; }
  std::uint32_t recent() { return user_ref_ <= 1 ? 1 : user_ref_ - static_cast<std::uint32_t>(draw(std::min(user_ref_, 30u))); }
  std::uint16_t locate() { return static_cast<std::uint16_t>(1 + draw(symbols_)); }
  std::uint32_t shares() { return one_in(40) ? 0 : static_cast<std::uint32_t>(1 + draw(400)); }

  wire::ouch::Symbol stock(std::uint16_t locate) { return rig_.venue.engine().symbols().name(locate); }

  // Within five cents of what rests; now and then none at all, or one off every tick.
  std::uint64_t price(std::uint16_t locate) {
    if (one_in(60)) return 0;
    if (one_in(60)) return venue::kMaxOrderPrice + 100;
    const book::Touch touch = rig_.venue.engine().touch(locate);
    const std::uint64_t near = touch.bid != 0 ? touch.bid : touch.ask != 0 ? touch.ask : 1'000'000;
    return std::max<std::uint64_t>(near + draw(11) * 100, 1'000) - 500 + one_in(50);
  }

  void request() {
    const std::uint64_t kind = draw(100);
    const auto put = [this](auto encode) { rig_.put(encode); };
    if (kind < 55) return enter();
    if (kind < 70) return rig_.cancel(recent(), one_in(3) ? shares() : 0);
    if (kind < 84) return replace();
    if (kind < 95) return put([&](auto out) { return wire::ouch::encode_modify(out, recent(), 'B', shares()); });
    if (kind < 97) return put([&](auto out) { return wire::ouch::encode_account_query(out); });
    const wire::ouch::Symbol symbol = one_in(3) ? wire::ouch::kAllSymbols : one_in(3) ? wire::itch::symbol("NOSUCH") : stock(locate());
    put([&](auto out) { return wire::ouch::encode_mass_cancel(out, ++user_ref_, wire::ouch::kNoFirm, symbol); });
  }

  void enter() {
    Order order;
    const std::uint16_t of = locate();
    order.user_ref = ++user_ref_;
    order.side = "BBBSSSTEBS"[draw(10)];
    if (one_in(60)) order.side = '?';
    order.symbol = one_in(40) ? wire::itch::symbol("NOSUCH") : stock(of);
    order.quantity = shares();
    order.price = one_in(12) ? wire::ouch::kMarketPrice : price(of);
    order.time_in_force = "000366E"[draw(7)];
    order.cross_type = one_in(10) ? 'O' : 'N';
    if (one_in(40)) order.display = 'N';
    rig_.enter(order, terms(order).bytes());
  }

  wire::ouch::AppendageBuilder terms(const Order& order) {
    wire::ouch::AppendageBuilder terms;
    if (order.time_in_force == wire::ouch::kTimeInForceUntil && !one_in(8)) terms.put_u64(Tag::ExpireTimeNs, now_ns_ + draw(300'000));
    if (one_in(8)) terms.put_u32(Tag::MinimumQuantity, one_in(3) ? order.quantity : static_cast<std::uint32_t>(draw(200)));
    if (one_in(6)) terms.put_u32(Tag::MaximumFloor, static_cast<std::uint32_t>(draw(80)));
    if (one_in(8)) terms.put_character(Tag::PostOnly, 'P');
    if (one_in(8)) terms.put_u64(Tag::StopPrice, price(locate()));
    if (one_in(4)) terms.put_character(Tag::SelfTradePrevention, "NOBD?"[draw(5)]);
    if (one_in(60)) terms.put_u32(Tag::PegOffset, 100);
    return terms;
  }

  void replace() {
    Order order;
    order.user_ref = ++user_ref_;
    order.quantity = shares();
    order.price = price(locate());
    if (one_in(20)) order.display = 'N';
    if (one_in(20)) order.time_in_force = wire::ouch::kTimeInForceImmediate;
    rig_.put([&](auto out) { return wire::ouch::encode_replace(out, recent(), order); });
  }

  std::vector<journal::Record> journaled() const {
    std::vector<journal::Record> records;
    const std::span<const std::byte> ring = rig_.journal.memory();
    journal::BlockHeader header;
    for (std::size_t at = 0; at + sizeof header <= ring.size(); at += header.stored_bytes) {
      std::memcpy(&header, ring.data() + at, sizeof header);
      if (header.magic != journal::BlockHeader::kMagic || header.first_record != records.size() + 1) break;
      const std::size_t first = records.size();
      records.resize(first + header.record_count);
      std::memcpy(&records[first], ring.data() + at + sizeof header, header.payload_bytes);
    }
    EXPECT_EQ(records.size(), rig_.journal.counters().get(HS_COUNTER_JOURNAL_RECORDS)) << "the ring was too small";
    return records;
  }

  core::Plan plan_;
  std::mt19937_64 random_;
  std::uint16_t symbols_;
  venue::VenueRig rig_;
  std::uint64_t now_ns_ = 0;
  std::uint32_t user_ref_ = 0;
};

}  // namespace hopscope::journal_tool
