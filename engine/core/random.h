// Seeded random streams: xoshiro256** (Blackman & Vigna, public domain), seeded through splitmix64.
//
// Streams are keyed by (seed, role, parent order), so that what one role draws never depends on how often another one did.
#pragma once

#include <cmath>
#include <cstdint>

namespace hopscope::core {

enum class Stream : std::uint64_t {
  FeedFlow = 1,
  FeedArrivals = 2,
  Strategy = 3,
  Router = 4,
  Synthetic = 5,
  Impairment = 6,
  Torture = 7,
  Parent = 8
};

class Random {
 public:
  Random(std::uint64_t seed, Stream stream, std::uint64_t parent = 0) {
    std::uint64_t z = seed ^ (static_cast<std::uint64_t>(stream) * 0xd1342543de82ef95ull) ^ (parent * 0xaf251af3b0f025b5ull);
    for (std::uint64_t& word : state_) {
      z += 0x9e3779b97f4a7c15ull;
      std::uint64_t x = z;
      x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
      x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
      word = x ^ (x >> 31);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate_left(state_[3], 45);
    return result;
  }

  // [0, bound), by the high half of a product (Lemire): bias below 2^-32 for the small bounds used here.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32); }

  // [0, 1)
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  // Exponential with the given mean: gaps of a Poisson process.
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }

 private:
  static std::uint64_t rotate_left(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  std::uint64_t state_[4];
};

}  // namespace hopscope::core
