// The matching path allocates nothing. Every allocation of this program passes the functions below, which count those of a thread that asks
// for it and leave the work to glibc. AddressSanitizer brings its own, so the sanitized build has no such test.
#ifndef __SANITIZE_ADDRESS__
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "engine/book/matching/matching_book.h"
#include "engine/test/book/matching/random_messages.h"

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
  EXPECT_EQ(allocations, 0u);
  EXPECT_GT(sink.executions, 100'000u);
}

TEST(MatchingAllocations, AreSeenByThisTest) {
  allocations = 0;
  counting = true;
  int* volatile one = new int(1);
  counting = false;
  delete one;
  EXPECT_EQ(allocations, 1u);
}

}  // namespace
}  // namespace hopscope::matching
#endif
