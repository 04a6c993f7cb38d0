// The matching path and the risk gate allocate nothing. Every allocation of this program passes the functions below, which count those of a
// thread that asks for it and leave the work to glibc. AddressSanitizer brings its own, so the sanitized build has no such test.
#ifndef __SANITIZE_ADDRESS__
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "engine/bench/gate_orders.h"
#include "engine/book/matching/matching_book.h"
#include "engine/feed/order_flow.h"
#include "engine/test/book/matching/random_messages.h"
#include "engine/venue/matching_engine.h"

namespace {
thread_local bool counting = false;
thread_local std::uint64_t allocations = 0;
void count_allocation() { allocations += counting; }
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) noexcept { return count_allocation(), __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) noexcept { return count_allocation(), __libc_calloc(count, size); }
void* realloc(void* memory, std::size_t size) noexcept { return count_allocation(), __libc_realloc(memory, size); }
void* memalign(std::size_t alignment, std::size_t size) noexcept { return count_allocation(), __libc_memalign(alignment, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept { return count_allocation(), __libc_memalign(alignment, size); }
}

namespace hopscope::matching {
namespace {

struct CountingSink : NoSink {
  std::uint64_t executions = 0;
  void executed(const Execution&) { ++executions; }
};

// The book stays open: a closed one would do nothing that could allocate.
void send_open(MatchingBook<CountingSink>& book, Message message) {
  if (message.action == Action::Close) return;
  message.then = Phase::Continuous;
  send(book, message);
}

TEST(MatchingAllocations, AreZeroInAMillionOperationsAfterWarmUp) {
  const Shape shape{"every_order_type", {100, 10'000, 96, 100, 1'024}, 40, 25, 2};
  CountingSink sink;
  MatchingBook<CountingSink> book(shape.rules, sink);
  RandomMessages messages(shape, 11);
  book.resume();
  constexpr int kWarmUp = 10'000, kCounted = 1'000'000;
  for (int turn = 0; turn < kWarmUp + kCounted; ++turn) {
    Message message = messages.next();
    if (turn % 64 == 0) message.action = Action::Resume;
    counting = turn >= kWarmUp;
    send_open(book, message);
    counting = false;
  }
  EXPECT_EQ(std::exchange(allocations, 0), 0u);
  EXPECT_GT(sink.executions, 100'000u);
}

// A venue's engine under a simulated feed: every 4th message brings an order, a replacement, a cancel or a mass cancel.
TEST(VenueAllocations, AreZeroInAMillionMessagesAfterWarmUp) {
  constexpr std::uint16_t kSymbols = 16;
  constexpr int kWarmUp = 50'000, kCounted = 1'000'000;
  feed::OrderFlow flow(5, kSymbols, 1'000);
  venue::MatchingEngine engine(kSymbols, 32'768);
  core::Random random(6, core::Stream::FeedFlow);
  std::array<std::byte, wire::itch::kMaxBytes> bytes{};
  std::uint64_t market_ns = 0, executions = 0;
  std::uint32_t user_ref = 0;
  const auto client = [&](std::uint32_t back) { return venue::client_id(0, user_ref - std::min(user_ref, back)); };
  for (int turn = 0; turn < kWarmUp + kCounted; ++turn) {
    const std::size_t length = flow.next(bytes, market_ns);
    counting = turn >= kWarmUp;
    engine.apply(static_cast<std::uint64_t>(turn) + 1, wire::itch::Message(std::span(bytes).first(length)));
    if (turn % 4 == 0 && turn > 1'000) {
      const auto locate = static_cast<std::uint16_t>(1 + random.below(kSymbols));
      const book::Touch touch = engine.touch(locate);
      const bool buys = random.below(2) == 0;
      const book::Price price = (buys ? touch.ask : touch.bid) + (random.below(5) - 2) * 100;
      venue::ClientOrder order{venue::client_id(0, ++user_ref), locate, buys ? Side::Buy : Side::Sell, venue::OrderType::Limit, price, 500};
      constexpr std::uint16_t kTraits[] = {0, 0, trait::kPostOnly, trait::kIceberg, trait::kFillOrKill, trait::kStop, trait::kExpires};
      order.terms.traits = kTraits[random.below(7)];
      order.terms.display = 100;
      order.terms.stop = price;
      order.terms.expires_ns = market_ns + 1'000'000;
      engine.enter(order, venue::RejectReason::None);
      engine.replace(client(random.below(8)), venue::client_id(0, ++user_ref), price, 400);
      engine.cancel(client(random.below(200)), 0);
      if (turn % 4'096 == 0) engine.mass_cancel(venue::client_id(0, ++user_ref), 0);
    }
    for (const journal::Record& record : engine.records()) executions += record.type == journal::RecordType::Executed;
    engine.clear();
    counting = false;
  }
  EXPECT_EQ(std::exchange(allocations, 0), 0u);
  EXPECT_GT(executions, 50'000u);
}

TEST(MatchingAllocations, AreSeenByThisTest) {
  allocations = 0;
  counting = true;
  int* volatile one = new int(1);
  counting = false;
  delete one;
  EXPECT_EQ(std::exchange(allocations, 0), 1u);
}

// All checks and breakers on, from the feed message before an order to its end.
TEST(GateAllocations, AreZeroInAMillionOrdersAfterWarmUp) {
  hs_kill_switch nobody{};
  risk::Gate gate(bench::GateOrders::all_on(), risk::KillSwitch(nobody), bench::GateOrders::size());
  bench::GateOrders orders(7);
  constexpr int kWarmUp = 10'000, kCounted = 1'000'000;
  for (int turn = 0; turn < kWarmUp + kCounted; ++turn) {
    counting = turn >= kWarmUp;
    orders.next(gate);
    counting = false;
  }
  EXPECT_EQ(std::exchange(allocations, 0), 0u);
  EXPECT_GT(gate.count(risk::Reason::Pass), 900'000u);
}

}  // namespace
}  // namespace hopscope::matching
#endif
