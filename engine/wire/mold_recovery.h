// MoldUDP64 1.00, a receiver that recovers what it lost: what to do with each packet, and what to ask the re-request server for.
//
// Pure bookkeeping, no time and no packets in it. The caller offers whole packets only (mold_whole); delivers messages in order, each once;
// holds packets that came too early and offers them again when the gap in front of them is closed; sends the requests, and repeats them
// when no answer comes. (SequenceTracker in moldudp64.h is for receivers that do not recover: it counts what is lost and goes on.)
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/mold_request.h"

namespace hopscope::wire {

enum class MoldVerdict : std::uint8_t {
  Deliver,       // its messages from `skip` on come next
  Gap,           // messages in front of it are missing: hold it and offer it again
  Duplicate,     // all of it was delivered before
  Heartbeat,     // no messages
  EndOfSession,  // no messages, and none will come; complete() tells whether all have been delivered
  OtherSession,  // not ours
  Malformed,     // short header, or sequences beyond the last one
};

struct MoldDecision {
  MoldVerdict verdict;
  std::uint64_t skip = 0;  // Deliver: leading messages that were delivered before
  MoldRange lost = {};     // what this packet is the first to reveal as missing: to be requested now
};

class MoldRecovery {
 public:
  // Gaps that are told apart; with more of them neighbours are taken together, and some messages are sent again that had come.
  static constexpr std::size_t kMaxGaps = 256;

  explicit MoldRecovery(const MoldSession& session, std::uint64_t first_expected = 1)
      : session_(session), expected_(first_expected), reached_(first_expected) {}

  // The next packet, of this session, while nothing is missing: all that on_packet() would find and do, for as long as nothing is lost.
  // False, and nothing has changed: ask on_packet().
  bool next_in_order(std::uint64_t sequence, std::uint64_t messages) {
    if (sequence != expected_ || expected_ != reached_ || messages == 0) return false;
    expected_ = reached_ = sequence + messages;
    return true;
  }

  // A packet as it arrives, from the feed, from the re-request server, or held and offered again.
  MoldDecision on_packet(const MoldReader& packet) {
    if (packet.sequence() > UINT64_MAX - packet.messages()) return {MoldVerdict::Malformed};
    if (!packet.of_session(session_)) return {packet.short_header() ? MoldVerdict::Malformed : MoldVerdict::OtherSession};
    const MoldRange range{packet.sequence(), packet.messages()};
    MoldDecision decision{MoldVerdict::Deliver, 0, reach(range.from)};
    reached_ = std::max(reached_, range.end());
    if (packet.end_of_session()) {
      ended_ = true;
      decision.verdict = MoldVerdict::EndOfSession;
    } else if (range.empty()) {
      decision.verdict = MoldVerdict::Heartbeat;
    } else {
      decision.verdict = offer(range, decision.skip);
    }
    return decision;
  }

  // A packet that came too early and could not be held: all below it exists. Returns what it is the first to reveal as missing.
  MoldRange reveal(std::uint64_t sequence) {
    const MoldRange lost = reach(sequence);
    reached_ = std::max(reached_, sequence);
    return lost;
  }

  // The first gap will not be closed: what comes behind it is next. Returns what is lost by that. Everything in front of the gap must have
  // been delivered.
  MoldRange give_up() {
    if (gap_count_ == 0) return {};
    const MoldRange lost = gaps_.front();
    std::copy(gaps_.begin() + 1, gaps_.begin() + gap_count_, gaps_.begin());
    --gap_count_;
    expected_ = lost.end();
    return lost;
  }

  // Everything below has been delivered.
  std::uint64_t expected() const { return expected_; }
  // One above the highest sequence known to exist.
  std::uint64_t reached() const { return reached_; }
  // What is known to exist and not delivered: what to ask for where packets that came too early are dropped instead of held.
  MoldRange undelivered() const { return {expected_, reached_ - expected_}; }
  // What has never come, in order: what to ask for again when an answer fails to come.
  std::span<const MoldRange> gaps() const { return std::span(gaps_).first(gap_count_); }
  bool ended() const { return ended_; }
  bool complete() const { return ended_ && expected_ == reached_; }

 private:
  // The sequences up to `from` exist; returns those that nobody knew of.
  MoldRange reach(std::uint64_t from) {
    if (from <= reached_) return {};
    const MoldRange lost{reached_, from - reached_};
    const bool adjoins = gap_count_ != 0 && gaps_[gap_count_ - 1].end() == lost.from;
    if (adjoins || gap_count_ == kMaxGaps)
      gaps_[gap_count_ - 1].count = lost.end() - gaps_[gap_count_ - 1].from;
    else
      gaps_[gap_count_++] = lost;
    return lost;
  }

  MoldVerdict offer(const MoldRange& range, std::uint64_t& skip) {
    close(range);
    if (range.from > expected_) return MoldVerdict::Gap;
    if (range.end() <= expected_) return MoldVerdict::Duplicate;
    skip = expected_ - range.from;
    expected_ = range.end();
    return MoldVerdict::Deliver;
  }

  // Takes what has come out of the gaps. A gap that it would split while there is no room for another one stays whole.
  void close(const MoldRange& came) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < gap_count_; ++i) {
      const MoldRange gap = gaps_[i];
      const std::uint64_t left_end = std::min(gap.end(), std::max(gap.from, came.from));
      const std::uint64_t right_from = std::max(gap.from, std::min(gap.end(), came.end()));
      const MoldRange left{gap.from, left_end - gap.from};
      const MoldRange right{right_from, gap.end() - right_from};
      if (left_end >= right_from) {  // they do not meet
        gaps_[kept++] = gap;
      } else if (!left.empty() && !right.empty()) {
        if (gap_count_ == kMaxGaps) {
          gaps_[kept++] = gap;
          continue;
        }
        std::copy_backward(gaps_.begin() + i + 1, gaps_.begin() + gap_count_, gaps_.begin() + gap_count_ + 1);
        ++gap_count_;
        gaps_[kept++] = left;
        gaps_[kept++] = right;
        ++i;
      } else if (!left.empty() || !right.empty()) {
        gaps_[kept++] = left.empty() ? right : left;
      }
    }
    gap_count_ = kept;
  }

  MoldSession session_;
  std::uint64_t expected_;
  std::uint64_t reached_;
  std::array<MoldRange, kMaxGaps> gaps_{};
  std::size_t gap_count_ = 0;
  bool ended_ = false;
};

}  // namespace hopscope::wire
