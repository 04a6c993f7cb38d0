// MatchingBook against the reference: every event of every message, and the invariants that hold after each.
//
// HOPSCOPE_MODEL_OPERATIONS sets the number of messages over all shapes together (200,000 where it is not set).
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <tuple>
#include <vector>

#include "engine/book/matching/matching_book.h"
#include "engine/test/book/matching/random_messages.h"
#include "engine/test/book/matching/recorded_events.h"
#include "engine/test/book/matching/reference_matching_book.h"

namespace hopscope::matching {

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

namespace {

const Shape kShapes[] = {
    {"every_order_type", {100, 10'000, 96, 100, 128}, 60, 25, 4}, {"plain_orders_mostly", {100, 100, 64, 1, 64}, 10, 30, 1},
    {"auctions_mostly", {5, 500, 40, 10, 96}, 40, 15, 60},        {"one_tick_is_one_and_room_is_scarce", {1, 1, 5'000, 1, 12}, 50, 20, 8},
    {"stops_mostly", {25, 1'000, 24, 2, 200}, 90, 10, 3},
};

std::uint64_t operations_per_shape() {
  const char* wanted = std::getenv("HOPSCOPE_MODEL_OPERATIONS");
  return (wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 200'000) / std::size(kShapes);
}

// Follows each order by its events alone: shares that entered are traded, cancelled or still there, and an id is done once.
class Ledger {
 public:
  void take(const Event& event) {
    const auto& f = event.field;
    switch (event.kind) {
      case EventKind::Accepted:
        ASSERT_TRUE(open_.emplace(f[0], f[1]).second) << "accepted twice: " << f[0];
        break;
      case EventKind::Executed:
        take_off(f[0], f[3], f[4]);
        take_off(f[1], f[3], f[5]);
        break;
      case EventKind::Cancelled:
        take_off(f[0], f[1], f[2]);
        break;
      case EventKind::Replaced:
        ASSERT_EQ(open_.erase(f[0]), 1u);
        ASSERT_TRUE(open_.emplace(f[1], f[3]).second);
        break;
      default:
        break;
    }
  }
  const std::map<std::int64_t, std::int64_t>& open() const { return open_; }

 private:
  void take_off(std::int64_t id, std::int64_t shares, std::int64_t left) {
    const auto found = open_.find(id);
    ASSERT_NE(found, open_.end()) << "done already or never accepted: " << id;
    ASSERT_EQ(found->second - shares, left);
    found->second = left;
    if (left == 0) open_.erase(found);
  }
  std::map<std::int64_t, std::int64_t> open_;
};

using Row = std::tuple<OrderId, Price, Quantity>;

void expect_same_side(const MatchingBook<RecordedEvents>& book, const ReferenceMatchingBook& reference, Side side) {
  std::vector<Row> seen, wanted;
  book.each_order(side, [&](OrderId id, Price price, Quantity shown) { seen.emplace_back(id, price, shown); });
  std::vector<std::tuple<Price, std::uint64_t, std::uint64_t>> levels, wanted_levels;
  for (const auto& [price, level] : reference.levels(side)) {
    std::uint64_t shown = 0, hidden = 0;
    for (const auto& resting : level) {
      wanted.emplace_back(resting.order.id, price, resting.shown);
      shown += resting.shown;
      hidden += resting.hidden;
    }
    wanted_levels.emplace_back(price, shown, hidden);
  }
  ASSERT_EQ(seen, wanted);  // price first, then FIFO inside a level
  book.each_level(side, [&](Price price, std::uint64_t shown, std::uint64_t hidden) {
    levels.emplace_back(price, shown, hidden);
    return true;
  });
  ASSERT_EQ(levels, wanted_levels);
}

class MatchingProperty : public testing::TestWithParam<Shape> {};

TEST_P(MatchingProperty, TellsWhatTheReferenceTells) {
  const Shape& shape = GetParam();
  RecordedEvents seen, wanted;
  MatchingBook<RecordedEvents> book(shape.rules, seen);
  ReferenceMatchingBook reference(shape.rules, wanted);
  RandomMessages messages(shape, 7);
  Ledger ledger;
  book.resume();
  reference.resume();
  const std::uint64_t operations = operations_per_shape();
  for (std::uint64_t turn = 0; turn < operations; ++turn) {
    Message message = messages.next();
    if (turn % 64 == 0 && (book.phase() == Phase::Closed || book.phase() == Phase::Halted)) message.action = Action::Resume;
    send(book, message);
    send(reference, message);
    ASSERT_EQ(seen.all(), wanted.all()) << "message " << turn << ", action " << static_cast<int>(message.action);
    for (const Event& event : seen.all()) ASSERT_NO_FATAL_FAILURE(ledger.take(event)) << "message " << turn;
    seen.clear();
    wanted.clear();
    ASSERT_EQ(book.phase(), reference.phase());
    ASSERT_EQ(book.orders(), ledger.open().size());
    if (book.phase() == Phase::Continuous && book.best(Side::Buy) != 0 && book.best(Side::Sell) != 0) {
      ASSERT_LT(book.best(Side::Buy), book.best(Side::Sell)) << "crossed, message " << turn;
    }
    if (turn % 256 != 0) continue;
    ASSERT_NO_FATAL_FAILURE(expect_same_side(book, reference, Side::Buy)) << "message " << turn;
    ASSERT_NO_FATAL_FAILURE(expect_same_side(book, reference, Side::Sell)) << "message " << turn;
    const Indication now = book.indicate(), plain = reference.indicate();
    ASSERT_EQ(std::tuple(now.price, now.volume, now.imbalance), std::tuple(plain.price, plain.volume, plain.imbalance)) << turn;
  }
  book.close();
  for (const Event& event : seen.all()) ledger.take(event);
  EXPECT_TRUE(ledger.open().empty()) << "an id that was accepted is not done";
  EXPECT_EQ(book.orders(), 0u);
}

// Else the comparison could be equal because nothing happens.
TEST(MatchingMessages, BringAboutEveryEventAndEveryReason) {
  std::map<std::tuple<EventKind, std::int64_t>, std::uint64_t> seen;
  for (const Shape& shape : kShapes) {
    RecordedEvents events;
    MatchingBook<RecordedEvents> book(shape.rules, events);
    RandomMessages messages(shape, 7);
    for (int turn = 0; turn < 40'000; ++turn) {
      Message message = messages.next();
      if (turn % 64 == 0 && (book.phase() == Phase::Closed || book.phase() == Phase::Halted)) message.action = Action::Resume;
      send(book, message);
    }
    for (const Event& event : events.all()) {
      const bool has_reason = event.kind == EventKind::Rejected || event.kind == EventKind::Cancelled;
      ++seen[{event.kind, !has_reason ? 0 : event.kind == EventKind::Rejected ? event.field[1] : event.field[3]}];
    }
  }
  for (const EventKind kind :
       {EventKind::Accepted, EventKind::Executed, EventKind::Replaced, EventKind::Refreshed, EventKind::Triggered, EventKind::Crossed})
    EXPECT_GT((seen[{kind, 0}]), 100u) << static_cast<int>(kind);
  for (auto reason = static_cast<int>(RejectReason::DuplicateId); reason <= static_cast<int>(RejectReason::Full); ++reason)
    EXPECT_GT((seen[{EventKind::Rejected, reason}]), 20u) << "reject reason " << reason;
  for (auto reason = static_cast<int>(CancelReason::User); reason <= static_cast<int>(CancelReason::Closed); ++reason)
    EXPECT_GT((seen[{EventKind::Cancelled, reason}]), 20u) << "cancel reason " << reason;
}

INSTANTIATE_TEST_SUITE_P(Shapes, MatchingProperty, testing::ValuesIn(kShapes), [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace hopscope::matching
