#include "engine/control/mailbox.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <future>
#include <memory>

#include "engine/control/command_text.h"
#include "engine/core/lcore.h"

namespace hopscope::control {
namespace {

constexpr long kNapNs = 5'000'000;        // between two looks into the page
constexpr long kShortNapNs = 100'000;     // while the OMS has a command
constexpr std::size_t kMostKept = 4'096;  // of what was commanded; a trader is no machine

void nap(long ns) {
  const timespec time{0, ns};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

// A thread starts as its creator is: that one may be a SCHED_FIFO lcore thread, and signals are its business or the main thread's.
std::string settle(int cpu) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  const sched_param ordinary{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
  return core::bind_thread(cpu, core::Scheduler::Other, "commands");
}

}  // namespace

std::string Mailbox::start(int housekeeping_cpu) {
  std::promise<std::string> ready;
  std::future<std::string> outcome = ready.get_future();
  thread_ = std::thread([this, housekeeping_cpu, ready = std::move(ready)]() mutable {
    std::string error = settle(housekeeping_cpu);
    const bool usable = error.empty();
    ready.set_value(std::move(error));
    if (usable) run();
  });
  return outcome.get();
}

void Mailbox::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

void Mailbox::run() {
  for (;;) {
    const bool last = stopping_.load(std::memory_order_relaxed);
    const hs_u64 asked = __atomic_load_n(&words_.asked, __ATOMIC_ACQUIRE);
    if (asked != words_.answered) serve(asked);
    if (last) return;
    nap(kNapNs);
  }
}

void Mailbox::serve(std::uint64_t number) {
  const std::string text(words_.text, std::min<std::size_t>(words_.text_bytes, sizeof words_.text));
  const auto command = std::make_unique<oms::Command>();
  const ReadCommand read = read_command(text, *command);
  if (!read.fault.empty()) return answer(number, HS_ANSWER_REFUSED, read.fault);
  if (!hand_over(*command)) {
    const bool over = stopping_.load(std::memory_order_relaxed);
    return answer(number, HS_ANSWER_REFUSED,
                  over ? "the run has come to its end, and nothing was done; start another one"
                       : "no market data has come meanwhile, and nothing was done; ask again when the feed goes on");
  }
  const std::string refused = refusal_text(*command);
  if (command->kind != oms::CommandKind::ListParents) {
    carried_out_ += refused.empty();
    if (commanded_.size() < kMostKept) commanded_.push_back({command->market_ns, read.what, refused});
  }
  if (!refused.empty()) return answer(number, HS_ANSWER_REFUSED, refused);
  answer(number, HS_ANSWER_DONE, answer_text(*command));
}

// False: it was not taken.
bool Mailbox::hand_over(oms::Command& command) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point give_up = Clock::now() + std::chrono::nanoseconds(patience_ns_);
  slot_.offer(command);
  while (!command.done.load(std::memory_order_acquire)) {
    const bool late = stopping_.load(std::memory_order_relaxed) || Clock::now() > give_up;
    if (late && slot_.withdraw(command)) return false;
    nap(kShortNapNs);
  }
  return true;
}

void Mailbox::answer(std::uint64_t number, hs_answer outcome, std::string_view text) {
  const std::size_t length = std::min(text.size(), sizeof words_.answer_text);
  std::memcpy(words_.answer_text, text.data(), length);
  words_.answer_bytes = static_cast<hs_u32>(length);
  words_.answer = outcome;
  __atomic_store_n(&words_.answered, number, __ATOMIC_RELEASE);
}

}  // namespace hopscope::control
