// A venue whose answers wait for the journal: with `inline` the test itself drives the device, one poll to submit a block, more until it is
// durable.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/journal/reader.h"
#include "engine/test/journal/journal_fixture.h"
#include "engine/test/venue/venue_rig.h"

namespace hopscope::venue {
namespace {

using Lines = std::vector<std::string>;
using core::AckAfter;

constexpr unsigned kVenue = VenueRig::kVenue;

core::Plan holding_plan(AckAfter ack_after) {
  core::Plan plan = rig_plan();
  plan.journal.ack_after = ack_after;
  return plan;
}

class AckAfterOnDisk : public testing::TestWithParam<AckAfter> {
 protected:
  void SetUp() override {
    if (directory_.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
    core::Plan plan = rig_plan();
    plan.journal = journal::file_plan(directory_.path());
    plan.journal.ack_after = GetParam();
    rig_.emplace(plan);
    rig_->directory();
  }
  // False: the device has hung for a minute.
  bool make_durable(std::uint64_t block) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (rig_->journal.progress().durable() < block && std::chrono::steady_clock::now() < deadline) rig_->journal.poll();
    return rig_->journal.progress().durable() >= block;
  }
  journal::DiskDirectory directory_;
  std::optional<VenueRig> rig_;
};
INSTANTIATE_TEST_SUITE_P(Modes, AckAfterOnDisk, testing::Values(AckAfter::Write, AckAfter::Durable),
                         [](const auto& mode) { return mode.param == AckAfter::Write ? "Write" : "Durable"; });

TEST_P(AckAfterOnDisk, AnAnswerLeavesWhenItsBlockHasComeSoFarAndNotBefore) {
  rig_->trade(VenueRig::limit(1, 'B', 100, 500));
  rig_->venue.poll();
  EXPECT_EQ(rig_->answers(), Lines());
  rig_->journal.poll();  // submits block 1
  ASSERT_EQ(rig_->journal.progress().written(), 1u);
  ASSERT_EQ(rig_->journal.progress().durable(), 0u);
  rig_->venue.poll();
  const bool durable = GetParam() == AckAfter::Durable;
  EXPECT_EQ(rig_->answers(), durable ? Lines() : Lines{"A1"});
  ASSERT_TRUE(make_durable(1));
  rig_->venue.poll();
  EXPECT_EQ(rig_->answers(), durable ? Lines{"A1"} : Lines());
}

TEST_P(AckAfterOnDisk, TheCapsuleTellsWhatItsAnswerWaitedFor) {
  hs_capsule& capsule = rig_->capsules.open(kVenue, 1);
  capsule.base_tsc = core::now_ticks();
  capsule.measuring = 1;
  rig_->trade(VenueRig::limit(1, 'B', 100, 500));
  EXPECT_EQ(capsule.venue_hops >> HS_HOP_VENUE_TX, 0) << "neither sent nor written";
  ASSERT_TRUE(make_durable(1));
  rig_->venue.poll();
  const unsigned journal =
      GetParam() == AckAfter::Durable ? 1u << HS_HOP_JOURNAL_WRITE | 1u << HS_HOP_JOURNAL_DURABLE : 1u << HS_HOP_JOURNAL_WRITE;
  EXPECT_EQ(capsule.venue_hops,
            1u << HS_HOP_VENUE_RX | 1u << HS_HOP_VENUE_MATCH | 1u << HS_HOP_JOURNAL_APPEND | 1u << HS_HOP_VENUE_TX | journal);
  EXPECT_GE(capsule.delta[HS_HOP_JOURNAL_WRITE], capsule.delta[HS_HOP_JOURNAL_APPEND]);
  EXPECT_GE(capsule.delta[HS_HOP_VENUE_TX], capsule.delta[HS_HOP_JOURNAL_WRITE]);
  if (GetParam() == AckAfter::Write) return;
  EXPECT_GT(capsule.delta[HS_HOP_JOURNAL_DURABLE], capsule.delta[HS_HOP_JOURNAL_WRITE]);
  EXPECT_GE(capsule.delta[HS_HOP_VENUE_TX], capsule.delta[HS_HOP_JOURNAL_DURABLE]);
}

TEST_P(AckAfterOnDisk, AnswersOfLaterBlocksWaitLonger) {
  rig_->trade(VenueRig::limit(1, 'B', 100, 500));
  rig_->journal.poll();  // block 1 is under way: what follows goes into block 2
  rig_->trade(VenueRig::limit(2, 'B', 100, 400));
  ASSERT_EQ(rig_->journal.progress().durable(), 0u);
  while (rig_->journal.progress().durable() == 0) rig_->journal.poll();
  rig_->venue.poll();
  // The poll that saw block 1 done has submitted block 2.
  EXPECT_EQ(rig_->answers(), GetParam() == AckAfter::Durable ? Lines{"A1"} : (Lines{"A1", "A2"}));
  ASSERT_TRUE(make_durable(2));
  rig_->venue.poll();
  EXPECT_EQ(rig_->answers(), GetParam() == AckAfter::Durable ? Lines{"A2"} : Lines());
}

class FullJournal : public testing::TestWithParam<AckAfter> {};
INSTANTIATE_TEST_SUITE_P(Modes, FullJournal, testing::Values(AckAfter::Match, AckAfter::Durable),
                         [](const auto& mode) { return mode.param == AckAfter::Match ? "Match" : "Durable"; });

TEST_P(FullJournal, ClosesTheVenueForNewOrdersLosesNothingAndStillCancels) {
  const journal::DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  core::Plan plan = rig_plan();
  plan.journal = journal::file_plan(directory.path());
  plan.journal.size_bytes = 1 << 20;
  plan.journal.ack_after = GetParam();
  VenueRig rig(plan);
  rig.directory();
  const auto settle = [&rig] {
    const core::Counters& counts = rig.journal.counters();
    while (counts.get(HS_COUNTER_JOURNAL_DURABLE_BYTES) < counts.get(HS_COUNTER_JOURNAL_APPENDED_BYTES) && !rig.journal.failed())
      rig.journal.poll();
    rig.venue.poll();
    return rig.answers();
  };
  std::uint64_t taken = 0;
  for (std::uint32_t user_ref = 1; user_ref <= 1'000; ++user_ref) {
    rig.trade(VenueRig::limit(user_ref, 'B', 100, 500));
    const Lines lines = settle();
    ASSERT_EQ(lines.size(), 1u);
    if (lines[0] == "J" + std::to_string(user_ref)) break;
    ASSERT_EQ(lines[0], "A" + std::to_string(user_ref));
    taken = user_ref;
  }
  EXPECT_GT(taken, 100u);
  EXPECT_LT(taken, 256u) << "a block of 4 KiB each";
  EXPECT_EQ(rig.last_reason, RejectReason::DestinationClosed);
  ASSERT_TRUE(rig.journal.nearly_full());

  rig.cancel(1);
  rig.send_orders();
  rig.venue.poll();
  EXPECT_EQ(settle(), Lines{"C1 100U"});
  rig.add(9, 'S', 100, 500);  // a feed order meets one that was taken
  EXPECT_EQ(settle(), Lines{"E2 100@500A"});
  EXPECT_FALSE(rig.journal.failed());
  EXPECT_NE(rig.journal.describe_full().find("raise journal.size_bytes"), std::string::npos);
  ASSERT_EQ(rig.journal.close(), "");

  std::uint64_t accepted = 0, cancelled = 0, executed = 0, rejected = 0;
  const journal::FileContent content = journal::read_file(directory.file(kVenue), [&](const journal::Record& record) {
    accepted += record.type == journal::RecordType::Accepted;
    cancelled += record.type == journal::RecordType::Cancelled;
    executed += record.type == journal::RecordType::Executed;
    rejected += record.type == journal::RecordType::Rejected;
  });
  EXPECT_EQ(content.end, journal::End::Clean);
  EXPECT_EQ(accepted, taken);
  EXPECT_EQ(cancelled, 1u);
  EXPECT_EQ(executed, 1u);
  EXPECT_EQ(rejected, 0u);
}

// The engine dies right behind an acknowledgement: what the client was told stands in the journal.
TEST(AckAfter, WhatWasAcknowledgedAsDurableSurvivesKill9) {
  const journal::DiskDirectory directory;
  if (directory.path().empty()) GTEST_SKIP() << "neither the temporary nor the working directory is on a disk";
  for (const std::size_t killed_after : {1u, 2u, 7u, 40u, 150u}) {
    std::array<int, 2> told{};
    ASSERT_EQ(pipe(told.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
      core::Plan plan = rig_plan();
      plan.journal = journal::file_plan(directory.path());
      plan.journal.ack_after = AckAfter::Durable;
      VenueRig rig(plan);
      rig.directory();
      for (std::uint32_t user_ref = 1; rig.answer_sequence <= killed_after; ++user_ref) {
        rig.trade(VenueRig::limit(user_ref, 'B', 100, 500));
        for (int i = 0; i < 50; ++i) rig.journal.poll();  // now and then a block is durable by then
        rig.venue.poll();
        for (const std::string& line : rig.answers())
          if (dprintf(told[1], "%s\n", line.c_str()) < 0) _exit(1);
      }
      kill(getpid(), SIGKILL);
    }
    close(told[1]);
    std::set<std::string> acknowledged;
    {
      FILE* lines = fdopen(told[0], "r");
      std::array<char, 64> line{};
      while (std::fgets(line.data(), line.size(), lines) != nullptr)
        acknowledged.insert(std::string(line.data(), std::strlen(line.data()) - 1));
      std::fclose(lines);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GE(acknowledged.size(), killed_after);
    const journal::FileContent content = journal::read_file(directory.file(kVenue), [&](const journal::Record& record) {
      if (record.type == journal::RecordType::Accepted) acknowledged.erase("A" + std::to_string(user_ref_of(record.order)));
    });
    EXPECT_EQ(content.error, "");
    EXPECT_TRUE(acknowledged.empty()) << *acknowledged.begin() << " was acknowledged, and is not in the journal";
  }
}

TEST(AckAfter, NothingElseIsTakenWhenNoMoreCanBeHeldAndNothingIsLost) {
  constexpr std::uint32_t kOrders = 700;  // a packet each: more than are held
  core::Plan plan = holding_plan(AckAfter::Durable);
  plan.journal.block_bytes = 65'536;
  VenueRig rig(plan);
  rig.directory();
  for (std::uint32_t user_ref = 1; user_ref <= kOrders; ++user_ref) rig.trade(VenueRig::limit(user_ref, 'B', 1, 500));
  EXPECT_LT(rig.count(HS_COUNTER_VENUE_ORDERS), kOrders) << "the rest stays in the port";
  EXPECT_EQ(rig.count(HS_COUNTER_JOURNAL_STALLS), 1u) << "once, however often it looked";
  EXPECT_EQ(rig.answers(), Lines());
  Lines all;
  for (int round = 0; round < 60 && all.size() < kOrders; ++round) {
    while (rig.journal.poll()) {
    }
    rig.venue.poll();
    const Lines some = rig.answers();
    all.insert(all.end(), some.begin(), some.end());
  }
  ASSERT_EQ(all.size(), kOrders);
  for (std::uint32_t i = 0; i < kOrders; ++i) ASSERT_EQ(all[i], "A" + std::to_string(i + 1));
  EXPECT_EQ(rig.journal.counters().get(HS_COUNTER_JOURNAL_RECORDS), 2u * kOrders);
}

TEST(AckAfter, AFullPortDelaysHeldAnswersButLosesNone) {
  VenueRig rig(holding_plan(AckAfter::Durable), 2);
  rig.directory();
  for (std::uint64_t id = 1; id <= 300; ++id) rig.add(id, 'S', 1, 500);
  rig.trade(VenueRig::limit(1, 'B', 300, 500));
  std::size_t answers = 0;
  for (int round = 0; round < 30; ++round) {
    rig.journal.poll();
    rig.venue.poll();
    answers += rig.answers().size();
  }
  EXPECT_EQ(answers, 301u);
}

TEST(AckAfter, LockstepCountsHeldAnswersAsSent) {
  core::Plan plan = holding_plan(AckAfter::Durable);
  plan.pacing = core::Pacing::Lockstep;
  VenueRig rig(plan);
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  EXPECT_EQ(rig.lockstep.venue_handled[kVenue].get(), 1u);
  EXPECT_EQ(rig.lockstep.venue_sent[kVenue].get(), 1u) << "or the feed would go on before the OMS has it";
  EXPECT_EQ(rig.answers(), Lines());
}

TEST(AckAfter, TheFillOfARestingOrderWaitsToo) {
  VenueRig rig(holding_plan(AckAfter::Durable));
  rig.directory();
  rig.trade(VenueRig::limit(1, 'B', 100, 500));
  rig.journal.poll();
  rig.venue.poll();
  EXPECT_EQ(rig.answers(), Lines{"A1"});
  rig.add(9, 'S', 30, 500);
  rig.venue.poll();
  EXPECT_EQ(rig.answers(), Lines());
  rig.journal.poll();
  rig.venue.poll();
  EXPECT_EQ(rig.answers(), Lines{"E1 30@500A"});
}

}  // namespace
}  // namespace hopscope::venue
