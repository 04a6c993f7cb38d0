// Digest of a stream of logical business records: equal streams, equal digests, whatever the build, device, placement or speed.
//
// A digest takes 64-bit words in the order in which one writer produced them; digests of several writers are folded together in a fixed
// order of writers. The mixing step is the one of MurmurHash3's 64-bit finaliser (Appleby, public domain), applied to a running state: it
// is for comparing runs, not against forgery.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::core {

class Digest {
 public:
  void add(std::uint64_t word) {
    std::uint64_t x = state_ ^ (word * 0xff51afd7ed558ccdull);
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ull;
    x ^= x >> 29;
    state_ = x + 0x9e3779b97f4a7c15ull;
    ++words_;
  }
  void add(const Digest& other) {
    add(other.state_);
    add(other.words_);
  }
  std::uint64_t value() const { return state_ ^ words_; }
  std::string hex() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (int i = 0; i < 16; ++i) text[static_cast<std::size_t>(i)] = kDigits[(value() >> (60 - 4 * i)) & 15];
    return text;
  }

 private:
  std::uint64_t state_ = 0x6a09e667f3bcc908ull;
  std::uint64_t words_ = 0;
};

}  // namespace hopscope::core
