// A network whose order links lose nothing for good: behind each of their ports stands what the port's role needs not know of. Packets that
// were sent are kept; what a receiver misses it asks for, by MoldUDP64's request on the way back, and gets the packets as they were; what
// came too early waits, what came twice is dropped. The role sees its session's packets in order, each once.
//
// A sender that falls silent says a few times how far it has come (a heartbeat), so that a lost last packet is noticed too. After `tries`
// requests without an answer a receiver gives the gap up and shows what is behind it: the role sees the gap, and counts it.
//
// The feed's links are left alone: their roles recover by themselves (mold_receiver.h), from one history for all receivers. A run whose
// order links are not impaired is made for the network itself (main.cpp). Wall time: recovery is the network's business.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/clock.h"
#include "engine/core/plan.h"
#include "engine/net/decorated.h"
#include "engine/net/hold_buffer.h"
#include "engine/net/link.h"
#include "engine/net/missing.h"
#include "engine/net/mold_receiver.h"
#include "engine/net/port.h"
#include "engine/net/sent_packets.h"
#include "engine/wire/mold_recovery.h"

namespace hopscope::net {

// One end of a session in both directions.
template <Port Inner>
class SessionEnd {
 public:
  // Packets kept for the other end.
  static constexpr std::uint32_t kKeptPackets = 4'096;

  SessionEnd(Inner& inner, const wire::MoldSession& session, const RecoveryLimits& limits)
      : inner_(inner), session_(session), limits_(limits), sent_(kKeptPackets), recovery_(session), hold_(limits.hold_packets) {}
  SessionEnd(const SessionEnd&) = delete;
  SessionEnd& operator=(const SessionEnd&) = delete;

  std::span<const Payload> rx_burst() {
    const core::Ticks now = core::now_ticks();
    shown_ = 0;
    first_held_shown_ = ~std::uint64_t{0};
    const std::span<const Payload> burst = inner_.rx_burst();
    changed_ -= static_cast<std::int64_t>(burst.size());
    show_held();
    for (const Payload payload : burst) take(payload, now);
    attend(now);
    changed_ += static_cast<std::int64_t>(shown_);
    return {views_.data(), shown_};
  }
  void rx_release() { inner_.rx_release(); }

  // Memory of our own: a role may have a packet half built while requests are served.
  std::span<std::byte> tx_reserve() { return inner_.tx_reserve().empty() ? std::span<std::byte>() : std::span<std::byte>(building_); }
  void tx_commit(std::size_t bytes) {
    const Payload payload = std::span(building_).first(bytes);
    sent_.keep(payload);
    put(payload);
    signs_ = 0;
    sign_at_ = core::now_ticks() + limits_.repeat_ticks;
  }
  std::size_t tx_flush() { return inner_.tx_flush(); }

  PortCounters counters() const {
    PortCounters counters = inner_.counters();
    counters.rx = static_cast<std::uint64_t>(static_cast<std::int64_t>(counters.rx) + changed_);
    counters.recovered = recovered_;
    counters.requests = requests_;
    return counters;
  }

 private:
  void take(Payload payload, core::Ticks now) {
    if (const auto request = wire::parse_mold_request(payload); request && request->session == session_) return serve(request->range);
    const wire::MoldReader reader(payload);
    if (!reader.of_session(session_) || !wire::mold_whole(payload) || payload.size() > kMaxPayloadBytes) return show(payload);
    const wire::MoldRange range{reader.sequence(), reader.messages()};
    if (recovery_.next_in_order(range.from, range.count)) return show(payload);
    const bool early = range.from > recovery_.expected() && !range.empty();
    if (early && !can_hold(range)) return notice(recovery_.reveal(range.from), now);
    const std::uint64_t missing = missing_messages();
    const wire::MoldDecision decision = recovery_.on_packet(reader);
    notice(decision.lost, now);
    if (decision.verdict == wire::MoldVerdict::Gap) hold_.put(range, payload, now, false);
    if (decision.verdict == wire::MoldVerdict::Malformed) return show(payload);
    recovered_ += missing > missing_messages() ? missing - missing_messages() : 0;
    if (!missing_.empty()) answered(range, now);
    if (decision.verdict != wire::MoldVerdict::Deliver) return;
    show(payload);
    show_held();
  }

  std::uint64_t missing_messages() const {
    std::uint64_t messages = 0;
    for (const wire::MoldRange& gap : recovery_.gaps()) messages += gap.count;
    return messages;
  }

  // A place whose packet is shown must not be taken by another one before it is released.
  bool can_hold(const wire::MoldRange& range) const {
    const bool overwrites = first_held_shown_ != ~std::uint64_t{0} && range.from - first_held_shown_ >= limits_.hold_packets;
    return !overwrites && hold_.has_room(range, recovery_.expected());
  }

  void show(Payload payload) { views_[shown_++] = payload; }

  // What was held and is next, as far as there is room; the rest with the next burst.
  void show_held() {
    while (!hold_.empty() && shown_ < kMostHeldShown) {
      const HeldPacket* held = hold_.starting_at(recovery_.expected());
      if (held == nullptr) {
        const auto gaps = recovery_.gaps();
        if (gaps.empty() || gaps.front().from != recovery_.expected()) hold_.drop_below(recovery_.expected());
        return;
      }
      if (first_held_shown_ == ~std::uint64_t{0}) first_held_shown_ = held->first;
      const Payload payload = hold_.take(*held);
      recovery_.on_packet(wire::MoldReader(payload));
      show(payload);
    }
  }

  void serve(const wire::MoldRange& wanted) {
    sent_.each(wanted, [this](Payload payload) { return put(payload); });
    inner_.tx_flush();
  }

  // False: the port is full. A packet that found no room is like one that the link lost.
  bool put(Payload payload) {
    const std::span<std::byte> room = inner_.tx_reserve();
    if (room.empty()) return false;
    std::memcpy(room.data(), payload.data(), payload.size());
    inner_.tx_commit(payload.size());
    return true;
  }

  void notice(const wire::MoldRange& lost, core::Ticks now) {
    if (lost.empty()) return;
    if (Missing* missing = missing_.add(lost, now)) ask(*missing, now);
  }

  void answered(const wire::MoldRange& came, core::Ticks now) {
    missing_.close(recovery_.gaps(), [](const Missing&) {});
    for (Missing& missing : missing_.entries()) {
      if (missing.range.end() <= came.from || came.end() <= missing.range.from) continue;
      missing.asked = 0;
      missing.ask_at = now + limits_.repeat_ticks;
    }
  }

  void ask(Missing& missing, core::Ticks now) {
    missing.ask_at = now + limits_.repeat_ticks;
    ++missing.asked;
    const std::span<std::byte> room = inner_.tx_reserve();
    if (room.empty()) return;
    inner_.tx_commit(wire::encode_mold_request(room, session_, first_gap_in(missing.range, recovery_.gaps())));
    inner_.tx_flush();
    ++requests_;
  }

  void attend(core::Ticks now) {
    for (Missing& missing : missing_.entries())
      if (now >= missing.ask_at && missing.asked < limits_.tries) ask(missing, now);
    while (!missing_.empty() && now >= missing_.front().ask_at && missing_.front().asked >= limits_.tries) {
      recovery_.give_up();
      missing_.close(recovery_.gaps(), [](const Missing&) {});
      show_held();
    }
    if (!sent_.empty() && signs_ < limits_.tries && now >= sign_at_) give_sign(now);
  }

  void give_sign(core::Ticks now) {
    sign_at_ = now + limits_.repeat_ticks;
    ++signs_;
    const std::span<std::byte> room = inner_.tx_reserve();
    if (room.empty()) return;
    wire::MoldWriter heartbeat(room);
    heartbeat.begin(session_, sent_.next());
    inner_.tx_commit(heartbeat.finish());
    inner_.tx_flush();
  }

  static constexpr std::size_t kMostHeldShown = 256;
  static constexpr std::size_t kMostShown =
      kMostHeldShown + std::size_t{4} * kMaxBurst;  // an impaired burst is at most two bursts and what was aside

  Inner& inner_;
  const wire::MoldSession session_;
  const RecoveryLimits limits_;
  SentPackets sent_;
  std::array<std::byte, kMaxPayloadBytes> building_;
  std::uint32_t signs_ = 0;  // heartbeats since the last packet
  core::Ticks sign_at_ = 0;

  wire::MoldRecovery recovery_;
  HoldBuffer hold_;
  MissingList missing_;
  std::array<Payload, kMostShown> views_;
  std::size_t shown_ = 0;
  std::uint64_t first_held_shown_ = 0;  // sequence of the first held packet among the views; all bits: none is
  std::int64_t changed_ = 0;            // packets shown, over packets received
  std::uint64_t recovered_ = 0;         // messages that were missing and came
  std::uint64_t requests_ = 0;
};

// A port of an order link, or of another one.
template <Port Inner>
class RecoveredPort {
 public:
  // session: its role's; the names of both directions are one. Null: the packets pass as they are.
  RecoveredPort(Inner& inner, std::unique_ptr<SessionEnd<Inner>> session) : inner_(inner), session_(std::move(session)) {}

  std::span<const Payload> rx_burst() { return session_ ? session_->rx_burst() : inner_.rx_burst(); }
  void rx_release() { session_ ? session_->rx_release() : inner_.rx_release(); }
  std::span<std::byte> tx_reserve() { return session_ ? session_->tx_reserve() : inner_.tx_reserve(); }
  void tx_commit(std::size_t bytes) { session_ ? session_->tx_commit(bytes) : inner_.tx_commit(bytes); }
  std::size_t tx_flush() { return session_ ? session_->tx_flush() : inner_.tx_flush(); }
  PortCounters counters() const { return session_ ? session_->counters() : inner_.counters(); }

 private:
  Inner& inner_;
  std::unique_ptr<SessionEnd<Inner>> session_;
};

template <class Network>
class Recovered : public Decorated<Network, RecoveredPort<typename Network::Port>> {
  using Base = Decorated<Network, RecoveredPort<typename Network::Port>>;

 public:
  std::string open(const core::Plan& plan) {
    std::uint64_t millihertz = 0;
    const core::Calibration calibration = core::Calibration::measure(kCalibrationMilliseconds, &millihertz);
    const RecoveryLimits limits{plan.recovery.hold_packets, calibration.ticks(static_cast<double>(plan.recovery.timeout_ns)),
                                plan.recovery.tries};
    return this->open_around(plan, [&limits](auto& inner, const core::LinkPlan& link, End) {
      using Session = SessionEnd<typename Base::InnerPort>;
      const bool orders = link.name.starts_with(kOrderLink);
      return std::make_unique<typename Base::Port>(inner, orders ? std::make_unique<Session>(inner, session_of(link), limits) : nullptr);
    });
  }

 private:
  static constexpr unsigned kCalibrationMilliseconds = 20;
  static constexpr std::string_view kOrderLink = "oms-venue";

  // As OrderSession and Answers name it.
  static wire::MoldSession session_of(const core::LinkPlan& link) { return wire::mold_session("HS" + link.name.substr(kOrderLink.size())); }
};

}  // namespace hopscope::net
