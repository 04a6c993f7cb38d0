// How much was counted within the last second of market time, in steps of a sixteenth: what is counted leaves after 15 to 16 sixteenths.
#pragma once

#include <array>
#include <cstdint>

namespace hopscope::risk {

class SlidingCount {
 public:
  // Time that runs backwards counts as the latest there was.
  void add(std::uint64_t market_ns, std::uint32_t n = 1) {
    turn(market_ns);
    steps_[last_ % kSteps] += n;
    sum_ += n;
  }

  std::uint64_t sum(std::uint64_t market_ns) {
    turn(market_ns);
    return sum_;
  }

  void reset() {
    steps_ = {};
    sum_ = 0;
  }

 private:
  static constexpr std::uint64_t kSteps = 16;
  static constexpr std::uint64_t kStepNs = 1'000'000'000 / kSteps;

  void turn(std::uint64_t market_ns) {
    const std::uint64_t step = market_ns / kStepNs;
    if (step <= last_) [[likely]]
      return;
    if (step - last_ >= kSteps) {
      reset();
    } else {
      for (std::uint64_t at = last_ + 1; at <= step; ++at) {
        sum_ -= steps_[at % kSteps];
        steps_[at % kSteps] = 0;
      }
    }
    last_ = step;
  }

  std::array<std::uint32_t, kSteps> steps_{};
  std::uint64_t last_ = 0, sum_ = 0;
};

}  // namespace hopscope::risk
