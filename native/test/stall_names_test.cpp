#include "native/stall_names.h"

#include <gtest/gtest.h>

#include <cstring>

namespace hopscope::native {
namespace {

std::string who(hs_stall_cause cause, std::uint64_t detail, const char* text = "") {
  hs_stall stall{};
  stall.cause = static_cast<hs_u8>(cause);
  stall.detail = detail;
  std::memcpy(stall.who, text, std::strlen(text));
  return stall_who(stall);
}

TEST(StallWho, NamesSystemCallsByTheirNumber) {
  EXPECT_EQ(who(HS_STALL_SYSCALL, 0), "read");
  EXPECT_EQ(who(HS_STALL_SYSCALL, 230), "clock_nanosleep");
  EXPECT_EQ(who(HS_STALL_SYSCALL, 426), "io_uring_enter");
  EXPECT_EQ(who(HS_STALL_SYSCALL, 999), "syscall 999");
  EXPECT_EQ(who(HS_STALL_SYSCALL, ~0ull), "syscall 18446744073709551615");
}

TEST(StallWho, NamesSoftirqsByTheirVector) {
  EXPECT_EQ(who(HS_STALL_SOFTIRQ, 3), "NET_RX");
  EXPECT_EQ(who(HS_STALL_SOFTIRQ, 9), "RCU");
  EXPECT_EQ(who(HS_STALL_SOFTIRQ, 10), "softirq 10");
}

TEST(StallWho, TakesTheRestFromTheRecord) {
  EXPECT_EQ(who(HS_STALL_PREEMPTED, 0, "ksoftirqd/0"), "ksoftirqd/0");
  EXPECT_EQ(who(HS_STALL_IPI, 251, "reschedule"), "reschedule");
  EXPECT_EQ(who(HS_STALL_HARD_IRQ, 36, "virtio1-req.0123"), "virtio1-req.0123");  // 16 bytes, no terminator
  EXPECT_EQ(who(HS_STALL_TIMER_TICK, 236), "");
}

}  // namespace
}  // namespace hopscope::native
