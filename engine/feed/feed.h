// The feed: publishes the market to the venues and to the OMS, open loop, as MoldUDP64 packets of one ITCH message each.
//
// One packet goes to every venue first and then to the OMS; its sequence number, from 1, is the same everywhere. A full port is tried again
// at the next poll: the packet leaves late, and the distance between due and tx shows by how much. Messages up to plan.feed.warmup_messages
// are warm-up. The schedule ends with the last message, with max_seconds of measurement, or when stop() is called; what was due by then and
// could not be sent within a second more is counted as missed. Then every receiver gets the end of the session, again and again until the
// run has drained.
//
// What a receiver has lost it is sent again (request_server.h), for as long as poll() is called. A receiver that has heard nothing for a
// heartbeat interval gets a heartbeat, with the sequence number of its next message: so a lost last packet is noticed too.
//
// In lockstep each packet waits until venues and OMS have handled the one before. poll() belongs to one thread; start() comes before it;
// stop(), done(), measuring() and the measured times may be called from any.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/feed/market_source.h"
#include "engine/feed/request_server.h"
#include "engine/feed/schedule.h"
#include "engine/feed/session.h"
#include "engine/net/port.h"
#include "engine/probe/site.h"
#include "engine/probe/slots.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::feed {

template <net::Port Port>
class Feed {
 public:
  // Opens the plan's flow: error() says whether it could. The venues' ports, in order; all references must outlive the feed.
  Feed(const core::Plan& plan, const core::Calibration& calibration, Port& oms, std::span<Port* const> venues, probe::PacketTable& packets,
       core::Lockstep& lockstep)
      : warmup_messages_(plan.feed.warmup_messages),
        last_sequence_(plan.feed.measure_messages == 0 ? std::numeric_limits<std::uint64_t>::max()
                                                       : plan.feed.warmup_messages + plan.feed.measure_messages),
        burst_(plan.burst),
        schedule_(plan.feed, plan.pacing, calibration),
        max_ticks_(calibration.ticks(plan.feed.max_seconds * 1e9)),
        drain_ticks_(calibration.ticks(kDrainNs)),
        give_up_ticks_(calibration.ticks(kLockstepGiveUpNs)),
        heartbeat_ticks_(calibration.ticks(static_cast<double>(plan.feed.heartbeat_ns))),
        server_(plan.feed.history, calibration, counters_),
        oms_(oms),
        venues_(venues.begin(), venues.end()),
        packets_(packets),
        lockstep_(lockstep) {
    error_ = source_.open(plan.feed, plan.seed);
    // Where the plan tells how long the measured messages will take. A replay's end is known only when it comes.
    if (schedule_.paced() && plan.feed.flow == core::Flow::Simulate && plan.feed.measure_messages > 0) {
      planned_ticks_ = calibration.ticks(1e9 / plan.feed.rate_pps * static_cast<double>(plan.feed.measure_messages));
    }
  }

  // Empty, or one line with its remedy. Known after construction for the plan's flow; final when the feed is done.
  const std::string& error() const { return error_; }

  // The first message is due at `now`.
  void start(core::Ticks now) {
    if (!error_.empty()) return enter(Phase::Done);
    schedule_.start(now);
    last_sign_ = now;
    enter(Phase::Sending);
  }
  void stop() { stop_.store(true, std::memory_order_relaxed); }

  bool poll() {
    switch (phase_.load(std::memory_order_relaxed)) {
      case Phase::Sending:
        return lockstep_.enabled ? step() : send_due();
      case Phase::Counting:
        return count_missed();
      case Phase::Ending:
        return send_end();
      case Phase::Done:
        return attend(core::now_ticks());
      case Phase::Idle:
        return false;
    }
    return false;
  }

  bool done() const { return phase_.load(std::memory_order_acquire) == Phase::Done; }
  // Sequence number of the last message; a venue may have been sent one more. For when the feed is done.
  std::uint64_t last_sequence() const { return sent_; }
  bool measuring() const { return measure_start() != 0; }
  // When the first measured packet was due, and when the last one was sent; 0: not yet.
  core::Ticks measure_start() const { return measure_start_.load(std::memory_order_acquire); }
  core::Ticks measure_end() const { return measure_end_.load(std::memory_order_acquire); }

  const core::Counters& counters() const { return counters_; }

  // Messages sent by ITCH type, warm-up included. For when the feed is done.
  std::vector<std::pair<std::string, std::uint64_t>> message_types() const {
    std::vector<std::pair<std::string, std::uint64_t>> types;
    for (std::size_t code = 0; code < types_.size(); ++code)
      if (types_[code] != 0) types.emplace_back(std::string(1, static_cast<char>(code)), types_[code]);
    return types;
  }

 private:
  static constexpr double kDrainNs = 1e9;           // how long a schedule that has ended may still send what was due
  static constexpr double kLockstepGiveUpNs = 2e9;  // a packet or its consequence was lost: waiting longer would be waiting for ever

  static constexpr std::size_t kMessageAt = wire::kMoldHeaderBytes + wire::kMoldLengthBytes;  // of a packet's only message

  enum class Phase : std::uint8_t { Idle, Sending, Counting, Ending, Done };
  enum class Step : std::uint8_t { Venues, VenuesHave, Oms, Quiescent };

  void enter(Phase phase) { phase_.store(phase, std::memory_order_release); }

  // Everything that is due, up to a burst.
  bool send_due() {
    core::Ticks now = core::now_ticks();
    const bool served = attend(now);
    if (over(now)) return true;
    unsigned sent = 0;
    bool blocked = false;
    while (sent < burst_ && !blocked && (pending() || pull(now)) && due_ <= now) {
      blocked = !offer_venues() || !offer_oms();
      if (blocked) break;
      now = last_tx_;
      ++sent;
    }
    if (sent != 0 || blocked || unflushed_) flush();
    return sent != 0 || served;
  }

  // What receivers need beside the messages that are due. Returns whether there was work.
  bool attend(core::Ticks now) {
    bool worked = false;
    if (server_.due(now)) {
      for (std::size_t v = 0; v < venues_.size(); ++v) worked |= server_.serve(*venues_[v], next_of_venue(v), now);
      worked |= server_.serve(oms_, sent_ + 1, now);
      server_.looked(now);
    }
    if (heartbeat_ticks_ != 0 && now - last_sign_ >= heartbeat_ticks_) [[unlikely]] {
      give_sign();
      last_sign_ = now;
      worked = true;
    }
    if (worked || unflushed_) flush();
    return worked;
  }

  // The sequence number of the first message that the venue has not been sent.
  std::uint64_t next_of_venue(std::size_t venue) const { return sent_ + 1 + (pending() && !ending_ && venue < next_venue_); }

  // A heartbeat; at the end of the session its end once more. A port that is full has something for its receiver anyway.
  void give_sign() {
    const bool over = phase_.load(std::memory_order_relaxed) == Phase::Done;
    for (std::size_t v = 0; v < venues_.size(); ++v) give_sign(*venues_[v], next_of_venue(v), over);
    give_sign(oms_, sent_ + 1, over);
  }
  static void give_sign(Port& port, std::uint64_t next, bool over) {
    const std::span<std::byte> room = port.tx_reserve();
    if (room.empty()) return;
    wire::MoldWriter packet(room);
    packet.begin(kFeedSession, next);
    port.tx_commit(over ? packet.finish_end_of_session() : packet.finish());
  }

  // The schedule is cut short: by stop(), or because what it still owes is too late.
  bool over(core::Ticks now) {
    const bool stopped = stop_.load(std::memory_order_relaxed);
    const bool drained = now > drain_end_ && due_ + drain_ticks_ < now;
    if (!stopped && !drained) [[likely]]
      return false;
    if (stopped) cutoff_ = std::min(cutoff_, now);
    // What some venues have, the others and the OMS get too, unless their ports stay full.
    if (pending() && next_venue_ != 0 && !drained && now - cutoff_ < drain_ticks_) {
      const bool offered = offer_venues() && offer_oms();
      flush();
      if (!offered) return true;
    }
    enter(schedule_.paced() && measuring() ? Phase::Counting : Phase::Ending);
    return true;
  }

  // Makes the next message pending. False when there is none: the phase has changed.
  bool pull(core::Ticks now) {
    if (sent_ == last_sequence_ || (!schedule_.paced() && now > cutoff_)) return end();
    wire::MoldWriter packet(packet_);
    packet.begin(kFeedSession, sent_ + 1);
    const auto room = packet.room();
    std::uint64_t market_ns = 0;
    const std::size_t length_bytes = source_.next(room, market_ns);
    if (length_bytes == 0) return end();
    packet.commit(length_bytes);
    due_ = schedule_.due(market_ns);
    if (due_ != Schedule::kAtOnce && due_ > cutoff_) return end();
    type_ = static_cast<std::uint8_t>(room[0]);
    packet_bytes_ = packet.finish();
    next_venue_ = 0;
    return true;
  }

  bool end() {
    enter(Phase::Ending);
    return false;
  }

  bool pending() const { return packet_bytes_ != 0; }

  bool offer(Port& port) {
    const std::span<std::byte> room = port.tx_reserve();
    if (room.empty()) return false;
    std::memcpy(room.data(), packet_.data(), packet_bytes_);
    port.tx_commit(packet_bytes_);
    return true;
  }

  // False: a port is full; those before it have the packet.
  bool offer_venues() {
    for (; next_venue_ < venues_.size(); ++next_venue_) {
      if (!offer(*venues_[next_venue_])) return false;
      if (next_venue_ == 0 && !ending_) server_.keep({packet_.data() + kMessageAt, packet_bytes_ - kMessageAt});
    }
    return true;
  }

  bool offer_oms() {
    const std::span<std::byte> room = oms_.tx_reserve();
    if (room.empty()) return false;
    std::memcpy(room.data(), packet_.data(), packet_bytes_);
    const std::uint64_t sequence = ++sent_;
    const core::Ticks tx = core::now_ticks();
    const core::Ticks due = due_ == Schedule::kAtOnce ? tx : due_;
    packets_.put(sequence, due, tx);
    oms_.tx_commit(packet_bytes_);
    probe::site<HS_HOP_FEED_DUE>(sequence, due, 0);
    probe::site<HS_HOP_FEED_TX>(sequence, tx, 0);
    account(sequence, due, tx);
    packet_bytes_ = 0;
    last_tx_ = last_sign_ = tx;
    return true;
  }

  void account(std::uint64_t sequence, core::Ticks due, core::Ticks tx) {
    ++types_[type_];
    if (sequence > warmup_messages_) {
      if (sequence == warmup_messages_ + 1) [[unlikely]]
        begin_measuring(due);
      measure_end_.store(tx, std::memory_order_release);
    }
    counters_.add(HS_COUNTER_FEED_PACKETS);
    counters_.add(HS_COUNTER_FEED_MESSAGES);
  }

  void begin_measuring(core::Ticks due) {
    counters_.reset();
    measure_start_.store(due, std::memory_order_release);
    if (max_ticks_ != 0) cutoff_ = std::min(cutoff_, due + max_ticks_);
    const core::Ticks planned_end = planned_ticks_ != 0 ? due + planned_ticks_ : std::numeric_limits<core::Ticks>::max();
    const core::Ticks end = std::min(cutoff_, planned_end);
    if (schedule_.paced() && end != std::numeric_limits<core::Ticks>::max()) drain_end_ = end + drain_ticks_;
  }

  // Venues first, so that they are no worse informed than the OMS. A port may keep some: then the next poll flushes again.
  bool flush() {
    std::size_t held = 0;
    for (Port* venue : venues_) held += venue->tx_flush();
    held += oms_.tx_flush();
    unflushed_ = held != 0;
    return !unflushed_;
  }

  // Lockstep: one packet, its consequences, the next.
  bool step() {
    const core::Ticks now = core::now_ticks();
    attend(now);
    switch (step_) {
      case Step::Venues:
        if (!pending() && (stop_.load(std::memory_order_relaxed) || !pull(now))) {
          end();
          return true;
        }
        if (!offer_venues()) return flush(), false;
        flush();
        return wait_from(now, Step::VenuesHave);
      case Step::VenuesHave:
        if (!lockstep_.venues_have(sent_ + 1) || !lockstep_.answers_heard()) return give_up(now);
        step_ = Step::Oms;
        [[fallthrough]];
      case Step::Oms:
        if (!offer_oms()) return flush(), false;
        flush();
        return wait_from(now, Step::Quiescent);
      case Step::Quiescent:
        if (!lockstep_.quiescent(sent_)) return give_up(now);
        step_ = Step::Venues;
        return true;
    }
    return false;
  }

  bool wait_from(core::Ticks now, Step step) {
    wait_from_ = now;
    step_ = step;
    return true;
  }

  // A lost packet would be waited for in vain: then the run ends, and fails.
  bool give_up(core::Ticks now) {
    if (now - wait_from_ < give_up_ticks_) return false;
    error_ = "lockstep: feed packet " + std::to_string(step_ == Step::VenuesHave ? sent_ + 1 : sent_) +
             ", or what followed from it, was lost: look at port_drops, or use pacing: open";
    packet_bytes_ = 0;
    return end(), true;
  }

  // Draws what was still due without sending it, a few thousand a poll.
  bool count_missed() {
    for (unsigned i = 0; i < 4096; ++i) {
      if (!pending() && !pull(cutoff_)) return true;
      if (due_ > cutoff_) return end(), true;
      counters_.add(HS_COUNTER_FEED_MISSED);
      packet_bytes_ = 0;
      // Missed messages use up the planned number as sent ones do, but no sequence numbers: the session ends behind the last one sent.
      if (last_sequence_ != std::numeric_limits<std::uint64_t>::max()) --last_sequence_;
    }
    return true;
  }

  bool send_end() {
    if (!ending_) {
      wire::MoldWriter packet(packet_);
      packet.begin(kFeedSession, sent_ + 1);
      packet_bytes_ = packet.finish_end_of_session();
      next_venue_ = 0;
      ending_ = true;
    }
    if (pending()) {
      if (!offer_venues() || !offer(oms_)) return flush(), false;
      packet_bytes_ = 0;
    }
    if (!flush()) return false;
    last_sign_ = core::now_ticks();
    enter(Phase::Done);
    return true;
  }

  const std::uint64_t warmup_messages_;
  std::uint64_t last_sequence_;
  const unsigned burst_;
  Schedule schedule_;
  const core::Ticks max_ticks_, drain_ticks_, give_up_ticks_, heartbeat_ticks_;
  core::Ticks planned_ticks_ = 0;
  core::Counters counters_;
  RequestServer<Port> server_;
  Port& oms_;
  const std::vector<Port*> venues_;
  probe::PacketTable& packets_;
  core::Lockstep& lockstep_;
  MarketSource source_;
  std::string error_;

  std::array<std::byte, net::kMaxPayloadBytes> packet_{};  // the pending one
  std::size_t packet_bytes_ = 0;                           // 0: none is pending
  std::size_t next_venue_ = 0;                             // venues before it have the pending packet
  core::Ticks due_ = 0;
  std::uint8_t type_ = 0;
  std::uint64_t sent_ = 0;  // messages, and the sequence number of the last one
  core::Ticks last_tx_ = 0;
  core::Ticks last_sign_ = 0;                                     // when receivers last heard something
  core::Ticks cutoff_ = std::numeric_limits<core::Ticks>::max();  // messages due later are not part of this run
  core::Ticks drain_end_ = std::numeric_limits<core::Ticks>::max();
  bool unflushed_ = false;
  bool ending_ = false;
  Step step_ = Step::Venues;
  core::Ticks wait_from_ = 0;
  std::array<std::uint64_t, 256> types_{};
  std::atomic<Phase> phase_{Phase::Idle};
  std::atomic<bool> stop_{false};
  std::atomic<core::Ticks> measure_start_{0}, measure_end_{0};
};

}  // namespace hopscope::feed
