// Leaf functions with a probe site each, their locals in the red zone: do they still compute right when the sites are attached?
//
// Each line on stdin runs all of them many times and prints "right" or how many results were wrong. Ends with stdin. The same source is
// built at -O2 and with link-time optimisation.
#include <cstdint>
#include <cstdio>

#include "engine/probe/site.h"

namespace {

constexpr unsigned kLocals = 12;  // 96 of the red zone's 128 bytes
constexpr unsigned kRounds = 1'000;

// A leaf: it calls nothing, so its locals may live below the stack pointer. Volatile, so that they live in memory at all.
template <hs_hop Hop>
[[gnu::noinline]] std::uint64_t leaf(std::uint64_t seed) {
  volatile std::uint64_t local[kLocals];
  for (unsigned i = 0; i < kLocals; ++i) local[i] = seed * (i + 1);
  hopscope::probe::site<Hop>(seed, seed + 1, seed + 2);
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < kLocals; ++i) sum += local[i];
  return sum;
}

constexpr std::uint64_t kWeight = kLocals * (kLocals + 1) / 2;

unsigned wrong_results() {
  unsigned wrong = 0;
  for (std::uint64_t seed = 1; seed <= kRounds; ++seed) {
#define HS_X(index, symbol, name, before) wrong += leaf<HS_HOP_##symbol>(seed) != seed * kWeight;
    HS_HOPS(HS_X)
#undef HS_X
  }
  return wrong;
}

}  // namespace

int main() {
  for (int c; (c = std::getchar()) != EOF;) {
    if (c != '\n') continue;
    if (const unsigned wrong = wrong_results())
      std::printf("%u wrong\n", wrong);
    else
      std::puts("right");
    std::fflush(stdout);
  }
}
