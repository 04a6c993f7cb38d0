#include "engine/feed/history.h"

#include <gtest/gtest.h>

#include <vector>

namespace hopscope::feed {
namespace {

std::vector<std::byte> message(std::uint64_t sequence, std::size_t bytes) {
  std::vector<std::byte> all(bytes, static_cast<std::byte>(sequence));
  all.reserve(History::kBytesEach);
  return all;
}

TEST(History, KeepsTheLastMessages) {
  History history(64);
  for (std::uint64_t sequence = 1; sequence <= 1'000; ++sequence) {
    history.add(message(sequence, 12 + sequence % 39));
    for (std::uint64_t back = 0; back < 64 && back < sequence; ++back) {
      const wire::Bytes found = history.find(sequence - back);
      const auto sent = message(sequence - back, 12 + (sequence - back) % 39);
      ASSERT_TRUE(std::equal(found.begin(), found.end(), sent.begin(), sent.end())) << sequence << " - " << back;
    }
    ASSERT_TRUE(history.find(sequence + 1).empty()) << "not sent yet";
    ASSERT_TRUE(sequence < 64 || history.find(sequence - 64).empty()) << "not kept any more";
  }
  EXPECT_TRUE(history.find(0).empty());
}

TEST(History, LongMessagesMakeItShorterAndNeverWrong) {
  History history(64);  // 4 KiB
  for (std::uint64_t sequence = 1; sequence <= 500; ++sequence) {
    const std::size_t bytes = sequence % 5 == 0 ? 1'400 : 500;
    history.add(message(sequence, bytes));
    ASSERT_EQ(history.find(sequence).size(), bytes);
    unsigned kept = 0;
    for (std::uint64_t one = 1; one <= sequence; ++one) {
      const wire::Bytes found = history.find(one);
      kept += !found.empty();
      for (const std::byte byte : found) ASSERT_EQ(byte, static_cast<std::byte>(one));
    }
    ASSERT_LE(kept, 8u);
    ASSERT_GE(kept, std::min<std::uint64_t>(sequence, 3));
  }
}

}  // namespace
}  // namespace hopscope::feed
