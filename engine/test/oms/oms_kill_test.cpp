// The kill switch of a whole OMS: nothing leaves, everything open is cancelled, and orders come again only when it has been armed.
#include <atomic>
#include <thread>

#include "engine/test/oms/oms_journal.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

using journal::Record;
using journal::RecordType;

core::Plan resting_plan() {
  core::Plan plan = rig_plan();
  plan.venues = 2;
  plan.oms.limit_percent = 100;
  plan.oms.cancel_after = 100;
  return plan;
}

struct Seen {
  unsigned orders = 0, mass_cancels = 0;
  std::uint32_t user_ref = 0;  // of the last mass cancel
};

Seen seen_at(OmsRig& rig, unsigned venue) {
  Seen seen;
  for (const SentMessage& message : rig.sent(venue)) {
    seen.orders += message.order() != nullptr;
    if (const auto* mass = message.mass_cancel()) seen.user_ref = mass->user_ref, ++seen.mass_cancels;
  }
  return seen;
}

TEST(OmsKill, CancelsEverythingAtEveryVenueInTheSameRound) {
  OmsRig rig(resting_plan());
  rig.open_market();
  for (int i = 0; i < 4; ++i) rig.tick();
  seen_at(rig, 0), seen_at(rig, 1);

  risk::KillSwitch(rig.kill).pull(HS_KILL_COMMAND);
  rig.poll();  // no market data: it needs none
  EXPECT_EQ(rig.killed.seen, rig.kill.tripped);
  for (unsigned v = 0; v < 2; ++v) {
    const Seen seen = seen_at(rig, v);
    EXPECT_EQ(seen.mass_cancels, 1u);
    EXPECT_EQ(rig.killed.waiting >> v & 1, 1u);
    rig.answer({rig.mass_cancelled(seen.user_ref)}, v);
    rig.poll();
    EXPECT_EQ(rig.killed.waiting >> v & 1, 0u);
  }
  EXPECT_EQ(rig.killed.confirmed, rig.kill.tripped);
  EXPECT_EQ(rig.count(HS_COUNTER_LATE_ACKS), 0u) << "no answer to an order";
}

TEST(OmsKill, StaysUntilItIsArmedAndGoesOnThen) {
  OmsRig rig(resting_plan());
  rig.open_market();
  rig.poll();
  risk::KillSwitch(rig.kill).pull(HS_KILL_COMMAND);
  for (int i = 0; i < 3; ++i) rig.tick();
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_KILLED), 3u);
  const std::uint64_t orders = rig.count(HS_COUNTER_ORDERS);
  risk::KillSwitch(rig.kill).arm(rig.kill.tripped);
  rig.poll();
  EXPECT_EQ(rig.kill.tripped, 0u);
  for (int i = 0; i < 3; ++i) rig.tick();
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), orders + 3);
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_KILLED), 3u);
}

// A venue that takes nothing: the ports are full when the switch is pulled.
TEST(OmsKill, ReachesAVenueThatWasBusyOnceItTakesMessagesAgain) {
  core::Plan plan = resting_plan();
  plan.venues = 1;
  OmsRig rig(plan, 2);
  rig.open_market();
  for (int i = 0; i < 5; ++i) rig.tick();
  risk::KillSwitch(rig.kill).pull(HS_KILL_COMMAND);
  rig.poll();
  EXPECT_EQ(rig.killed.waiting, 1u);
  EXPECT_EQ(rig.killed.asked_tsc, 0u) << "there was no room for it";
  EXPECT_EQ(seen_at(rig, 0).mass_cancels, 0u);
  // What was handed to the port before the trip comes first.
  rig.poll();
  EXPECT_NE(rig.killed.asked_tsc, 0u);
  EXPECT_EQ(seen_at(rig, 0).mass_cancels, 0u);
  rig.poll();
  const Seen seen = seen_at(rig, 0);
  EXPECT_EQ(seen.orders, 0u);
  EXPECT_EQ(seen.mass_cancels, 1u);
}

// The switch is pulled behind the gate, while the order waits in front of the port.
TEST(OmsKill, WithdrawsAnOrderThatHadPassedTheGate) {
  core::Plan plan = resting_plan();
  plan.venues = 1;
  plan.risk.max_orders_per_second = 1;
  plan.inject.busy = {HS_HOP_OMS_TX, 500'000'000, 1, 0, 0};
  OmsJournal kept;
  OmsRig rig(plan, 1'024, {256, 0, 1}, &kept.journal);
  rig.oms->audit().begin(plan, 2'100'000'000'000);
  rig.open_market();
  const hs_capsule* capsule = nullptr;
  std::thread operator_([&] {
    while (capsule == nullptr || (__atomic_load_n(&capsule->hops, __ATOMIC_ACQUIRE) >> HS_HOP_RISK_PASS & 1) == 0)
      capsule = rig.capsules.find(0, 1);
    risk::KillSwitch(rig.kill).pull(HS_KILL_COMMAND);
  });
  rig.poll();
  operator_.join();
  rig.poll();
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 0u);
  EXPECT_EQ(rig.count(HS_COUNTER_RISK_KILLED), 1u);
  EXPECT_EQ(rig.oms->gate().count(risk::Reason::Killed), 1u);
  EXPECT_EQ(rig.oms->gate().count(risk::Reason::Pass), 0u);
  EXPECT_EQ(capsule->hops >> HS_HOP_OMS_TX & 1, 0u);
  EXPECT_EQ(capsule->outcome, HS_OUTCOME_RISK_BLOCKED);
  const Seen seen = seen_at(rig, 0);
  EXPECT_EQ(seen.orders, 0u);
  EXPECT_EQ(seen.mass_cancels, 1u);

  risk::KillSwitch(rig.kill).arm(rig.kill.tripped);
  rig.poll();
  rig.tick();
  EXPECT_EQ(rig.count(HS_COUNTER_ORDERS), 1u) << "its token was given back";

  rig.oms->audit().settle();
  std::string types;
  for (const Record& record : kept.records()) types += static_cast<char>(record.type);
  EXPECT_EQ(types, "citykrbwarps");
}

TEST(OmsKill, IsJournaledWithItsCauseAndTime) {
  OmsJournal kept;
  core::Plan plan = resting_plan();
  OmsRig rig(plan, 1'024, {256, 0, 1}, &kept.journal);
  rig.oms->audit().begin(plan, 2'100'000'000'000);
  rig.open_market();
  rig.poll();
  risk::KillSwitch(rig.kill).pull(HS_KILL_ALERT);
  const hs_u64 trip = rig.kill.tripped;
  rig.poll();
  rig.answer({rig.mass_cancelled(kMassCancelRefs + 1)}, 0);
  rig.answer({rig.rejected(kMassCancelRefs + 1)}, 1);
  rig.poll();
  risk::KillSwitch(rig.kill).arm(trip);
  rig.poll();
  rig.oms->audit().settle();
  std::vector<Record> records = kept.records();
  std::erase_if(records,
                [](const Record& record) { return std::string("cityrps").find(static_cast<char>(record.type)) != std::string::npos; });
  ASSERT_EQ(records.size(), 6u);
  EXPECT_EQ(records[0].type, RecordType::KillTripped);
  EXPECT_EQ(records[0].reason, HS_KILL_ALERT);
  EXPECT_EQ(records[0].maker, risk::tsc_of(trip));
  EXPECT_GE(records[0].match, records[0].maker);
  EXPECT_EQ(records[1].type, RecordType::MassCancelSent);
  EXPECT_EQ(records[1].order, journal::client_order(0, kMassCancelRefs + 1));
  EXPECT_EQ(records[2].order, journal::client_order(1, kMassCancelRefs + 1));
  EXPECT_EQ(records[3].type, RecordType::MassCancelled);
  EXPECT_EQ(records[4].type, RecordType::Rejected);
  EXPECT_EQ(records[5].type, RecordType::KillArmed);
  EXPECT_EQ(records[5].quantity, 0b10u) << "venue 1 had not confirmed";
}

}  // namespace
}  // namespace hopscope::oms
