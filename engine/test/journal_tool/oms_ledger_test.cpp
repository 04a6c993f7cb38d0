// The OMS rebuilt from its journal is the OMS that wrote it, and a journal that no OMS can have written is not believed.
#include "engine/journal_tool/oms_ledger.h"

#include <algorithm>
#include <functional>

#include "engine/core/random.h"
#include "engine/test/oms/oms_journal.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::journal_tool {
namespace {

using journal::Record;
using journal::RecordType;
using oms::OmsJournal;
using oms::OmsRig;

core::Plan two_venues() {
  core::Plan plan = oms::rig_plan();
  plan.venues = 2;
  plan.oms.limit_percent = 50;
  plan.oms.cancel_after = 3;
  plan.feed.warmup_messages = 20;
  plan.risk.max_orders_per_second = 40;
  return plan;
}

// What a made-up market and made-up venues leave: an order for each message, answered or not, in part or in whole; rate limits, late
// answers, gaps.
struct MadeUpRun {
  explicit MadeUpRun(const core::Plan& plan, std::uint64_t seed)
      : rig(plan, 1'024, {256, 0, 1}, &kept.journal), random(seed, core::Stream::Synthetic) {
    rig.oms->audit().begin(plan, 1);
    rig.open_market();
    rig.oms->poll();
    for (int i = 0; i < 300; ++i) {
      rig.market_ns += random.below(30'000'000);
      rig.tick();
      for (unsigned venue = 0; venue < plan.venues; ++venue) {
        for (const oms::SentMessage& message : rig.sent(venue))
          if (message.order() != nullptr) answer(message.order()->user_ref, message.order()->quantity, venue);
      }
      rig.oms->poll();
    }
    rig.end_run();
    records = kept.records();
  }

  void answer(std::uint32_t user_ref, std::uint32_t quantity, unsigned venue) {
    switch (random.below(6)) {
      case 0:
        return rig.answer({rig.rejected(user_ref)}, venue);
      case 1:
        open[journal::client_order(venue, user_ref)] = 0;
        return;  // none
      case 2:
        open[journal::client_order(venue, user_ref)] = 0;
        return rig.answer({rig.accepted(user_ref)}, venue);
      case 3:
        return rig.answer({rig.accepted(user_ref), rig.executed(user_ref, 30), rig.cancelled(user_ref)}, venue);
      case 4:
        shares[venue] += quantity;
        return rig.answer({rig.accepted(user_ref), rig.executed(user_ref, 40), rig.executed(user_ref, quantity - 40)}, venue);
      default:
        open[journal::client_order(venue, user_ref)] = 10;
        return rig.answer({rig.executed(user_ref, 10)}, venue);  // its acceptance was lost
    }
  }

  OmsJournal kept;
  OmsRig rig;
  core::Random random;
  std::array<std::uint64_t, 2> shares{};        // of orders that filled
  std::map<std::uint64_t, std::uint32_t> open;  // id -> shares filled
  std::vector<Record> records;
};

TEST(OmsLedger, IsTheOmsThatWroteTheJournal) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    MadeUpRun run(two_venues(), seed);
    OmsLedger ledger;
    for (const Record& record : run.records) ASSERT_TRUE(ledger.take(record)) << ledger.contradiction();
    const OmsCounts& measured = ledger.measured();
    EXPECT_EQ(measured.orders, run.rig.count(HS_COUNTER_ORDERS));
    EXPECT_EQ(measured.acks, run.rig.count(HS_COUNTER_ACKS));
    EXPECT_EQ(measured.rejects, run.rig.count(HS_COUNTER_REJECTS));
    EXPECT_EQ(measured.fills, run.rig.count(HS_COUNTER_FILLS));
    EXPECT_EQ(measured.filled_shares, run.rig.count(HS_COUNTER_FILLED_SHARES));
    EXPECT_EQ(measured.cancels, run.rig.count(HS_COUNTER_CANCELS));
    EXPECT_EQ(measured.risk_rejects, run.rig.count(HS_COUNTER_RISK_REJECTS));
    EXPECT_EQ(measured.timeouts, run.rig.count(HS_COUNTER_TIMEOUTS));
    EXPECT_GT(measured.risk_rejects, 10u);
    EXPECT_GT(measured.timeouts, 5u);
    EXPECT_GT(ledger.all().orders, measured.orders) << "the warm-up's";
    std::array<std::uint64_t, 2> traded{};
    for (const auto& [key, position] : ledger.positions()) traded[key.first] += position.bought + position.sold;
    EXPECT_GE(traded[0], run.shares[0]);
    EXPECT_GE(traded[1], run.shares[1]);
    EXPECT_EQ(traded[0] + traded[1], ledger.all().filled_shares);
    std::map<std::uint64_t, std::uint32_t> open;
    for (const auto& [id, order] : ledger.open_orders()) open[id] = order.filled;
    EXPECT_EQ(open, run.open);
    EXPECT_EQ(ledger.symbols().at(oms::kLocate), "HOPS");
  }
}

// What is missing, altered or in another place is found wherever something contradicts it.
TEST(OmsLedger, DoesNotBelieveWhatNoOmsCanHaveWritten) {
  const MadeUpRun run(two_venues(), 7);
  std::size_t sent = 0;
  while (run.records[sent].type != RecordType::OrderSent) ++sent;
  const auto contradiction = [&](const std::function<void(std::vector<Record>&)>& alter) {
    std::vector<Record> records = run.records;
    alter(records);
    OmsLedger ledger;
    for (const Record& record : records)
      if (!ledger.take(record)) return ledger.contradiction();
    return std::string();
  };
  const auto find = [](std::vector<Record>& records, RecordType type) {
    const auto found = std::find_if(records.begin(), records.end(), [type](const Record& record) { return record.type == type; });
    EXPECT_NE(found, records.end()) << static_cast<char>(type);
    return found;
  };
  EXPECT_EQ(contradiction([](auto&) {}), "");
  const auto says = [&](const std::string& what, const std::function<void(std::vector<Record>&)>& alter) {
    EXPECT_EQ(contradiction(alter).find(what), 0u) << what << " | " << contradiction(alter);
  };
  says("it stands before the run's configuration", [](auto& all) { all.erase(all.begin()); });
  says("it did not pass the gate", [&](auto& all) { all[sent].price += 100; });
  says("it was not routed before", [&](auto& all) { all.erase(all.begin() + static_cast<std::ptrdiff_t>(sent) - 2); });
  says("the order before it at its venue was 0/0", [&](auto& all) {  // an order at each venue
    const auto first = find(all, RecordType::Routed);
    all.erase(first, std::find_if(first, all.end(), [](const Record& record) { return record.order == journal::client_order(0, 2); }));
  });
  says("from its scores the router picks venue 0", [&](auto& all) {  // one order
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(sent) - 2;
    all.erase(first, first + 3);
  });
  says("the order that passed all checks is not sent", [&](auto& all) { all.erase(all.begin() + static_cast<std::ptrdiff_t>(sent)); });
  says("from its scores the router picks venue 1", [&](auto& all) {
    auto& routed = *find(all, RecordType::Routed);
    ++routed.maker;  // venue 0's score: a worse one
  });
  says("the gate blocks it: collar", [&](auto& all) { find(all, RecordType::RiskPassed)->match *= 10; });
  says("the gate blocks it: quantity", [&](auto& all) { find(all, RecordType::LimitsSet)->quantity = 99; });
  says("the gate blocks it: rate", [&](auto& all) { find(all, RecordType::LimitsSet)->maker = 5; });
  says("what it was blocked for is within its bound", [&](auto& all) { find(all, RecordType::RiskBlocked)->maker = 2'000'000'000; });
  says("the order had only", [&](auto& all) { find(all, RecordType::Executed)->quantity = 101; });
  says("no such order was ever sent", [&](auto& all) { find(all, RecordType::Accepted)->order += 1'000; });
  says("it is none of the OMS's", [&](auto& all) { all.back().type = RecordType::OrderEntered; });
}

TEST(OmsLedger, KnowsWhichMarketDataIsStillAwaited) {
  OmsLedger ledger;
  Record record;
  record.type = RecordType::RunConfigured;
  record.quantity = 1;
  ASSERT_TRUE(ledger.take(record));
  record.type = RecordType::LimitsSet;
  ASSERT_TRUE(ledger.take(record));
  const auto gap = [&](RecordType type, std::uint64_t from, std::uint64_t messages) {
    record.type = type;
    record.order = from;
    record.maker = messages;
    ASSERT_TRUE(ledger.take(record));
  };
  gap(RecordType::GapOpened, 10, 5);
  gap(RecordType::GapOpened, 15, 5);
  gap(RecordType::GapOpened, 40, 2);
  gap(RecordType::GapGivenUp, 12, 2);
  EXPECT_EQ(ledger.gaps(), (std::map<std::uint64_t, std::uint64_t>{{10, 12}, {14, 15}, {15, 20}, {40, 42}}));
  gap(RecordType::GapClosed, 10, 10);
  EXPECT_EQ(ledger.gaps(), (std::map<std::uint64_t, std::uint64_t>{{40, 42}}));
  EXPECT_EQ(ledger.messages_given_up(), 2u);
  EXPECT_EQ(ledger.gaps_opened(), 3u);
}

}  // namespace
}  // namespace hopscope::journal_tool
