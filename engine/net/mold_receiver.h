// The receiving end of a MoldUDP64 session that is served again on request: every message in order, each once, whatever the link loses,
// doubles or brings late.
//
// A packet that comes too early is copied into a hold buffer, with the time of its arrival, and delivered when what is missing in front of
// it has come. What is missing is asked for at once, through the same port that brings the packets, and again after a timeout of wall time
// (the network's business: trading logic knows market time only). After `tries` requests without an answer the gap is given up: its
// messages are counted as gaps, and the receiver goes on behind it. It never waits for ever.
//
// While nothing is missing the next packet costs two comparisons more than without all this: no clock is read, nothing is copied. One that
// brings nothing new (a heartbeat, the end of the session, what came twice) reads the clock once.
//
// One thread, but for complete(). Nothing is allocated after construction.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/histogram.h"
#include "engine/net/gap_listener.h"
#include "engine/net/hold_buffer.h"
#include "engine/net/missing.h"
#include "engine/net/port.h"
#include "engine/wire/mold_recovery.h"

namespace hopscope::net {

struct RecoveryLimits {
  std::uint32_t hold_packets = 4'096;
  core::Ticks repeat_ticks = 2'000'000;  // 1 ms at 2 GHz
  std::uint32_t tries = 32;              // requests in a row without an answer
};

// What a receiver counts, by the role it belongs to.
struct RecoveryCounters {
  hs_counter gaps;        // messages given up
  hs_counter recovered;   // messages that were missing and came
  hs_counter requests;    // sent
  hs_counter recoveries;  // gaps closed
};

template <Port P>
class MoldReceiver {
 public:
  // Malformed packets, packets longer than kMaxPayloadBytes, and those of other sessions, are counted as HS_COUNTER_PORT_MALFORMED.
  MoldReceiver(P& port, const wire::MoldSession& session, core::Counters& counters, const RecoveryCounters& names,
               const RecoveryLimits& limits)
      : port_(&port),
        session_(session),
        counters_(&counters),
        names_(names),
        limits_(limits),
        recovery_(session),
        hold_(limits.hold_packets) {}
  MoldReceiver(const MoldReceiver&) = delete;
  MoldReceiver& operator=(const MoldReceiver&) = delete;

  // Must outlive this; null: nobody listens. Before the first poll().
  void set_gap_listener(GapListener* listener) { listener_ = listener; }

  // Takes one burst, or goes on with the one it stopped in. Visitor:
  //   burst(packets)                   what has come out of the port, if only nothing; the packets stay until the next one
  //   packet(first, messages, waited)  a packet's turn; waited: when it had come, if that was too early; 0: it is of this burst
  //   bool ready()                     false: stop in front of the next message
  //   bool message(sequence, bytes)    false: stop behind this one
  //   end_packet()                     its last message has been taken
  // Returns whether there was work.
  template <class Visitor>
  bool poll(Visitor&& visitor) {
    const core::Ticks began = missing_.empty() ? 0 : core::now_ticks();
    if (!busy()) {
      burst_ = port_->rx_burst();
      next_packet_ = 0;
      visitor.burst(burst_);
    }
    bool worked = false;
    do {
      while (in_packet_ || next(visitor)) {
        worked = true;
        if (stopped_ || !finish(visitor)) return stopped_ = false, true;
      }
    } while (attend(began));
    worked |= !burst_.empty();
    burst_ = {};
    port_->rx_release();  // also of an empty burst: frames that were not ours may lie behind it
    if (recovery_.ended()) [[unlikely]]
      complete_.store(recovery_.complete(), std::memory_order_release);
    return worked;
  }

  // Stopped in the middle of a burst.
  bool busy() const { return in_packet_ || !burst_.empty(); }
  // Sequence number of the next message; all before it are handled or given up, unless busy().
  std::uint64_t expected() const { return recovery_.expected(); }
  // The session is over, and nothing of it is missing. Any thread may ask.
  bool complete() const { return complete_.load(std::memory_order_acquire); }
  // From when a gap was noticed to when it was closed, in ticks.
  const hs_histogram& delays() const { return delays_; }

  // The run is over, and `last_sequence` was the last message sent, or the last but one: what is missing will not come. What a visitor has
  // not taken counts as missing.
  void end_run(std::uint64_t last_sequence) {
    recovery_.reveal(last_sequence + 1);  // the end of the session may be lost, too
    const std::uint64_t left = in_packet_ ? reader_.messages() - std::max(index_, skip_) : 0;
    const wire::MoldRange missing = recovery_.undelivered();
    counters_->add(names_.gaps, missing.count + left);
    if (listener_ != nullptr && missing.count + left != 0) listener_->gap_given_up({missing.from - left, missing.count + left});
  }

 private:
  // Makes the next packet that can be delivered the current one. False: the burst is used up.
  template <class Visitor>
  bool next(Visitor& visitor) {
    if (!hold_.empty() && take_held(visitor)) [[unlikely]]
      return true;
    while (next_packet_ < burst_.size()) {
      const Payload payload = burst_[next_packet_++];
      const wire::Bytes message = next_message_in(payload);
      if (!message.empty()) [[likely]] {
        if (deliver(payload, message, visitor)) continue;
        return true;
      }
      if (begin(payload, visitor)) return true;
    }
    return false;
  }

  // The message of a packet that holds one, the next in order, while nothing is missing: what a link that loses nothing brings, taken
  // without walking the packet. Empty, and nothing has changed: something else.
  wire::Bytes next_message_in(Payload payload) {
    constexpr std::size_t kMessageAt = wire::kMoldHeaderBytes + wire::kMoldLengthBytes;
    if (payload.size() <= kMessageAt || payload.size() > kMaxPayloadBytes) return {};
    const auto& header = *reinterpret_cast<const wire::MoldHeader*>(payload.data());
    const std::size_t bytes = wire::load_be16(payload.data() + wire::kMoldHeaderBytes);
    const bool sound =
        header.count == 1 && kMessageAt + bytes == payload.size() && std::memcmp(header.session, session_.data(), session_.size()) == 0;
    if (!sound || !recovery_.next_in_order(header.sequence, 1)) return {};
    return payload.subspan(kMessageAt);
  }

  // False: the visitor stops, in front of the message or behind it; the next poll() goes on from there.
  template <class Visitor>
  bool deliver(Payload payload, wire::Bytes message, Visitor& visitor) {
    const std::uint64_t sequence = recovery_.expected() - 1;
    visitor.packet(sequence, 1, 0);
    const bool ready = visitor.ready();
    if (ready && visitor.message(sequence, message)) [[likely]]
      return visitor.end_packet(), true;
    return stop(payload, ready);
  }
  bool stop(Payload payload, std::uint64_t index) {
    reader_ = wire::MoldReader(payload);
    in_packet_ = stopped_ = true;
    index_ = index;
    skip_ = 0;
    return false;
  }

  template <class Visitor>
  bool begin(Payload payload, Visitor& visitor) {
    reader_ = wire::MoldReader(payload);
    // Whole, because what it announces counts as received from now on; and no longer than what can be held.
    if (!reader_.of_session(session_) || !wire::mold_whole(payload) || payload.size() > kMaxPayloadBytes) [[unlikely]] {
      counters_->add(HS_COUNTER_PORT_MALFORMED);
      return false;
    }
    if (!recovery_.next_in_order(reader_.sequence(), reader_.messages())) return out_of_order(payload, visitor);
    start(visitor, 0, 0);
    return true;
  }

  template <class Visitor>
  bool out_of_order(Payload payload, Visitor& visitor) {
    const core::Ticks now = core::now_ticks();
    const wire::MoldRange range{reader_.sequence(), reader_.messages()};
    const bool late = range.from < recovery_.reached();
    if (range.from > recovery_.expected() && !range.empty() && !hold_.has_room(range, recovery_.expected())) {
      notice(recovery_.reveal(range.from), now);
      return false;
    }
    const wire::MoldDecision decision = recovery_.on_packet(reader_);
    notice(decision.lost, now);
    if (decision.verdict == wire::MoldVerdict::Malformed) counters_->add(HS_COUNTER_PORT_MALFORMED);
    if (decision.verdict == wire::MoldVerdict::Gap) hold_.put(range, payload, now, late);
    if (late && !missing_.empty()) answered(range, now);
    if (decision.verdict != wire::MoldVerdict::Deliver) return false;
    if (late) counters_->add(names_.recovered, range.count - decision.skip);
    start(visitor, decision.skip, 0);
    return true;
  }

  template <class Visitor>
  bool take_held(Visitor& visitor) {
    const std::uint64_t expected = recovery_.expected();
    const HeldPacket* held = hold_.starting_at(expected);
    if (held == nullptr) {
      const auto gaps = recovery_.gaps();
      const bool missing = !gaps.empty() && gaps.front().from == expected;
      if (missing) return false;
      held = hold_.covering(expected);  // one that overlaps with what was delivered
      if (held == nullptr) return hold_.drop_below(expected), false;
    }
    const HeldPacket packet = *held;
    reader_ = wire::MoldReader(hold_.take(*held));
    const wire::MoldDecision decision = recovery_.on_packet(reader_);
    if (packet.late) counters_->add(names_.recovered, packet.messages - decision.skip);
    start(visitor, decision.skip, packet.arrived);
    return true;
  }

  template <class Visitor>
  void start(Visitor& visitor, std::uint64_t skip, core::Ticks waited) {
    in_packet_ = true;
    index_ = 0;
    skip_ = skip;
    visitor.packet(reader_.sequence(), reader_.messages(), waited);
  }

  template <class Visitor>
  bool finish(Visitor& visitor) {
    while (index_ < reader_.messages()) {
      if (index_ >= skip_ && !visitor.ready()) return false;
      wire::Bytes message;
      reader_.next(message);
      const std::uint64_t index = index_++;
      if (index < skip_) continue;
      if (!visitor.message(reader_.sequence() + index, message)) return false;
    }
    in_packet_ = false;
    visitor.end_packet();
    return true;
  }

  void notice(const wire::MoldRange& lost, core::Ticks now) {
    if (lost.empty()) return;
    if (listener_ != nullptr) listener_->gap_opened(lost);
    if (Missing* missing = missing_.add(lost, now)) ask(*missing, now);
  }

  // Something came that was missing.
  void answered(const wire::MoldRange& came, core::Ticks now) {
    missing_.close(recovery_.gaps(), [&](const Missing& closed) {
      counters_->add(names_.recoveries);
      core::record(delays_, now - closed.noticed);
      if (listener_ != nullptr) listener_->gap_closed(closed.range);
    });
    for (Missing& missing : missing_.entries()) {
      if (missing.range.end() <= came.from || came.end() <= missing.range.from) continue;
      missing.asked = 0;
      ask(missing, now);  // a packet holds only so much: for the rest
    }
  }

  void ask(Missing& missing, core::Ticks now) {
    const std::span<std::byte> room = port_->tx_reserve();
    missing.ask_at = now;
    if (room.empty()) return;
    port_->tx_commit(wire::encode_mold_request(room, session_, first_gap_in(missing.range, recovery_.gaps())));
    unflushed_ = port_->tx_flush() != 0;
    counters_->add(names_.requests);
    missing.ask_at = now + limits_.repeat_ticks;
    ++missing.asked;
  }

  // Asks again for what was due when this poll began: an answer may have come with its burst. True: a gap was given up, and packets that
  // were held may be next.
  bool attend(core::Ticks began) {
    if (unflushed_) [[unlikely]]
      unflushed_ = port_->tx_flush() != 0;
    if (missing_.empty()) [[likely]]
      return false;
    for (Missing& missing : missing_.entries())
      if (began >= missing.ask_at && missing.asked < limits_.tries) ask(missing, core::now_ticks());
    const Missing& first = missing_.front();
    if (began < first.ask_at || first.asked < limits_.tries) return false;
    const wire::MoldRange lost = recovery_.give_up();
    counters_->add(names_.gaps, lost.count);
    if (listener_ != nullptr) listener_->gap_given_up(lost);
    missing_.close(recovery_.gaps(), [this](const Missing& closed) {
      if (listener_ != nullptr) listener_->gap_closed(closed.range);
    });
    return true;
  }

  P* port_;
  wire::MoldSession session_;
  core::Counters* counters_;
  RecoveryCounters names_;
  RecoveryLimits limits_;
  GapListener* listener_ = nullptr;
  wire::MoldRecovery recovery_;

  std::span<const Payload> burst_;  // held until its last packet is done
  std::size_t next_packet_ = 0;
  bool in_packet_ = false;
  bool stopped_ = false;  // by the visitor, in this poll
  bool unflushed_ = false;
  wire::MoldReader reader_{{}};
  std::uint64_t index_ = 0;  // of the next message in the packet
  std::uint64_t skip_ = 0;   // messages at its head that came before

  HoldBuffer hold_;
  MissingList missing_;
  hs_histogram delays_{};
  std::atomic<bool> complete_{false};
};

}  // namespace hopscope::net
