#include "native/stall_names.h"

#include <array>
#include <cstring>

#include "native/syscall_names.h"

namespace hopscope::native {
namespace {

// include/linux/interrupt.h: "If you are adding a softirq, please update the names in kernel/softirq.c", which are these.
constexpr std::array kSoftirqs{"HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"};

}  // namespace

std::string stall_who(const hs_stall& stall) {
  if (stall.cause == HS_STALL_SYSCALL) return syscall_name(stall.detail);
  if (stall.cause == HS_STALL_SOFTIRQ)
    return stall.detail < kSoftirqs.size() ? kSoftirqs[stall.detail] : "softirq " + std::to_string(stall.detail);
  // A command's name is its owner's to choose: nothing of it may reach a terminal as a control sequence.
  std::string who(stall.who, strnlen(stall.who, sizeof stall.who));
  for (char& letter : who)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) letter = '?';
  return who;
}

}  // namespace hopscope::native
