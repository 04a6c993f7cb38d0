// Pushes known records through the engine's own emitter: stream_producer WARMUP MEASURED MAP_ID...
//
// Thread t of as many as there are map ids emits, for i = 0 .. WARMUP + MEASURED - 1, the capsule of trace id t << 32 | i and its journal
// trace (known_records.h); the first WARMUP are not measured. A full ring makes it wait: nothing is lost.
// Each thread's line on stdout: thread, pushed, failed pushes, mean ns of a push.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/clock.h"
#include "engine/probe/emitter.h"
#include "native/test/known_records.h"

namespace {

using namespace hopscope;

std::uint64_t pushed(probe::Emitter& emitter) {
  return emitter.counters().get(HS_COUNTER_PUSHED) + emitter.counters().get(HS_COUNTER_JOURNAL_PUSHED);
}

std::uint64_t push_failed(probe::Emitter& emitter) {
  return emitter.counters().get(HS_COUNTER_PUSH_FAILED) + emitter.counters().get(HS_COUNTER_JOURNAL_PUSH_FAILED);
}

template <class Record>
void emit_patiently(probe::Emitter& emitter, Record& record) {
  for (std::uint64_t before = push_failed(emitter);; before = push_failed(emitter)) {
    emitter.emit(record);
    if (!record.measuring || push_failed(emitter) == before) return;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

void produce(unsigned thread, std::uint32_t map_id, std::uint64_t warmup, std::uint64_t measured) {
  probe::Emitter emitter;
  if (const std::string error = emitter.open(core::Lane::Stream, static_cast<std::uint16_t>(thread), map_id); !error.empty()) {
    std::fprintf(stderr, "%s\n", error.c_str());
    std::exit(1);
  }
  const std::uint64_t base_tsc = core::now_ticks();
  core::Ticks pushing = 0;
  for (std::uint64_t i = 0; i < warmup + measured; ++i) {
    hs_capsule capsule = native::known_capsule(thread, i, i >= warmup, base_tsc);
    hs_journal_trace trace = native::known_journal(capsule);
    const core::Ticks before = core::now_ticks();
    emit_patiently(emitter, capsule);
    emit_patiently(emitter, trace);
    pushing += core::now_ticks() - before;
  }
  std::printf("%u %llu %llu %.1f\n", thread, static_cast<unsigned long long>(pushed(emitter)),
              static_cast<unsigned long long>(push_failed(emitter)),
              core::Calibration::measure(5, nullptr).ns(pushing) / static_cast<double>(2 * (warmup + measured)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "stream_producer WARMUP MEASURED MAP_ID...\n"), 2;
  const std::uint64_t warmup = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t measured = std::strtoull(argv[2], nullptr, 10);
  std::vector<std::thread> threads;
  for (int i = 3; i < argc; ++i)
    threads.emplace_back(produce, static_cast<unsigned>(i - 3), static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)), warmup,
                         measured);
  for (std::thread& thread : threads) thread.join();
}
