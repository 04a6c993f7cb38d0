// What the feed does for receivers that lost something: requests, heartbeats, the end said again.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

#include "engine/feed/feed.h"
#include "engine/net/loop_port.h"
#include "engine/wire/mold_request.h"

namespace hopscope::feed {
namespace {

// Whatever ought to happen after a while happens after a few polls.
const core::Calibration kFastClock(1'000'000'000);

class FeedRecoveryTest : public testing::Test {
 protected:
  struct Receiver {
    net::LoopPort near{1u << 16}, far{1u << 16};
    std::set<std::uint64_t> messages;  // sequence numbers that came
    unsigned heartbeats = 0, ends = 0;
    std::uint64_t next = 0;  // as the last heartbeat, or the end, says
    Receiver() { net::LoopPort::join(near, far); }
    void drain() {
      for (auto burst = far.rx_burst(); !burst.empty(); burst = far.rx_burst()) {
        for (const net::Payload payload : burst) {
          wire::MoldReader reader(payload);
          EXPECT_TRUE(reader.of_session(kFeedSession));
          heartbeats += reader.heartbeat();
          ends += reader.end_of_session();
          if (reader.messages() == 0) next = reader.sequence();
          for (std::uint64_t i = 0; i < reader.messages(); ++i) messages.insert(reader.sequence() + i);
        }
        far.rx_release();
      }
    }
    void ask(const wire::MoldSession& session, const wire::MoldRange& range) {
      far.tx_commit(wire::encode_mold_request(far.tx_reserve(), session, range));
      far.tx_flush();
    }
  };

  FeedRecoveryTest() {
    plan_.seed = 7;
    plan_.feed.symbols = 4;
    plan_.feed.warmup_messages = 10;
    plan_.feed.measure_messages = 90;
    plan_.feed.history = 128;
  }

  void make() {
    lockstep_.enabled = plan_.pacing == core::Pacing::Lockstep;
    lockstep_.venues = 1;
    feed_ = std::make_unique<Feed<net::LoopPort>>(plan_, kFastClock, oms_.near, std::array<net::LoopPort*, 1>{&venue_.near}, packets_,
                                                  lockstep_);
    feed_->start(core::now_ticks());
  }
  void poll(int times) {
    for (; times > 0; --times) feed_->poll();
    oms_.drain();
    venue_.drain();
  }
  template <class Done>
  bool poll_until(Done done) {
    for (int i = 0; i < 10'000'000; ++i) {
      poll(1);
      if (done()) return true;
    }
    return false;
  }

  core::Plan plan_;
  probe::PacketTable packets_{1'024};
  core::Lockstep lockstep_;
  Receiver oms_, venue_;
  std::unique_ptr<Feed<net::LoopPort>> feed_;
};

TEST_F(FeedRecoveryTest, SendsAgainWhatIsAskedForToWhoAsks) {
  oms_.near.lose = [](std::uint64_t nth) { return nth >= 20 && nth < 30; };
  make();
  ASSERT_TRUE(poll_until([&] { return feed_->done(); }));
  EXPECT_EQ(oms_.messages.size(), 90u);
  const auto before = venue_.messages.size();
  oms_.ask(kFeedSession, {21, 10});
  ASSERT_TRUE(poll_until([&] { return oms_.messages.size() == 100; })) << "the session is over, and it still serves";
  EXPECT_EQ(venue_.messages.size(), before);
  EXPECT_EQ(feed_->counters().get(HS_COUNTER_FEED_RESENT), 10u);
  EXPECT_EQ(feed_->counters().get(HS_COUNTER_FEED_UNSERVED), 0u);
  EXPECT_EQ(feed_->counters().get(HS_COUNTER_FEED_PACKETS), 90u) << "what is sent again is no new packet";
}

TEST_F(FeedRecoveryTest, ServesWhileItSends) {
  plan_.feed.measure_messages = 0;
  oms_.near.lose = [](std::uint64_t nth) { return nth == 4; };
  make();
  ASSERT_TRUE(poll_until([&] { return oms_.messages.contains(6); }));
  EXPECT_FALSE(oms_.messages.contains(5));
  oms_.ask(kFeedSession, {5, 1});
  EXPECT_TRUE(poll_until([&] { return oms_.messages.contains(5); }));
  EXPECT_FALSE(feed_->done());
}

TEST_F(FeedRecoveryTest, CountsWhatItCannotServe) {
  plan_.feed.history = 16;
  make();
  ASSERT_TRUE(poll_until([&] { return feed_->done(); }));
  oms_.ask(kFeedSession, {21, 10});   // too old
  oms_.ask(kFeedSession, {101, 10});  // never sent
  oms_.ask(wire::mold_session("OTHER"), {90, 1});
  ASSERT_TRUE(poll_until([&] { return feed_->counters().get(HS_COUNTER_PORT_MALFORMED) == 1; }));
  EXPECT_EQ(feed_->counters().get(HS_COUNTER_FEED_UNSERVED), 2u);
  EXPECT_EQ(feed_->counters().get(HS_COUNTER_FEED_RESENT), 0u);
}

TEST_F(FeedRecoveryTest, HeartbeatsTellTheNextSequenceWhileNothingIsDue) {
  plan_.feed.heartbeat_ns = 1'000'000;
  plan_.feed.rate_pps = 0.001;
  make();
  ASSERT_TRUE(poll_until([&] { return oms_.heartbeats >= 3; }));
  EXPECT_GE(venue_.heartbeats, 3u);
  EXPECT_EQ(oms_.messages.size(), 1u) << "the first is due at once";
  EXPECT_EQ(oms_.next, 2u);
  EXPECT_EQ(venue_.next, 2u);
}

TEST_F(FeedRecoveryTest, HasNoHeartbeatsWithoutAnInterval) {
  plan_.feed.rate_pps = 0.001;
  make();
  poll(1'000);
  EXPECT_EQ(oms_.heartbeats, 0u);
}

TEST_F(FeedRecoveryTest, SaysTheEndAgainAndAgain) {
  plan_.feed.heartbeat_ns = 1'000'000;
  make();
  ASSERT_TRUE(poll_until([&] { return oms_.ends >= 5 && venue_.ends >= 5; }));
  EXPECT_TRUE(feed_->done());
  EXPECT_EQ(oms_.next, 101u);
}

TEST_F(FeedRecoveryTest, InLockstepAHeartbeatRevealsTheLostPacketToTheVenueFirst) {
  plan_.pacing = core::Pacing::Lockstep;
  plan_.feed.heartbeat_ns = 50'000'000;  // none may come before the first packet, however slow this machine is
  venue_.near.lose = [](std::uint64_t nth) { return nth == 0; };
  make();
  ASSERT_TRUE(poll_until([&] { return venue_.heartbeats >= 1; }));
  EXPECT_EQ(venue_.next, 2u) << "it has been sent 1";
  EXPECT_EQ(oms_.next, 1u) << "which the OMS has not";
  EXPECT_TRUE(venue_.messages.empty());
  oms_.ask(kFeedSession, {1, 1});
  venue_.ask(kFeedSession, {1, 1});
  ASSERT_TRUE(poll_until([&] { return venue_.messages.contains(1); }));
  EXPECT_TRUE(oms_.messages.empty()) << "not before its turn, whoever asks";
}

}  // namespace
}  // namespace hopscope::feed
