// Several books in one memory against each of them with its own: the same events; and what comes when levels are scarce.
#include <gtest/gtest.h>

#include <vector>

#include "engine/book/matching/matching_book.h"
#include "engine/test/book/matching/random_messages.h"
#include "engine/test/book/matching/recorded_events.h"

namespace hopscope::matching {
namespace {

TEST(BookMemory, BooksThatShareItDoWhatBooksOfTheirOwnDo) {
  const Shape shape{"every_order_type", {100, 10'000, 300, 100, 1'024}, 40, 25, 2};
  BookMemory memory({2, 300, 4'096, 4'096});
  RecordedEvents shared_events[2], own_events[2];
  std::vector<MatchingBook<RecordedEvents>> shared, own;
  for (std::uint32_t number = 0; number < 2; ++number) {
    shared.emplace_back(shape.rules, shared_events[number], memory, number);
    own.emplace_back(shape.rules, own_events[number]);
  }
  RandomMessages messages[2] = {{shape, 5}, {shape, 6}};
  std::size_t events = 0;
  for (int turn = 0; turn < 40'000; ++turn) {
    const auto which = static_cast<std::size_t>(turn % 2);
    Message message = messages[which].next();
    // Ids are one space for all books.
    for (OrderId* id : {&message.order.id, &message.now}) *id = *id * 2 + which;
    const std::uint32_t index = memory.find(message.order.id);
    ASSERT_TRUE(index == 0 || memory.book_of(index) == which);
    if (message.action == Action::Advance) {
      // One clock for all. The next to end may be any book's: each goes on as far as it is its turn.
      for (auto& book : own) book.advance(message.now_ns);
      for (std::uint32_t left = memory.orders() + 1; left != 0; --left)
        for (auto& book : shared) book.advance(message.now_ns);
    } else {
      send(shared[which], message);
      send(own[which], message);
    }
    for (const std::size_t number : {0u, 1u}) {
      ASSERT_EQ(shared_events[number].all(), own_events[number].all()) << turn;
      events += shared_events[number].all().size();
      shared_events[number].clear();
      own_events[number].clear();
    }
  }
  EXPECT_GT(events, 20'000u);
}

TEST(BookMemory, AnOrderForWhichNoLevelsAreLeftFindsNoRoom) {
  BookMemory memory({1, 8'192, 3, 64});
  RecordedEvents events;
  MatchingBook<RecordedEvents> book({100, 100, 8'192, 1, 64}, events, memory, 0);
  book.resume();
  const auto enter = [&](OrderId id, Price cents) {
    NewOrder order;
    order.id = id;
    order.price = cents * 100;
    order.quantity = 10;
    events.clear();
    book.enter(order);
    return events.all().front().kind;
  };
  EXPECT_EQ(enter(1, 100), EventKind::Accepted);
  EXPECT_EQ(enter(2, 1'000), EventKind::Accepted);
  EXPECT_EQ(enter(3, 5'000), EventKind::Rejected);  // one block stays back
  book.cancel(1);
  EXPECT_EQ(enter(3, 5'000), EventKind::Accepted);
  EXPECT_EQ(book.best(Side::Buy), 500'000u);
}

}  // namespace
}  // namespace hopscope::matching
