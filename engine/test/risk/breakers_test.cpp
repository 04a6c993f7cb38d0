#include "engine/risk/breakers.h"

#include <gtest/gtest.h>

#include <vector>

namespace hopscope::risk {
namespace {

using book::Side;
using book::Touch;

constexpr std::uint64_t kNoon = 43'200'000'000'000, kSecond = 1'000'000'000;
constexpr Touch kTouch{1'000'000, 1'000'200, 500, 500};

class BreakersTest : public testing::Test, public BreakerListener {
 protected:
  void start() {
    breakers_.set(plan_);
    breakers_.listen(this);
  }
  void tick(std::uint64_t after_ns, const Touch& touch = kTouch, book::Price traded = 0) {
    now_ += after_ns;
    if (traded != 0) {
      trades_.last = traded;
      trades_.shares += 100;
    }
    breakers_.observe({now_, 1, touch, trades_, given_up_}, exposure_);
  }
  void arm() { words_.tripped = 0; }
  void tripped(const Trip& trip) override { trips_.push_back(trip); }
  void resumed(Breaker breaker, std::uint16_t) override { resumed_.push_back(breaker); }

  core::BreakersPlan plan_;
  hs_kill_switch words_{};
  KillSwitch kill_{words_};
  Breakers breakers_{kill_, 4};
  Exposure exposure_{4};
  book::Trades trades_;
  std::uint64_t now_ = kNoon, given_up_ = 0;
  std::vector<Trip> trips_;
  std::vector<Breaker> resumed_;
};

TEST_F(BreakersTest, ALossPullsTheKillSwitchAndCountsAnewWhenItIsReArmed) {
  plan_.max_loss = 10'000;
  start();
  exposure_.filled(1, Side::Buy, 100, 1'000'000);
  exposure_.mark(1, 999'900);
  tick(1);
  EXPECT_FALSE(kill_.pulled()) << "exactly as much";
  exposure_.mark(1, 999'899);
  tick(1);
  ASSERT_TRUE(kill_.pulled());
  EXPECT_EQ(cause_of(kill_.trip()), HS_KILL_LOSS);
  ASSERT_EQ(trips_.size(), 1u);
  EXPECT_EQ(trips_[0].value, 10'100u);
  EXPECT_EQ(trips_[0].until_ns, 0u);
  tick(1);
  EXPECT_EQ(trips_.size(), 1u) << "once";
  arm();
  EXPECT_EQ(breakers_.resets(), 0u);
  tick(1);
  EXPECT_EQ(breakers_.resets(), 1u);
  EXPECT_FALSE(kill_.pulled());
  exposure_.mark(1, 999'799);
  tick(1);
  EXPECT_FALSE(kill_.pulled()) << "so much more may be lost";
  exposure_.mark(1, 999'798);
  tick(1);
  EXPECT_TRUE(kill_.pulled());
}

TEST_F(BreakersTest, RejectsPullItWhenTheyAreTooManyOfEnoughAnswers) {
  plan_.max_reject_ppm = 500'000;
  plan_.min_answers = 4;
  start();
  tick(1);
  for (int i = 0; i < 3; ++i) breakers_.answered(true);
  tick(1);
  EXPECT_FALSE(kill_.pulled()) << "three answers say nothing";
  for (int i = 0; i < 3; ++i) breakers_.answered(false);
  tick(1);
  EXPECT_FALSE(kill_.pulled()) << "half of them";
  breakers_.answered(true);
  EXPECT_FALSE(kill_.pulled()) << "answers change no state of the switch";
  tick(1);
  EXPECT_TRUE(kill_.pulled());
  EXPECT_EQ(cause_of(kill_.trip()), HS_KILL_REJECT_RATE);
  arm();
  tick(1);
  EXPECT_FALSE(kill_.pulled()) << "counted anew";
}

TEST_F(BreakersTest, ASecondLaterRejectsAreForgotten) {
  plan_.max_reject_ppm = 100'000;
  plan_.min_answers = 2;
  start();
  tick(1);
  breakers_.answered(true);
  tick(kSecond);
  breakers_.answered(true);
  tick(1);
  EXPECT_FALSE(kill_.pulled());
}

TEST_F(BreakersTest, TooManyMessagesPullIt) {
  plan_.max_messages_per_second = 5;
  start();
  tick(1);
  for (int i = 0; i < 5; ++i) breakers_.sent();
  tick(1);
  EXPECT_FALSE(kill_.pulled());
  breakers_.sent();
  tick(1);
  EXPECT_EQ(cause_of(kill_.trip()), HS_KILL_MESSAGE_RATE);
}

TEST_F(BreakersTest, MessagesOfTheFeedThatWereGivenUpPauseEverything) {
  plan_.gap_pause_ns = kSecond;
  start();
  tick(1);
  given_up_ = 3;
  tick(1);
  EXPECT_EQ(breakers_.paused(2, now_), static_cast<std::size_t>(Breaker::FeedGap));
  ASSERT_EQ(trips_.size(), 1u);
  EXPECT_EQ(trips_[0].value, 3u);
  tick(kSecond - 1);
  EXPECT_NE(breakers_.paused(2, now_), kBreakers);
  EXPECT_TRUE(resumed_.empty());
  tick(1);
  EXPECT_EQ(breakers_.paused(2, now_), kBreakers);
  EXPECT_EQ(resumed_, std::vector<Breaker>{Breaker::FeedGap});
  EXPECT_EQ(breakers_.resets(), 1u);
  EXPECT_FALSE(kill_.pulled());
}

TEST_F(BreakersTest, BehindASilenceOfTheFeedNothingTradesForAWhile) {
  plan_.stale_feed_ns = kSecond;
  plan_.stale_pause_ns = 500;
  start();
  tick(1);
  tick(kSecond);
  EXPECT_EQ(breakers_.paused(1, now_), kBreakers);
  tick(kSecond + 1);
  EXPECT_EQ(breakers_.paused(1, now_), static_cast<std::size_t>(Breaker::StaleFeed));
  tick(500);
  EXPECT_EQ(breakers_.paused(1, now_), kBreakers);
}

TEST_F(BreakersTest, ALimitStateThatLastsPausesItsSymbol) {
  plan_.band_bps = 500;
  plan_.limit_state_ns = 15 * kSecond;
  plan_.band_pause_ns = 300 * kSecond;
  start();
  tick(1, kTouch, 1'000'000);
  const PriceBands::Band band = breakers_.bands().band(1);
  EXPECT_EQ(band.low, 950'000u);
  EXPECT_EQ(band.high, 1'050'000u);
  const Touch at_band{1'050'000, 1'060'000, 1, 1};
  tick(1, at_band);
  tick(15 * kSecond - 1, at_band);
  EXPECT_EQ(breakers_.paused(1, now_), kBreakers);
  tick(1, kTouch);
  tick(1, at_band);
  tick(15 * kSecond - 1, at_band);
  EXPECT_EQ(breakers_.paused(1, now_), kBreakers) << "it was left in between";
  tick(1, at_band);
  EXPECT_EQ(breakers_.paused(1, now_), static_cast<std::size_t>(Breaker::Volatility));
  EXPECT_EQ(breakers_.paused(2, now_), kBreakers);
  EXPECT_EQ(breakers_.bands().band(1).high, ~book::Price{0}) << "no reference";
  tick(10 * kSecond, at_band, 1'055'000);
  EXPECT_EQ(breakers_.bands().band(1).high, ~book::Price{0}) << "trades of the pause make none";
  tick(290 * kSecond, at_band, 1'055'000);
  EXPECT_EQ(breakers_.paused(1, now_), kBreakers);
  EXPECT_EQ(resumed_, std::vector<Breaker>{Breaker::Volatility});
  EXPECT_EQ(breakers_.bands().band(1).high, 1'107'750u) << "the first trade behind it does";
}

TEST_F(BreakersTest, TheReferenceMovesByOnePercentAtLeastAndNotBeforeHalfAMinute) {
  plan_.band_bps = 1'000;
  plan_.band_window_ns = 80 * kSecond;  // eighths of ten seconds
  start();
  tick(1, kTouch, 1'000'000);
  const auto reference = [&] { return breakers_.bands().band(1).high * 10 / 11; };
  tick(20 * kSecond, kTouch, 1'040'000);
  EXPECT_EQ(reference(), 1'000'000u) << "mean 102, too early";
  tick(10 * kSecond, kTouch, 1'020'000);
  EXPECT_EQ(reference(), 1'020'000u) << "mean 102";
  tick(30 * kSecond, kTouch, 1'030'000);
  EXPECT_EQ(reference(), 1'020'000u) << "mean 102.25: less than 1 %";
  tick(200 * kSecond, kTouch, 1'050'000);
  EXPECT_EQ(reference(), 1'050'000u) << "the trades before have left the window";
}

TEST_F(BreakersTest, OffTheyDoNothing) {
  start();
  EXPECT_FALSE(breakers_.on());
  given_up_ = 1;
  exposure_.filled(1, Side::Buy, 1'000'000, 1'000'000);
  tick(3'600 * kSecond);
  EXPECT_TRUE(trips_.empty());
  EXPECT_EQ(breakers_.paused(1, now_), kBreakers);
}

}  // namespace
}  // namespace hopscope::risk
