#include "engine/feed/feed.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/net/loop_port.h"

namespace hopscope::feed {
namespace {

// Time scales of the tests' own. On the fast one the feed's second of drain passes in less than a millisecond: for tests that wait for it.
// On the other it takes long enough that a test thread which loses its core for a while does not run into it.
const core::Calibration kFastClock(1'000'000'000);
const core::Calibration kTickANs(1'000'000'000'000);

// One feed with its receivers, all in one thread.
class FeedTest : public testing::Test {
 protected:
  static constexpr std::size_t kVenues = 2;

  struct Receiver {
    net::LoopPort near, far;
    std::vector<std::vector<std::byte>> packets;
    explicit Receiver(std::size_t capacity) : near(capacity), far(capacity) { net::LoopPort::join(near, far); }
    void drain() {
      for (auto burst = far.rx_burst(); !burst.empty(); burst = far.rx_burst()) {
        for (const auto& payload : burst) packets.emplace_back(payload.begin(), payload.end());
        far.rx_release();
      }
    }
  };

  FeedTest() {
    plan_.seed = 7;
    plan_.feed.symbols = 4;
    plan_.feed.warmup_messages = 10;
    plan_.feed.measure_messages = 90;
  }

  void make(const core::Calibration& calibration, std::size_t capacity = 1'024) {
    oms_ = std::make_unique<Receiver>(capacity);
    std::vector<net::LoopPort*> ports;
    for (std::size_t v = 0; v < kVenues; ++v) {
      venues_.push_back(std::make_unique<Receiver>(capacity));
      ports.push_back(&venues_.back()->near);
    }
    lockstep_.enabled = plan_.pacing == core::Pacing::Lockstep;
    lockstep_.venues = kVenues;
    feed_ = std::make_unique<Feed<net::LoopPort>>(plan_, calibration, oms_->near, ports, packets_, lockstep_);
    feed_->start(core::now_ticks());
  }

  void drain() {
    oms_->drain();
    for (auto& venue : venues_) venue->drain();
  }

  void run() {
    while (!feed_->done()) {
      feed_->poll();
      drain();
    }
    drain();
  }

  // Sequences 1..messages, then the end of the session; the same bytes at every receiver.
  void expect_whole_session(std::size_t messages) {
    ASSERT_EQ(oms_->packets.size(), messages + 1);
    for (std::size_t i = 0; i < messages; ++i) {
      wire::MoldReader reader(oms_->packets[i]);
      ASSERT_TRUE(reader.of_session(kFeedSession));
      ASSERT_EQ(reader.sequence(), i + 1);
      ASSERT_EQ(reader.messages(), 1);
      wire::Bytes message;
      ASSERT_TRUE(reader.next(message));
      ASSERT_FALSE(reader.malformed());
      ASSERT_TRUE(wire::itch::Message(message).well_formed());
    }
    wire::MoldReader last(oms_->packets.back());
    EXPECT_TRUE(last.end_of_session());
    EXPECT_FALSE(last.malformed());
    EXPECT_EQ(last.sequence(), messages + 1);
    for (const auto& venue : venues_) EXPECT_EQ(venue->packets, oms_->packets);
  }

  std::uint64_t count(hs_counter counter) const { return feed_->counters().get(counter); }

  core::Plan plan_;
  probe::PacketTable packets_{1'024};
  core::Lockstep lockstep_;
  std::unique_ptr<Receiver> oms_;
  std::vector<std::unique_ptr<Receiver>> venues_;
  std::unique_ptr<Feed<net::LoopPort>> feed_;
};

TEST_F(FeedTest, SendsTheSameSessionToEveryReceiver) {
  make(kFastClock);
  EXPECT_FALSE(feed_->measuring());
  run();
  EXPECT_EQ(feed_->error(), "");
  expect_whole_session(100);
  EXPECT_EQ(count(HS_COUNTER_FEED_PACKETS), 90u) << "warm-up does not count";
  EXPECT_EQ(count(HS_COUNTER_FEED_MESSAGES), 90u);
  EXPECT_EQ(count(HS_COUNTER_FEED_MISSED), 0u);
  std::uint64_t messages = 0;
  std::map<std::string, std::uint64_t> types;
  for (const auto& [type, n] : feed_->message_types()) messages += types[type] = n;
  EXPECT_EQ(messages, 100u);
  EXPECT_EQ(types["S"], 1u);
  EXPECT_EQ(types["R"], 4u);
}

TEST_F(FeedTest, UnpacedPacketsAreDueWhenTheyAreSent) {
  make(kFastClock);
  run();
  core::Ticks before = 0;
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    const auto* slot = packets_.find(sequence);
    ASSERT_NE(slot, nullptr);
    EXPECT_EQ(slot->due, slot->tx);
    EXPECT_GE(slot->tx, before);
    before = slot->tx;
  }
  EXPECT_EQ(feed_->measure_start(), packets_.find(11)->due);
  EXPECT_EQ(feed_->measure_end(), packets_.find(100)->tx);
}

TEST_F(FeedTest, FullPortsLoseAndDoubleNothing) {
  plan_.burst = 8;
  make(kFastClock, 3);
  // Receivers that drain at different times leave some ports full while others have room.
  for (int round = 0; !feed_->done(); ++round) {
    feed_->poll();
    if (round % 2 == 0) oms_->drain();
    if (round % 3 == 0) venues_[0]->drain();
    if (round % 5 == 0) venues_[1]->drain();
  }
  drain();
  expect_whole_session(100);
}

TEST_F(FeedTest, PacedPacketsFollowTheSchedule) {
  const core::Calibration calibration = core::Calibration::measure(5, nullptr);
  plan_.feed.rate_pps = 100'000;
  make(calibration);
  run();
  expect_whole_session(100);
  const core::Ticks first = packets_.find(1)->due;
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    const auto* slot = packets_.find(sequence);
    EXPECT_NEAR(static_cast<double>(slot->due - first), calibration.ticks_per_ns() * 10'000 * static_cast<double>(sequence - 1), 2);
    EXPECT_GE(slot->tx, slot->due) << "never early";
  }
}

TEST_F(FeedTest, LatenessDoesNotMoveTheSchedule) {
  plan_.feed.rate_pps = 1e6;  // a packet every 1,000 ticks
  make(kTickANs, 4);
  const core::Ticks stalled_until = core::now_ticks() + 500'000;
  while (core::now_ticks() < stalled_until) feed_->poll();  // nobody receives: the ports are full
  run();
  expect_whole_session(100);
  const core::Ticks first = packets_.find(1)->due;
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    EXPECT_NEAR(static_cast<double>(packets_.find(sequence)->due - first), 1'000.0 * static_cast<double>(sequence - 1), 2);
  }
  EXPECT_GT(packets_.find(10)->tx - packets_.find(10)->due, 300'000u) << "the stall shows as lateness";
  EXPECT_EQ(count(HS_COUNTER_FEED_MISSED), 0u) << "late is not missed";
}

TEST_F(FeedTest, WhatWasNeverSentIsMissed) {
  plan_.feed.rate_pps = 1e6;
  make(kFastClock, 30);
  while (count(HS_COUNTER_FEED_MISSED) == 0) feed_->poll();  // receivers stand still until the drain has passed
  run();
  const std::uint64_t sent = oms_->packets.size() - 1;  // and the end of the session
  EXPECT_LT(sent, 100u);
  EXPECT_EQ(count(HS_COUNTER_FEED_PACKETS), sent - 10);
  EXPECT_EQ(count(HS_COUNTER_FEED_PACKETS) + count(HS_COUNTER_FEED_MISSED), 90u) << "every measured message is one or the other";
  EXPECT_TRUE(wire::MoldReader(oms_->packets.back()).end_of_session());
  EXPECT_EQ(wire::MoldReader(oms_->packets.back()).sequence(), sent + 1);
}

TEST_F(FeedTest, MaxSecondsEndTheSchedule) {
  plan_.feed.rate_pps = 1e6;
  plan_.feed.measure_messages = 0;
  plan_.feed.max_seconds = 0.0005;  // 500 gaps
  make(kTickANs);
  run();
  expect_whole_session(10 + 501);
  EXPECT_EQ(count(HS_COUNTER_FEED_PACKETS), 501u) << "due at 0, 1, ... 500 us of the measurement";
  EXPECT_EQ(count(HS_COUNTER_FEED_MISSED), 0u);
}

TEST_F(FeedTest, StopEndsTheSession) {
  plan_.feed.measure_messages = 0;
  make(kFastClock);
  for (int i = 0; i < 5; ++i) {
    feed_->poll();
    drain();
  }
  feed_->stop();
  run();
  EXPECT_GT(oms_->packets.size(), 100u);
  expect_whole_session(oms_->packets.size() - 1);
}

TEST_F(FeedTest, StopFinishesThePacketThatSomeReceiversHave) {
  plan_.feed.rate_pps = 1e6;
  make(kTickANs, 4);
  const auto venues_only = [&] {
    feed_->poll();
    for (auto& venue : venues_) venue->drain();
  };
  while (venues_[1]->packets.size() < 9) venues_only();  // the OMS has room for four and its port for four more
  feed_->stop();
  venues_only();
  run();
  expect_whole_session(9);
}

TEST_F(FeedTest, StopGivesAReceiverUpThatTakesNothing) {
  plan_.feed.rate_pps = 1e6;
  make(kFastClock, 4);
  const auto venues_only = [&] {
    feed_->poll();
    for (auto& venue : venues_) venue->drain();
  };
  while (venues_[1]->packets.size() < 9) venues_only();
  feed_->stop();
  venues_only();
  for (const core::Ticks until = core::now_ticks() + 2'000'000; core::now_ticks() < until;) venues_only();
  run();
  EXPECT_EQ(oms_->packets.size(), 8u + 1);
  EXPECT_EQ(wire::MoldReader(oms_->packets.back()).sequence(), 9u);
}

TEST_F(FeedTest, SecondSeedSendsAnotherSession) {
  make(kFastClock);
  run();
  const auto first = oms_->packets;
  plan_.seed = 8;
  venues_.clear();
  make(kFastClock);
  run();
  EXPECT_NE(oms_->packets, first);
}

TEST_F(FeedTest, LockstepWaitsForVenuesThenForEverybody) {
  plan_.pacing = core::Pacing::Lockstep;
  plan_.feed.rate_pps = 1e6;  // ignored
  make(core::Calibration(2'000'000'000'000));
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    for (int i = 0; i < 5; ++i) feed_->poll();
    drain();
    ASSERT_EQ(venues_[0]->packets.size(), sequence);
    ASSERT_EQ(venues_[1]->packets.size(), sequence);
    ASSERT_EQ(oms_->packets.size(), sequence - 1) << "the OMS must not see it before the venues have it";

    lockstep_.venue_feed_sequence[0].set(sequence);
    for (int i = 0; i < 5; ++i) feed_->poll();
    drain();
    ASSERT_EQ(oms_->packets.size(), sequence - 1) << "one venue is not enough";

    lockstep_.venue_feed_sequence[1].set(sequence);
    for (int i = 0; i < 5; ++i) feed_->poll();
    drain();
    ASSERT_EQ(oms_->packets.size(), sequence);
    ASSERT_EQ(venues_[0]->packets.size(), sequence) << "the next waits for the OMS";

    lockstep_.oms_sent[0].add();  // it sends an order before it is done with the packet
    lockstep_.oms_feed_sequence.set(sequence);
    for (int i = 0; i < 5; ++i) feed_->poll();
    drain();
    ASSERT_EQ(venues_[0]->packets.size(), sequence) << "the next waits for the order";
    lockstep_.venue_handled[0].add();
  }
  run();
  expect_whole_session(100);
}

TEST_F(FeedTest, LockstepNamesALostPacket) {
  plan_.pacing = core::Pacing::Lockstep;
  make(kFastClock);
  run();  // no venue ever answers
  EXPECT_NE(feed_->error().find("feed packet 1,"), std::string::npos) << feed_->error();
  EXPECT_TRUE(oms_->packets.size() == 1 && wire::MoldReader(oms_->packets[0]).end_of_session());
}

TEST_F(FeedTest, MissingFileIsNamed) {
  plan_.feed.flow = core::Flow::Itch;
  plan_.feed.file = "no-such-file.itch";
  make(kFastClock);
  EXPECT_TRUE(feed_->done());
  EXPECT_NE(feed_->error().find("no-such-file.itch"), std::string::npos) << feed_->error();
  EXPECT_FALSE(feed_->poll());
}

}  // namespace
}  // namespace hopscope::feed
