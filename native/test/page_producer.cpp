// Makes a telemetry page as an engine does, with known values: page_producer PATH
//
// READY at first; START brings MEASURE and a heartbeat every millisecond, STOP brings FAILED with an error line; ends with that. All the
// while a kill is seen, an order to arm obeyed, and a command answered with its own text: refused, where that begins with "no".
#include <time.h>

#include <cstdio>
#include <cstring>

#include "engine/core/clock.h"
#include "engine/core/histogram.h"
#include "engine/core/page.h"
#include "engine/core/plan.h"
#include "engine/risk/kill_switch.h"

namespace {

using namespace hopscope;

constexpr std::uint64_t kMillihertz = 2'000'000'000'000;  // 2 GHz, whatever this machine's counter does

void answer(hs_mailbox& mailbox) {
  const hs_u64 asked = __atomic_load_n(&mailbox.asked, __ATOMIC_ACQUIRE);
  if (asked == mailbox.answered) return;
  std::memcpy(mailbox.answer_text, mailbox.text, mailbox.text_bytes);
  mailbox.answer_bytes = mailbox.text_bytes;
  mailbox.answer = std::strncmp(mailbox.text, "no", 2) == 0 ? HS_ANSWER_REFUSED : HS_ANSWER_DONE;
  __atomic_store_n(&mailbox.answered, asked, __ATOMIC_RELEASE);
}

void wait_for(core::Page& page, hs_command command, const std::vector<const core::Counters*>& counters) {
  while (page.command() != command) {
    page->killed.seen = risk::KillSwitch(page->kill).trip();
    if (risk::KillSwitch(page->kill).take_back(page->killed.seen)) page->killed.seen = 0;
    answer(page->mailbox);
    page.publish(counters, core::now_ticks());
    const timespec millisecond{0, 1'000'000};
    nanosleep(&millisecond, nullptr);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "page_producer PATH\n"), 2;
  core::Page page;
  core::Plan plan;
  plan.page_path = argv[1];
  plan.run_id = "run-of-page-test-1";
  plan.lane = core::Lane::Stream;
  plan.ring_map_ids = {41, 42};
  if (const std::string error = page.create(plan); !error.empty()) return std::fprintf(stderr, "%s\n", error.c_str()), 1;
  core::Counters counters, more;
  counters.add(HS_COUNTER_FEED_PACKETS, 5'000'000'000);  // beyond 32 bits
  counters.add(HS_COUNTER_ORDERS, 3);
  more.add(HS_COUNTER_ORDERS, 4);
  page->threads = 2;
  page->tsc_millihertz = kMillihertz;
  page->start = {1'000, 2'000, 1'700'000'000'123'456'789};
  page->resolution_ticks = 20;
  page->stamp_picoseconds = 9'600;
  for (std::uint64_t us = 1; us <= 1'000; ++us) core::record(page->tick_to_ack, us * 2'000);
  page.set_state(HS_STATE_READY);
  wait_for(page, HS_COMMAND_START, {});
  page->measure_start_tsc = core::now_ticks();
  page.set_state(HS_STATE_MEASURE);
  wait_for(page, HS_COMMAND_STOP, {&counters, &more});
  page.fail("feed: the port is gone: plug it in again");
}
