// OMS, router, risk gate and venues as they are, on links that lose, double and reorder what they carry, in a made-up market; and whoever
// looks at the wire knows what left the OMS and what it was told.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/random.h"
#include "engine/feed/order_flow.h"
#include "engine/feed/session.h"
#include "engine/net/impaired.h"
#include "engine/net/loop_port.h"
#include "engine/net/recovered.h"
#include "engine/oms/oms.h"
#include "engine/position_report.h"
#include "engine/venue/venue.h"

namespace hopscope::desk {

// Sees the messages of a session on the role's own side of everything that repairs the link: each once, in order.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void sent(const wire::ouch::Message& message) = 0;
  virtual void heard(const wire::ouch::Message& message) = 0;
};

template <net::Port Inner>
class WatchedPort {
 public:
  // Null: nobody looks.
  WatchedPort(Inner& inner, Wire* watcher) : inner_(inner), watcher_(watcher) {}

  std::span<const net::Payload> rx_burst() {
    const std::span<const net::Payload> burst = inner_.rx_burst();
    for (const net::Payload payload : burst) each(payload, [this](const auto& message) { watcher_->heard(message); });
    return burst;
  }
  void rx_release() { inner_.rx_release(); }
  std::span<std::byte> tx_reserve() { return reserved_ = inner_.tx_reserve(); }
  void tx_commit(std::size_t bytes) {
    each(reserved_.first(bytes), [this](const auto& message) { watcher_->sent(message); });
    inner_.tx_commit(bytes);
  }
  std::size_t tx_flush() { return inner_.tx_flush(); }
  net::PortCounters counters() const { return inner_.counters(); }

 private:
  template <class Visit>
  void each(net::Payload payload, Visit&& visit) {
    if (watcher_ == nullptr) return;
    wire::MoldReader reader(payload);
    for (wire::Bytes bytes; reader.next(bytes);) visit(wire::ouch::Message(bytes));
  }

  Inner& inner_;
  Wire* watcher_;
  std::span<std::byte> reserved_;
};

class TradingFloor {
 public:
  using Link = net::ImpairedPort<net::LoopPort>;
  using Repaired = net::RecoveredPort<Link>;
  using Port = WatchedPort<Repaired>;
  static constexpr std::uint32_t kSlots = 1'024;

  // watchers: of the OMS's order ports, one a venue. mean_gap_ns: market time between two messages of the feed.
  TradingFloor(const core::Plan& plan, std::span<Wire* const> watchers, double mean_gap_ns)
      : plan_(plan),
        random_(plan.seed, core::Stream::Synthetic),
        flow_(plan.seed, plan.feed.symbols, mean_gap_ns),
        packets_(kSlots),
        capsules_(plan.venues, kSlots),
        down_(plan.venues) {
    EXPECT_EQ(emitter_.open(core::Lane::Off, 0, 0), "");
    EXPECT_EQ(injector_.open(plan_.inject, core::Lane::Off, core::Calibration(), measure_start_), "");
    lockstep_.venues = plan.venues;
    End& feed_to_oms = link(false, 0, nullptr);
    End& oms_feed = link(false, 0, nullptr);
    net::LoopPort::join(feed_to_oms.loop, oms_feed.loop);
    feeds_.push_back(&feed_to_oms.loop);
    std::vector<Port*> oms_ports;
    for (unsigned v = 0; v < plan.venues; ++v) {
      End& feed = link(false, v, nullptr);
      End& venue_feed = link(false, v, nullptr);
      net::LoopPort::join(feed.loop, venue_feed.loop);
      feeds_.push_back(&feed.loop);
      End& oms_end = link(true, v, watchers[v]);
      End& venue_end = link(true, v, nullptr);
      net::LoopPort::join(oms_end.loop, venue_end.loop);
      oms_ports.push_back(&oms_end.port);
      gates_.push_back(&venue_end.loop);
      auto& journal = journals_.emplace_back(std::make_unique<journal::Journal>());
      journal->set_trace_sink(emitter_);
      EXPECT_EQ(journal->open(plan_.journal, v, "test", 0), "");
      venues_.push_back(std::make_unique<venue::Venue<Port>>(v, plan_, venue_feed.port, venue_end.port, *journal, capsules_, emitter_,
                                                             injector_, lockstep_));
    }
    oms_ = std::make_unique<oms::Oms<Port>>(plan_, oms_feed.port, oms_ports, packets_, capsules_, emitter_, injector_, lockstep_,
                                            oms::KillWords{kill_, killed_, 0});
    for (std::uint64_t i = 0; i < flow_.preamble_messages(); ++i) publish();
    for (int i = 0; i < 64; ++i) poll_all();
  }

  // The next message of the market, to everybody.
  void publish() {
    std::array<std::byte, wire::itch::kMaxBytes> bytes;
    const std::size_t length = flow_.next(bytes, market_ns_);
    const std::uint64_t sequence = sequence_++;
    packets_.put(sequence, 1, 1);
    for (net::LoopPort* feed : feeds_) {
      wire::MoldWriter packet(feed->tx_reserve());
      packet.begin(feed::kFeedSession, sequence);
      packet.append(std::span(bytes).first(length));
      feed->tx_commit(packet.finish());
      feed->tx_flush();
    }
  }

  // Each role's turn or none, in any order. A venue that is down hears nothing of what comes to it.
  void poll_some() {
    const unsigned roles = plan_.venues + 1;
    const std::uint32_t first = random_.below(roles);
    for (unsigned i = 0; i < roles; ++i)
      if (random_.below(4) != 0) poll((first + i) % roles);
  }
  void poll_all() {
    for (unsigned role = 0; role <= plan_.venues; ++role) poll(role);
  }

  void take_down(unsigned venue, std::uint64_t steps) { down_[venue] = steps; }
  void step() {
    publish();
    poll_some();
    for (std::uint64_t& left : down_) left -= left != 0;
  }

  // Nobody is down any more, and market time goes on, without loss of what the OMS decides to do, until nothing is under way.
  void settle(int rounds) {
    for (std::uint64_t& left : down_) left = 0;
    for (int i = 0; i < rounds; ++i) {
      if (i % 4 == 0) publish();
      poll_all();
    }
  }

  risk::KillSwitch kill_switch() { return risk::KillSwitch(kill_); }
  oms::Oms<Port>& oms() { return *oms_; }
  std::vector<Difference> differences() const { return reconcile(holdings_of(*oms_), holdings_at(venues_, oms_->market().max_locate())); }
  std::uint64_t count(hs_counter counter) const {
    std::uint64_t sum = oms_->counters().get(counter);
    for (const auto& venue : venues_) sum += venue->counters().get(counter);
    return sum;
  }
  core::Random& random() { return random_; }
  std::uint64_t market_ns() const { return market_ns_; }
  unsigned venues() const { return plan_.venues; }

 private:
  struct End {
    End(const core::ImpairPlan& plan, bool orders, unsigned venue, std::uint64_t index, Wire* watcher)
        : link(loop, plan, orders, index), repaired(link, orders ? session(link, venue) : nullptr), port(repaired, watcher) {}
    static std::unique_ptr<net::SessionEnd<Link>> session(Link& link, unsigned venue) {
      // Asked again with each poll, and for ever: nothing is given up.
      return std::make_unique<net::SessionEnd<Link>>(link, wire::mold_session("HS" + std::to_string(venue)),
                                                     net::RecoveryLimits{1'024, 0, ~0u});
    }

    net::LoopPort loop{4'096};
    Link link;
    Repaired repaired;
    Port port;
  };

  End& link(bool orders, unsigned venue, Wire* watcher) {
    return *ends_.emplace_back(std::make_unique<End>(plan_.impair, orders, venue, ends_.size(), watcher));
  }

  void poll(unsigned role) {
    if (role == plan_.venues) {
      oms_->poll();
    } else if (down_[role] == 0) {
      venues_[role]->poll();
    } else {
      gates_[role]->rx_burst();
      gates_[role]->rx_release();
    }
  }

  const core::Plan plan_;
  core::Random random_;
  feed::OrderFlow flow_;
  probe::PacketTable packets_;
  probe::CapsuleTable capsules_;
  probe::Emitter emitter_;
  probe::Injector injector_;
  hs_u64 measure_start_ = 0;
  hs_kill_switch kill_{};
  hs_kill_progress killed_{};
  core::Lockstep lockstep_;
  std::deque<std::unique_ptr<End>> ends_;
  std::vector<net::LoopPort*> feeds_;
  std::vector<net::LoopPort*> gates_;  // the venues' order links
  std::vector<std::unique_ptr<journal::Journal>> journals_;
  std::vector<std::unique_ptr<venue::Venue<Port>>> venues_;
  std::unique_ptr<oms::Oms<Port>> oms_;
  std::vector<std::uint64_t> down_;  // steps left
  std::uint64_t sequence_ = 1;
  std::uint64_t market_ns_ = 0;
};

}  // namespace hopscope::desk
