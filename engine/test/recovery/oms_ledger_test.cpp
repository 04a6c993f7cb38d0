// The OMS rebuilt from its journal is the OMS that wrote it, and a journal that no OMS can have written is not believed.
#include "engine/recovery/oms_ledger.h"

#include <algorithm>
#include <functional>

#include "engine/test/oms/made_up_run.h"

namespace hopscope::recovery {
namespace {

using journal::Record;
using journal::RecordType;
using oms::MadeUpRun;
using oms::two_venues;

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

TEST(OmsLedger, FollowsReplacements) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    MadeUpRun run(oms::replacing_venues(), seed);
    OmsLedger ledger;
    for (const Record& record : run.records) ASSERT_TRUE(ledger.take(record)) << ledger.contradiction();
    EXPECT_EQ(ledger.measured().orders, run.rig.count(HS_COUNTER_ORDERS));
    EXPECT_EQ(ledger.measured().replaces, run.rig.count(HS_COUNTER_REPLACES));
    EXPECT_EQ(ledger.measured().acks, run.rig.count(HS_COUNTER_ACKS));
    EXPECT_EQ(ledger.measured().rejects, run.rig.count(HS_COUNTER_REJECTS));
    EXPECT_EQ(ledger.measured().cancels, run.rig.count(HS_COUNTER_CANCELS));
    EXPECT_GT(ledger.measured().replaces, 30u);
    std::map<std::uint64_t, std::uint32_t> open, of_oms;
    for (const auto& [id, order] : ledger.open_orders()) open[id] = order.filled;
    EXPECT_EQ(open, run.open);
    std::map<std::uint64_t, std::uint32_t> shares;
    run.rig.oms->each_open_order(
        [&](const oms::ChildOrder& order) { of_oms[journal::client_order(order.venue, order.user_ref)] = order.quantity; });
    for (const auto& [id, order] : ledger.open_orders()) shares[id] = order.quantity;
    EXPECT_EQ(shares, of_oms);
  }
}

TEST(OmsLedger, DoesNotBelieveReplacementsThatNoOmsCanHaveSent) {
  const MadeUpRun run(oms::replacing_venues(), 7);
  std::size_t sent = 0;
  while (run.records[sent].type != RecordType::ReplaceSent) ++sent;
  ASSERT_EQ(run.records[sent - 2].type, RecordType::ReplaceDecided);
  const auto says = [&](const std::string& what, const std::function<void(std::vector<Record>&)>& alter) {
    std::vector<Record> records = run.records;
    alter(records);
    OmsLedger ledger;
    for (const Record& record : records)
      if (!ledger.take(record)) break;
    EXPECT_EQ(ledger.contradiction().find(what), 0u) << what << " | " << ledger.contradiction();
  };
  says("no such order can be replaced here", [&](auto& all) { all[sent - 2].maker += 500; });
  says("no such order can be replaced here", [&](auto& all) { all[sent - 2].side ^= 'B' ^ 'S'; });
  says("the order before it at its venue was", [&](auto& all) { ++all[sent - 2].order; });
  says("it was not routed before", [&](auto& all) { all.erase(all.begin() + static_cast<std::ptrdiff_t>(sent) - 2); });
  says("the gate blocks it: collar", [&](auto& all) { all[sent - 1].match *= 10; });
  says("it did not pass the gate", [&](auto& all) { all[sent].price += 100; });
  says("it was another order that it should replace", [&](auto& all) { ++all[sent].maker; });
  says("the order that passed all checks is not sent", [&](auto& all) { all[sent].type = RecordType::OrderSent; });
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
  const auto put = [](std::vector<Record>& all, std::size_t at, RecordType type, std::uint16_t reason) {
    Record record = all[at];
    record.type = type;
    record.reason = reason;
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), record);
  };
  says("the kill switch had been pulled before it", [&](auto& all) { put(all, sent - 2, RecordType::KillTripped, HS_KILL_COMMAND); });
  says("the kill switch had not been pulled before it", [&](auto& all) { put(all, sent - 2, RecordType::KillArmed, HS_KILL_COMMAND); });
  says("the kill switch had not been pulled before it", [&](auto& all) { put(all, sent - 2, RecordType::MassCancelSent, 0); });
  says("no mass cancel was sent before it", [&](auto& all) { put(all, sent - 2, RecordType::MassCancelled, 0); });
  says("nothing of that number pulls it", [&](auto& all) { put(all, sent - 2, RecordType::KillTripped, HS_KILL_CAUSE_COUNT); });
  says("nobody had pulled the kill switch before it",
       [&](auto& all) { find(all, RecordType::RiskBlocked)->reason = static_cast<std::uint16_t>(risk::Reason::Killed); });
  EXPECT_EQ(contradiction([&](auto& all) {
              put(all, sent - 2, RecordType::KillArmed, HS_KILL_COMMAND);
              put(all, sent - 2, RecordType::KillTripped, HS_KILL_COMMAND);
            }),
            "");
  says("it is none of the OMS's", [&](auto& all) { all.back().type = RecordType::OrderEntered; });
}

// Two venues that show 500 shares each, orders of 800 and what comes back of them.
core::Plan smart_plan() {
  core::Plan plan = two_venues();
  plan.router = core::RouterRule::Smart;
  plan.routing.reroutes = 1;
  plan.oms.quantity = 800;
  plan.oms.limit_percent = 20;
  plan.oms.market_percent = 40;
  plan.risk.max_orders_per_second = 0;
  return plan;
}

TEST(OmsLedger, SharesSmartOrdersOutAgain) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const MadeUpRun run(smart_plan(), seed);
    OmsLedger ledger;
    std::size_t at_rest = 0, quotes = 0;
    for (const Record& record : run.records) {
      ASSERT_TRUE(ledger.take(record)) << ledger.contradiction();
      at_rest += ledger.at_rest();
      quotes += record.type == RecordType::Scored;
    }
    EXPECT_GT(quotes, 200u);
    EXPECT_GT(at_rest, 100u);
    EXPECT_LT(at_rest, run.records.size() - quotes);
  }
}

TEST(OmsLedger, DoesNotBelieveOrdersThatDoNotFollowFromTheirQuotes) {
  const MadeUpRun run(smart_plan(), 3);
  const auto contradiction = [&](const std::function<void(std::vector<Record>&)>& alter) {
    std::vector<Record> records = run.records;
    alter(records);
    OmsLedger ledger;
    for (const Record& record : records)
      if (!ledger.take(record)) return ledger.contradiction();
    return std::string();
  };
  const auto find = [](std::vector<Record>& records, auto&& is) { return std::find_if(records.begin(), records.end(), is); };
  const auto is_quote = [](const Record& record) { return record.type == RecordType::Scored; };
  const auto is_second_leg = [](const Record& record) { return record.type == RecordType::Routed && record.reason == 1; };
  const auto says = [&](const std::string& what, const std::function<void(std::vector<Record>&)>& alter) {
    EXPECT_EQ(contradiction(alter).find(what), 0u) << what << " | " << contradiction(alter);
  };
  says("from its quotes the router sends", [&](auto& all) { find(all, is_quote)->maker += 50'000'000; });  // a fee that drives it elsewhere
  says("from its quotes the router sends", [&](auto& all) { ++find(all, is_second_leg)->quantity; });
  says("it is one order more", [&](auto& all) {
    auto copy = *find(all, is_second_leg);
    const auto sent =
        std::find_if(find(all, is_second_leg), all.end(), [](const Record& record) { return record.type == RecordType::OrderSent; });
    ++copy.order;
    all.insert(sent + 1, copy);
  });
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
}  // namespace hopscope::recovery
