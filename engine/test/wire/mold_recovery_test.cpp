#include "engine/wire/mold_recovery.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>
#include <vector>

namespace hopscope::wire {
namespace {

constexpr MoldSession kSession = mold_session("HSFEED");

using Packet = std::vector<std::byte>;

Packet packet(std::uint64_t sequence, unsigned messages, const MoldSession& session = kSession) {
  Packet bytes(1400);
  MoldWriter writer(bytes);
  writer.begin(session, sequence);
  for (unsigned i = 0; i < messages; ++i) writer.append(Bytes(bytes).first(1));
  bytes.resize(writer.finish());
  return bytes;
}

Packet end_of_session(std::uint64_t sequence) {
  Packet bytes(kMoldHeaderBytes);
  MoldWriter writer(bytes);
  writer.begin(kSession, sequence);
  writer.finish_end_of_session();
  return bytes;
}

MoldDecision offer(MoldRecovery& recovery, const Packet& bytes) { return recovery.on_packet(MoldReader(bytes)); }

std::vector<MoldRange> gaps(const MoldRecovery& recovery) { return {recovery.gaps().begin(), recovery.gaps().end()}; }

TEST(MoldRecovery, DeliversInOrder) {
  MoldRecovery recovery(kSession);
  EXPECT_EQ(offer(recovery, packet(1, 2)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(offer(recovery, packet(3, 1)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(recovery.expected(), 4u);
  EXPECT_TRUE(recovery.gaps().empty());
}

TEST(MoldRecovery, KnowsTheNextPacketAtOnceWhileNothingIsMissing) {
  MoldRecovery recovery(kSession);
  EXPECT_TRUE(recovery.next_in_order(1, 2));
  EXPECT_FALSE(recovery.next_in_order(3, 0)) << "a heartbeat may be the end";
  EXPECT_FALSE(recovery.next_in_order(2, 2)) << "twice";
  EXPECT_FALSE(recovery.next_in_order(4, 1)) << "too early";
  EXPECT_EQ(recovery.expected(), 3u);
  offer(recovery, packet(4, 1));
  EXPECT_FALSE(recovery.next_in_order(3, 1)) << "it closes a gap";
  EXPECT_EQ(offer(recovery, packet(3, 1)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(offer(recovery, packet(4, 1)).verdict, MoldVerdict::Deliver);
  EXPECT_TRUE(recovery.next_in_order(5, 1));
}

TEST(MoldRecovery, APacketThatCannotBeHeldStillRevealsWhatIsMissing) {
  MoldRecovery recovery(kSession);
  EXPECT_EQ(recovery.reveal(4), (MoldRange{1, 3}));
  EXPECT_EQ(recovery.reveal(4), MoldRange{});
  EXPECT_EQ(recovery.reveal(6), (MoldRange{4, 2})) << "itself too";
  EXPECT_EQ(gaps(recovery), (std::vector<MoldRange>{{1, 5}})) << "one gap";
}

TEST(MoldRecovery, GoesOnBehindAGapThatIsGivenUp) {
  MoldRecovery recovery(kSession);
  EXPECT_EQ(recovery.give_up(), MoldRange{});
  offer(recovery, packet(3, 1));
  offer(recovery, packet(6, 1));
  EXPECT_EQ(recovery.give_up(), (MoldRange{1, 2}));
  EXPECT_EQ(offer(recovery, packet(3, 1)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(gaps(recovery), (std::vector<MoldRange>{{4, 2}}));
  EXPECT_EQ(offer(recovery, packet(2, 1)).verdict, MoldVerdict::Duplicate) << "too late";
}

TEST(MoldRecovery, AsksForAGapOnceAndDeliversWhatWasHeldWhenItIsClosed) {
  MoldRecovery recovery(kSession);
  auto decision = offer(recovery, packet(4, 2));
  EXPECT_EQ(decision.verdict, MoldVerdict::Gap);
  EXPECT_EQ(decision.lost, (MoldRange{1, 3}));
  EXPECT_EQ(offer(recovery, packet(6, 1)).lost, MoldRange{}) << "no news";
  decision = offer(recovery, packet(9, 1));
  EXPECT_EQ(decision.lost, (MoldRange{7, 2})) << "only what is newly missing";
  EXPECT_EQ(gaps(recovery), (std::vector<MoldRange>{{1, 3}, {7, 2}}));

  EXPECT_EQ(offer(recovery, packet(1, 3)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(gaps(recovery), (std::vector<MoldRange>{{7, 2}}));
  EXPECT_EQ(offer(recovery, packet(4, 2)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(offer(recovery, packet(6, 1)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(offer(recovery, packet(9, 1)).verdict, MoldVerdict::Gap);
  EXPECT_EQ(offer(recovery, packet(7, 2)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(offer(recovery, packet(9, 1)).verdict, MoldVerdict::Deliver);
  EXPECT_EQ(recovery.expected(), 10u);
  EXPECT_TRUE(recovery.gaps().empty());
}

TEST(MoldRecovery, AnswersMayComeInPartsAndFromTheMiddle) {
  MoldRecovery recovery(kSession);
  offer(recovery, packet(11, 1));
  offer(recovery, packet(5, 2));
  EXPECT_EQ(gaps(recovery), (std::vector<MoldRange>{{1, 4}, {7, 4}}));
  offer(recovery, packet(1, 2));
  EXPECT_EQ(gaps(recovery), (std::vector<MoldRange>{{3, 2}, {7, 4}}));
  offer(recovery, packet(4, 5));
  EXPECT_EQ(gaps(recovery), (std::vector<MoldRange>{{3, 1}, {9, 2}})) << "over the edges of both";
  EXPECT_EQ(recovery.undelivered(), (MoldRange{3, 9}));
}

TEST(MoldRecovery, SkipsWhatWasDelivered) {
  MoldRecovery recovery(kSession);
  offer(recovery, packet(1, 3));
  EXPECT_EQ(offer(recovery, packet(1, 3)).verdict, MoldVerdict::Duplicate);
  const auto decision = offer(recovery, packet(2, 4));
  EXPECT_EQ(decision.verdict, MoldVerdict::Deliver);
  EXPECT_EQ(decision.skip, 2u);
  EXPECT_EQ(recovery.expected(), 6u);
}

TEST(MoldRecovery, HeartbeatAndEndRevealWhatWasLostLast) {
  MoldRecovery recovery(kSession);
  offer(recovery, packet(1, 1));
  auto decision = offer(recovery, packet(2, 0));
  EXPECT_EQ(decision.verdict, MoldVerdict::Heartbeat);
  EXPECT_TRUE(decision.lost.empty());
  decision = offer(recovery, packet(4, 0));
  EXPECT_EQ(decision.verdict, MoldVerdict::Heartbeat);
  EXPECT_EQ(decision.lost, (MoldRange{2, 2}));
  decision = offer(recovery, end_of_session(5));
  EXPECT_EQ(decision.verdict, MoldVerdict::EndOfSession);
  EXPECT_EQ(decision.lost, (MoldRange{4, 1}));
  EXPECT_TRUE(recovery.ended());
  EXPECT_FALSE(recovery.complete());
  offer(recovery, packet(2, 3));
  EXPECT_TRUE(recovery.complete());
}

TEST(MoldRecovery, LeavesOtherSessionsAndBrokenPacketsAlone) {
  MoldRecovery recovery(kSession);
  EXPECT_EQ(offer(recovery, packet(9, 1, mold_session("OTHER"))).verdict, MoldVerdict::OtherSession);
  EXPECT_EQ(offer(recovery, Packet(19)).verdict, MoldVerdict::Malformed);
  EXPECT_EQ(offer(recovery, packet(UINT64_MAX, 1)).verdict, MoldVerdict::Malformed) << "no sequence comes after the last one";
  EXPECT_EQ(recovery.reached(), 1u);
}

TEST(MoldRecovery, TakesGapsTogetherWhenThereAreTooMany) {
  MoldRecovery recovery(kSession);
  for (std::uint64_t i = 1; i <= MoldRecovery::kMaxGaps + 10; ++i) offer(recovery, packet(2 * i, 1));  // every odd one is missing
  EXPECT_EQ(recovery.gaps().size(), MoldRecovery::kMaxGaps);
  EXPECT_EQ(recovery.gaps().back().end(), 2 * (MoldRecovery::kMaxGaps + 10)) << "nothing that is missing is left out";
  std::uint64_t next = recovery.expected();
  while (next < recovery.reached()) {
    ASSERT_EQ(offer(recovery, packet(next, 1)).verdict, MoldVerdict::Deliver);
    next = recovery.expected();
  }
  EXPECT_TRUE(recovery.gaps().empty());
}

TEST(MoldWhole, TellsWhatHoldsLessOrMoreThanItsHeaderSays) {
  auto bytes = packet(1, 2);
  EXPECT_TRUE(mold_whole(bytes));
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(mold_whole(bytes));
  bytes.pop_back();
  bytes.pop_back();
  EXPECT_FALSE(mold_whole(bytes));
}

// A network that drops, repeats and reorders, and a re-request server that answers from what was sent, through the same network: each
// message is delivered once and in order, and when all is quiet nothing is missing.
TEST(MoldRecovery, RecoversEverythingFromABadNetwork) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937_64 random(seed);
    MoldRecovery recovery(kSession);
    std::deque<MoldRange> wire, held;
    std::vector<bool> delivered(501);
    std::uint64_t next_sent = 1;
    const auto send = [&](MoldRange range) {
      if (random() % 100 < 10) return;
      wire.push_back(range);
      if (random() % 100 < 5) wire.push_back(range);
      if (random() % 100 < 10 && wire.size() > 1) std::swap(wire.back(), wire[wire.size() - 2]);
    };
    const auto receive = [&](MoldRange range, bool first_time) {
      const auto decision = offer(recovery, packet(range.from, static_cast<unsigned>(range.count)));
      if (decision.verdict == MoldVerdict::Gap && first_time) held.push_back(range);
      if (decision.verdict == MoldVerdict::Deliver) {
        for (std::uint64_t sequence = range.from + decision.skip; sequence < range.end(); ++sequence) {
          ASSERT_FALSE(delivered[sequence]) << "twice: " << sequence;
          ASSERT_TRUE(sequence == 1 || delivered[sequence - 1]) << "too early: " << sequence;
          delivered[sequence] = true;
        }
      }
    };
    for (int round = 0; recovery.expected() <= 500 && round < 10'000; ++round) {
      if (next_sent <= 500) {
        const MoldRange range{next_sent, std::min<std::uint64_t>(1 + random() % 4, 501 - next_sent)};
        next_sent = range.end();
        send(range);
      } else {
        wire.push_back({next_sent, 0});  // heartbeats get through in the end
        for (const MoldRange& gap : recovery.gaps()) send({gap.from, std::min<std::uint64_t>(gap.count, 20)});
      }
      if (!wire.empty() && random() % 4 != 0) {
        const MoldRange range = wire.front();
        wire.pop_front();
        ASSERT_NO_FATAL_FAILURE(receive(range, true));
        for (std::size_t i = 0; i < held.size(); ++i) ASSERT_NO_FATAL_FAILURE(receive(held[i], false));
        std::erase_if(held, [&](const MoldRange& each) { return each.end() <= recovery.expected(); });
      }
    }
    EXPECT_EQ(recovery.expected(), 501u) << "seed " << seed;
    EXPECT_TRUE(recovery.gaps().empty());
    EXPECT_TRUE(held.empty());
  }
}

}  // namespace
}  // namespace hopscope::wire
