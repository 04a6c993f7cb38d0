// Circuit breakers: what is watched over many orders and over the market data. They are looked at with each feed message, never when an
// answer comes, so what they do is a function of the feed and of what was known when its message came.
//
//   breaker        trips when                                                   does                 resets
//   loss           received - paid + positions at their marks < -max_loss       kill switch          when re-armed: so much more may be
//   lost reject_rate    of the orders answered within a second too many were         kill switch          when re-armed: counted anew
//                  rejected by venues
//   message_rate   too many orders and cancels within a second                  kill switch          when re-armed: counted anew
//   volatility     a limit state has lasted (price_bands.h)                     pauses the symbol    after band_pause
//   feed_gap       feed messages were given up: the books lack them             pauses everything    after gap_pause
//   stale_feed     the feed was silent                                          pauses everything    when it has been there for stale_pause
//
// A feed that is silent brings no decision: what stale_feed guards against is trading on the first messages behind a silence.
// One thread; nothing is allocated after construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/book/tape.h"
#include "engine/core/risk_plan.h"
#include "engine/risk/exposure.h"
#include "engine/risk/kill_switch.h"
#include "engine/risk/price_bands.h"
#include "engine/risk/sliding_count.h"

namespace hopscope::risk {

// The numbers stand in journals.
enum class Breaker : std::uint8_t { Loss, RejectRate, MessageRate, Volatility, FeedGap, StaleFeed };
inline constexpr std::size_t kBreakers = 6;

constexpr const char* name(Breaker breaker) {
  constexpr const char* kNames[kBreakers] = {"loss", "reject_rate", "message_rate", "volatility", "feed_gap", "stale_feed"};
  return kNames[static_cast<std::size_t>(breaker)];
}

struct Trip {
  Breaker breaker;
  std::uint16_t locate = 0;            // volatility: of the symbol
  std::uint64_t value = 0, bound = 0;  // what was above its bound; reject_rate: per million
  std::uint64_t until_ns = 0;          // market time; 0: until the kill switch is re-armed
};

class BreakerListener {
 public:
  virtual ~BreakerListener() = default;
  virtual void tripped(const Trip& trip) = 0;
  // A pause is over; one that the kill switch has ended is not told.
  virtual void resumed(Breaker breaker, std::uint16_t locate) = 0;
};

// One message of the feed, applied to the books.
struct FeedMoment {
  std::uint64_t market_ns;
  std::uint16_t locate;
  const book::Touch& touch;    // of that symbol
  const book::Trades& trades;  // of that symbol
  std::uint64_t given_up;      // feed messages that will not come, so far
  bool booked = true;          // it has changed that symbol's book
};

class Breakers {
 public:
  Breakers(KillSwitch kill_switch, std::uint16_t max_locate)
      : kill_switch_(kill_switch), bands_(max_locate), traded_(std::size_t{max_locate} + 1) {}

  void set(const core::BreakersPlan& plan) {
    plan_ = plan;
    bands_.set(plan);
  }
  void listen(BreakerListener* listener) { listener_ = listener; }
  // From here on it sees each message.
  void begin(std::uint64_t market_ns, std::uint64_t given_up) {
    now_ns_ = market_ns;
    given_up_ = given_up;
  }

  bool on() const {
    return (plan_.max_loss | plan_.max_reject_ppm | plan_.max_messages_per_second | plan_.band_bps | plan_.gap_pause_ns |
            plan_.stale_feed_ns) != 0;
  }

  void answered(bool rejected) {
    answers_.add(now_ns_);
    if (rejected) rejects_.add(now_ns_);
  }
  void sent() { messages_.add(now_ns_); }

  void observe(const FeedMoment& moment, const Exposure& exposure) {
    resume(moment);
    watch_feed(moment);
    if (bands_.on()) watch_bands(moment);
    now_ns_ = moment.market_ns;
    if (!kill_switch_.pulled()) [[likely]]
      watch_orders(exposure);
    else
      killed_ = true;
  }

  const PriceBands& bands() const { return bands_; }
  // By which breaker; kBreakers: by none.
  std::size_t paused(std::size_t locate, std::uint64_t market_ns) const {
    if (market_ns < paused_until_ns_) [[unlikely]]
      return static_cast<std::size_t>(paused_by_);
    if (market_ns < bands_.paused_until(locate)) [[unlikely]]
      return static_cast<std::size_t>(Breaker::Volatility);
    return kBreakers;
  }

  std::uint64_t trips(Breaker breaker) const { return trips_[static_cast<std::size_t>(breaker)]; }
  std::uint64_t all_trips() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t trips : trips_) sum += trips;
    return sum;
  }
  // Of those trips whose pause is over, or behind which the kill switch was re-armed.
  std::uint64_t resets() const { return resets_; }

 private:
  void trip(const Trip& trip) {
    ++trips_[static_cast<std::size_t>(trip.breaker)];
    if (listener_) listener_->tripped(trip);
  }
  void kill(const Trip& trip, hs_kill_cause cause) {
    this->trip(trip);
    kill_switch_.pull(cause);
    killed_ = true;
    ++tripped_switch_;
  }
  void pause_all(Breaker breaker, std::uint64_t value, std::uint64_t bound, std::uint64_t until_ns) {
    if (until_ns > paused_until_ns_) {
      paused_until_ns_ = until_ns;
      paused_by_ = breaker;
    }
    ++pausing_all_;
    trip({breaker, 0, value, bound, until_ns});
  }

  void resume(const FeedMoment& moment) {
    if (paused_until_ns_ != 0 && moment.market_ns >= paused_until_ns_) [[unlikely]] {
      paused_until_ns_ = 0;
      resets_ += pausing_all_;
      pausing_all_ = 0;
      if (listener_) listener_->resumed(paused_by_, 0);
    }
    const std::uint64_t until = bands_.paused_until(moment.locate);
    if (until != 0 && moment.market_ns >= until) [[unlikely]] {
      bands_.resumed(moment.locate);
      ++resets_;
      if (listener_) listener_->resumed(Breaker::Volatility, moment.locate);
    }
  }

  void watch_feed(const FeedMoment& moment) {
    if (moment.given_up != given_up_) [[unlikely]] {
      if (plan_.gap_pause_ns != 0) pause_all(Breaker::FeedGap, moment.given_up - given_up_, 0, moment.market_ns + plan_.gap_pause_ns);
      given_up_ = moment.given_up;
    }
    const std::uint64_t silence = now_ns_ != 0 && moment.market_ns > now_ns_ ? moment.market_ns - now_ns_ : 0;
    if (plan_.stale_feed_ns != 0 && silence > plan_.stale_feed_ns) [[unlikely]]
      pause_all(Breaker::StaleFeed, silence, plan_.stale_feed_ns, moment.market_ns + plan_.stale_pause_ns);
  }

  void watch_bands(const FeedMoment& moment) {
    if (moment.trades.shares != traded_[moment.locate]) {
      traded_[moment.locate] = moment.trades.shares;
      bands_.trade(moment.locate, moment.trades.last, moment.market_ns);
    }
    if (const std::uint64_t until = bands_.touch(moment.locate, moment.touch, moment.market_ns); until != 0) [[unlikely]]
      trip({Breaker::Volatility, moment.locate, 1, 0, until});
  }

  // The kill switch is armed.
  void watch_orders(const Exposure& exposure) {
    if (killed_) [[unlikely]]
      start_anew(exposure);
    if (plan_.max_loss != 0) {
      const Value loss = lost_from_ - exposure.profit();
      if (loss > Value{plan_.max_loss}) [[unlikely]]
        return kill({Breaker::Loss, 0, static_cast<std::uint64_t>(loss), plan_.max_loss}, HS_KILL_LOSS);
    }
    if (plan_.max_messages_per_second != 0) {
      const std::uint64_t sent = messages_.sum(now_ns_);
      if (sent > plan_.max_messages_per_second) [[unlikely]]
        return kill({Breaker::MessageRate, 0, sent, plan_.max_messages_per_second}, HS_KILL_MESSAGE_RATE);
    }
    if (plan_.max_reject_ppm != 0) {
      const std::uint64_t rejects = rejects_.sum(now_ns_) * 1'000'000, answers = answers_.sum(now_ns_);
      if (answers >= plan_.min_answers && rejects > answers * plan_.max_reject_ppm) [[unlikely]]
        return kill({Breaker::RejectRate, 0, rejects / answers, plan_.max_reject_ppm}, HS_KILL_REJECT_RATE);
    }
  }

  void start_anew(const Exposure& exposure) {
    killed_ = false;
    resets_ += tripped_switch_;
    tripped_switch_ = 0;
    lost_from_ = exposure.profit();
    answers_.reset();
    rejects_.reset();
    messages_.reset();
  }

  core::BreakersPlan plan_;
  KillSwitch kill_switch_;
  BreakerListener* listener_ = nullptr;
  PriceBands bands_;
  std::vector<std::uint64_t> traded_;  // by locate: shares on the tape when last looked at
  SlidingCount answers_, rejects_, messages_;
  std::uint64_t now_ns_ = 0, given_up_ = 0;
  std::uint64_t paused_until_ns_ = 0;
  Breaker paused_by_ = Breaker::FeedGap;
  bool killed_ = false;
  Value lost_from_ = 0;  // the profit that max_loss counts from
  std::array<std::uint64_t, kBreakers> trips_{};
  std::uint64_t resets_ = 0, pausing_all_ = 0, tripped_switch_ = 0;  // the last two: trips that were not reset yet
};

}  // namespace hopscope::risk
