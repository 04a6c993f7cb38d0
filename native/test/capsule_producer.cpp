// Hits the site `capsule` as an engine does: capsule_producer WARMUP MEASURED
//
// Each line on stdin does one thing and prints "done"; ends with stdin.
//   (empty)     for i = 0 .. WARMUP + MEASURED - 1 one hit with a capsule, and a hit for every 16 journal traces (known_records.h); the
//   first
//               WARMUP are not measured
//   unreadable  one hit with three capsules that stand nowhere
//   odd         one hit with two records of no known size
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/core/clock.h"
#include "engine/probe/site.h"
#include "native/test/known_records.h"

namespace {

using namespace hopscope;

constexpr std::size_t kBatch = 16;

[[gnu::noinline]] void hit(const void* first, std::size_t records, std::size_t bytes) {
  HOPSCOPE_SITE_NAMED("capsule", reinterpret_cast<std::uint64_t>(first), records, bytes);
}

void run(std::uint64_t warmup, std::uint64_t measured) {
  const core::Ticks base_tsc = core::now_ticks();
  std::vector<hs_journal_trace> batch;
  batch.reserve(kBatch);
  const auto flush = [&] {
    hit(batch.data(), batch.size(), sizeof(hs_journal_trace));
    batch.clear();
  };
  for (std::uint64_t i = 0; i < warmup + measured; ++i) {
    const hs_capsule capsule = native::known_capsule(0, i, i >= warmup, base_tsc);
    hit(&capsule, 1, sizeof capsule);
    batch.push_back(native::known_journal(capsule));
    if (batch.size() == kBatch) flush();
  }
  if (!batch.empty()) flush();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "capsule_producer WARMUP MEASURED\n"), 2;
  std::string line;
  for (int c; (c = std::getchar()) != EOF;) {
    if (c != '\n') {
      line.push_back(static_cast<char>(c));
      continue;
    }
    if (line == "unreadable") {
      hit(reinterpret_cast<const void*>(8), 3, sizeof(hs_capsule));
    } else if (line == "odd") {
      hit(&line, 2, 24);
    } else {
      run(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10));
    }
    line.clear();
    std::puts("done");
    std::fflush(stdout);
  }
}
