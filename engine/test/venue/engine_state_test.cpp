// The property that snapshots stand on: a new engine that was given the state of another does from then on what that one does.
#include "engine/venue/engine_state.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/random.h"
#include "engine/feed/market_source.h"
#include "engine/net/port.h"
#include "engine/test/journal_tool/itch_market.h"
#include "engine/torture/random_client.h"

namespace hopscope::venue {
namespace {

constexpr std::uint16_t kSymbols = 3;
constexpr std::uint32_t kMaxOrders = 4'096;
constexpr std::uint32_t kSession = 2;

using Bytes = std::vector<std::byte>;
using Chunks = std::vector<Bytes>;  // the venue's, then those of the locates from 0

Chunks save(const MatchingEngine& engine) {
  Chunks chunks(kSymbols + 2u);
  EngineState::save_venue(engine, chunks[0]);
  for (std::uint16_t locate = 0; locate <= kSymbols; ++locate) EngineState::save_symbol(engine, locate, chunks[locate + 1u]);
  return chunks;
}

std::unique_ptr<MatchingEngine> restore(const Chunks& chunks) {
  auto engine = std::make_unique<MatchingEngine>(kSymbols, kMaxOrders);
  if (!EngineState::restore_venue(chunks[0], *engine)) return nullptr;
  for (std::uint16_t locate = 0; locate <= kSymbols; ++locate) {
    const Bytes& chunk = chunks[locate + 1u];
    if (!chunk.empty() && !EngineState::restore_symbol(chunk, locate, *engine)) return nullptr;
  }
  return engine;
}

// A venue and its client, in a market with halts, auctions and an end.
struct Player {
  std::unique_ptr<MatchingEngine> engine;
  torture::RandomClient client;

  void apply(std::uint64_t sequence, std::span<const std::byte> message) {
    engine->clear();
    engine->apply(sequence, wire::itch::Message(message));
  }
  void request() {
    engine->clear();
    client.request(*engine);
  }
};

// What an engine did with what it had been given.
std::string kind_of(const journal::Record& record) {
  std::string kind(1, static_cast<char>(record.type));
  if (record.type == journal::RecordType::Cancelled) kind += static_cast<char>(record.reason);
  if (record.type == journal::RecordType::Executed && record.reason != 0) kind += "x";
  return kind;
}

class EngineStateTest : public testing::Test {
 protected:
  static constexpr unsigned kMessages = 3'000;

  void run(std::uint64_t seed) {
    const std::string path = testing::TempDir() + "engine-state-" + std::to_string(seed) + ".itch";
    journal_tool::ItchMarket(seed).write(path, kMessages);
    core::FeedPlan feed;
    feed.flow = core::Flow::Itch;
    feed.file = path;
    feed::MarketSource source;
    ASSERT_EQ(source.open(feed, seed), "");

    core::Random random(seed, core::Stream::Torture, 99);
    Player original{std::make_unique<MatchingEngine>(kSymbols, kMaxOrders), torture::RandomClient(seed, kSymbols, kSession)};
    std::unique_ptr<Player> twin;
    std::array<std::byte, net::kMaxPayloadBytes> message;
    std::uint64_t sequence = 0, market_ns = 0;
    for (std::size_t bytes; (bytes = source.next(message, market_ns)) != 0;) {
      original.apply(++sequence, std::span(message).first(bytes));
      if (twin) twin->apply(sequence, std::span(message).first(bytes));
      ASSERT_NO_FATAL_FAILURE(compare(original, twin.get())) << "feed message " << sequence << " of seed " << seed;
      const unsigned requests = original.client.draw_requests();
      if (twin) {
        ASSERT_EQ(twin->client.draw_requests(), requests);
      }
      for (unsigned i = 0; i < requests; ++i) {
        original.request();
        if (twin) twin->request();
        ASSERT_NO_FATAL_FAILURE(compare(original, twin.get())) << "behind feed message " << sequence << " of seed " << seed;
      }
      if (random.below(100) != 0) continue;
      const Chunks state = save(*original.engine);
      if (twin) {
        ASSERT_EQ(save(*twin->engine), state) << "feed message " << sequence << " of seed " << seed;
      }
      std::unique_ptr<MatchingEngine> restored = restore(state);
      ASSERT_TRUE(restored) << "feed message " << sequence << " of seed " << seed;
      ASSERT_EQ(save(*restored), state) << "feed message " << sequence << " of seed " << seed;
      twin = std::make_unique<Player>(Player{std::move(restored), original.client});
      ++restored_;
    }
    std::remove(path.c_str());
  }

  void compare(const Player& original, const Player* twin) {
    if (twin == nullptr) return;
    const auto expected = original.engine->records(), made = twin->engine->records();
    ASSERT_EQ(made.size(), expected.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
      ASSERT_EQ(std::memcmp(&made[i], &expected[i], sizeof made[i]), 0);
      ++kinds_[kind_of(made[i])];
    }
  }

  unsigned restored_ = 0;
  std::map<std::string, unsigned> kinds_;
};

TEST_F(EngineStateTest, AnEngineThatWasGivenAStateGoesOnAsTheOneThatHadIt) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) ASSERT_NO_FATAL_FAILURE(run(seed));
  EXPECT_GE(restored_, 100u);
  // Had nothing of this come of what was restored, it would have shown nothing: trades, trades in a cross, icebergs that show their next
  // shares, cancellations by request (U), by time (T), behind a cross (C), by the end of the day (E), among orders of one owner (Q).
  for (const char* kind : {"E", "Ex", "R", "CU", "CT", "CC", "CE", "CQ", "U", "M", "K"}) EXPECT_GE(kinds_[kind], 1u) << kind;
  for (const auto& [kind, count] : kinds_) RecordProperty("records_" + kind, static_cast<int>(count));
}

TEST_F(EngineStateTest, WhatIsCutOffOrTooLongIsNotRestored) {
  MatchingEngine engine(kSymbols, kMaxOrders);
  Bytes venue;
  EngineState::save_venue(engine, venue);
  for (std::size_t bytes = 0; bytes < venue.size(); ++bytes) {
    MatchingEngine other(kSymbols, kMaxOrders);
    EXPECT_FALSE(EngineState::restore_venue(std::span(venue).first(bytes), other)) << bytes;
  }
  venue.push_back(std::byte{0});
  MatchingEngine other(kSymbols, kMaxOrders);
  EXPECT_FALSE(EngineState::restore_venue(venue, other));
}

TEST_F(EngineStateTest, AnEngineWithLessRoomRefuses) {
  MatchingEngine engine(kSymbols, kMaxOrders);
  const auto add = [&](std::uint64_t reference) {
    std::array<std::byte, 64> out;
    const std::size_t bytes = wire::itch::encode_add(out, {1, 1}, reference, 'B', 100, wire::itch::symbol("S1"),
                                                     static_cast<book::Price>(10'000 + reference * 100));
    engine.apply(reference, wire::itch::Message(std::span(out).first(bytes)));
  };
  for (std::uint64_t reference = 1; reference <= 20; ++reference) add(reference);
  const Chunks state = save(engine);
  const auto fits = [&state](std::uint16_t symbols, std::uint32_t orders) {
    MatchingEngine other(symbols, orders);
    return EngineState::restore_venue(state[0], other) && EngineState::restore_symbol(state[2], 1, other);
  };
  EXPECT_TRUE(fits(kSymbols, 20));
  EXPECT_FALSE(fits(kSymbols, 19));
}

}  // namespace
}  // namespace hopscope::venue
