// What the OMS makes of a trip of the kill switch, without an OMS around it.
#include "engine/oms/kill_guard.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/wire/ouch_encode.h"

namespace hopscope::oms {
namespace {

constexpr core::Ticks kRepeat = 1'000;
constexpr core::Ticks kNow = 1'000'000;

class KillGuardTest : public testing::Test {
 protected:
  bool confirm(unsigned venue, std::uint32_t user_ref) {
    std::array<std::byte, 64> bytes{};
    wire::ouch::MassCancel request{};
    request.user_ref = user_ref;
    const std::size_t length = wire::ouch::encode_mass_cancelled(bytes, 1, request);
    return guard_.take(venue, wire::ouch::Message(std::span(bytes).first(length)));
  }
  bool reject(unsigned venue, std::uint32_t user_ref) {
    std::array<std::byte, 64> bytes{};
    const std::size_t length = wire::ouch::encode_rejected(bytes, 1, user_ref, 9);
    return guard_.take(venue, wire::ouch::Message(std::span(bytes).first(length)));
  }

  hs_kill_switch words_{};
  hs_kill_progress progress_{};
  KillGuard guard_{{words_, progress_, kRepeat}, 2};
  const risk::KillSwitch switch_{words_};
};

TEST_F(KillGuardTest, NoticesATripOnceAndAsksEachVenue) {
  switch_.pull(HS_KILL_COMMAND);
  EXPECT_TRUE(guard_.notice());
  EXPECT_FALSE(guard_.notice());
  EXPECT_EQ(progress_.seen, words_.tripped);
  EXPECT_EQ(progress_.waiting, 0b11u);
  EXPECT_TRUE(guard_.is_due(0, kNow));
  EXPECT_TRUE(guard_.is_due(1, kNow));
  EXPECT_EQ(guard_.counters().get(HS_COUNTER_KILLS), 1u);
}

TEST_F(KillGuardTest, AsksAgainUntilTheVenueConfirms) {
  switch_.pull(HS_KILL_COMMAND);
  guard_.notice();
  const std::uint32_t user_ref = guard_.user_ref();
  EXPECT_GE(user_ref, kMassCancelRefs);
  guard_.asked(0, kNow);
  guard_.asked(1, kNow);
  EXPECT_FALSE(guard_.is_due(0, kNow + kRepeat - 1));
  EXPECT_TRUE(confirm(1, user_ref));
  EXPECT_EQ(progress_.waiting, 0b01u);
  EXPECT_EQ(progress_.confirmed, 0u);
  EXPECT_TRUE(guard_.is_due(0, kNow + kRepeat));
  EXPECT_FALSE(guard_.is_due(1, kNow + kRepeat)) << "it has confirmed";
  guard_.asked(0, kNow + kRepeat);
  EXPECT_TRUE(reject(0, user_ref)) << "no answer to a child order";
  EXPECT_TRUE(guard_.is_due(0, kNow + 2 * kRepeat));
  EXPECT_TRUE(confirm(0, user_ref));
  EXPECT_EQ(progress_.confirmed, words_.tripped);
  EXPECT_FALSE(guard_.is_due(0, kNow + 9 * kRepeat));
  EXPECT_EQ(guard_.counters().get(HS_COUNTER_MASS_CANCELS), 3u);
}

TEST_F(KillGuardTest, LeavesAnswersToOrdersToOthers) {
  switch_.pull(HS_KILL_COMMAND);
  guard_.notice();
  EXPECT_FALSE(reject(0, 17));
}

TEST_F(KillGuardTest, ALaterTripNeedsItsOwnConfirmationAndItsOwnArming) {
  switch_.pull(HS_KILL_ALERT);
  guard_.notice();
  const std::uint32_t first = guard_.user_ref();
  switch_.arm(words_.tripped);
  while (core::now_ticks() <= risk::tsc_of(words_.tripped)) core::cpu_relax();
  switch_.pull(HS_KILL_SIGNAL);
  EXPECT_TRUE(guard_.notice());
  EXPECT_FALSE(guard_.rearm()) << "the order to arm was for the first";
  confirm(0, first);
  confirm(1, first);
  EXPECT_EQ(progress_.waiting, 0b11u) << "what was confirmed was the first";
  confirm(0, guard_.user_ref());
  confirm(1, guard_.user_ref());
  switch_.arm(words_.tripped);
  EXPECT_TRUE(guard_.rearm());
  EXPECT_FALSE(guard_.rearm());
  EXPECT_EQ(words_.tripped, 0u);
  EXPECT_EQ(progress_.seen, 0u);
  const std::vector<KillTrip> trips = guard_.trips();
  ASSERT_EQ(trips.size(), 2u);
  EXPECT_EQ(risk::cause_of(trips[0].trip), HS_KILL_ALERT);
  EXPECT_EQ(trips[0].confirmed, 0u);
  EXPECT_EQ(trips[0].armed, 0u);
  EXPECT_EQ(risk::cause_of(trips[1].trip), HS_KILL_SIGNAL);
  EXPECT_NE(trips[1].confirmed, 0u);
  EXPECT_NE(trips[1].armed, 0u);
}

TEST_F(KillGuardTest, ATripThatIsStampedOnceMoreIsStillOneTrip) {
  switch_.pull(HS_KILL_COMMAND);
  EXPECT_TRUE(guard_.notice());
  confirm(0, guard_.user_ref());
  const hs_u64 stamped_again = HS_KILL_TRIP(core::now_ticks() + 5'000, HS_KILL_COMMAND);
  words_.tripped = stamped_again;
  EXPECT_FALSE(guard_.notice());
  confirm(1, guard_.user_ref());
  EXPECT_EQ(progress_.confirmed, stamped_again);
  EXPECT_GE(guard_.current().seen, risk::tsc_of(stamped_again));
  switch_.arm(stamped_again);
  EXPECT_TRUE(guard_.rearm());
  ASSERT_EQ(guard_.trips().size(), 1u);
  EXPECT_EQ(guard_.counters().get(HS_COUNTER_KILLS), 1u);
}

TEST_F(KillGuardTest, RemembersWhenTheLastOrderLeft) {
  guard_.sent(500);
  switch_.pull(HS_KILL_COMMAND);
  guard_.notice();
  EXPECT_EQ(progress_.last_tx_tsc, 500u);
  guard_.sent(700);  // which must not happen, and is not hidden if it does
  switch_.arm(words_.tripped);
  guard_.rearm();
  EXPECT_EQ(guard_.trips().back().last_tx, 700u);
}

}  // namespace
}  // namespace hopscope::oms
