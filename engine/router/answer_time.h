// How long a venue takes to answer an order, in wall time: the mean over its answers, the newer ones weighing more.
//
// The weight of one answer is 1/8, as of one round trip in TCP's smoothed round-trip time (Jacobson, Congestion Avoidance and Control,
// 1988; RFC 6298, section 2): the last 16 answers make nine tenths of it. A venue that nobody asks has no answers that could correct it, so
// each half-life without one halves what is believed of it, until it is asked again.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hopscope::router {

class AnswerTime {
 public:
  static constexpr std::int64_t kWeight = 8;  // an answer counts one part in so many

  void add(std::uint64_t ns) {
    const auto time = static_cast<std::int64_t>(std::min(ns, kLongestNs));
    sum_ = count_ == 0 ? kWeight * time : sum_ + time - sum_ / kWeight;
    ++count_;
    heard_ = true;
  }
  // 0: it has not answered yet.
  std::uint64_t mean_ns() const { return static_cast<std::uint64_t>(sum_ / kWeight); }
  std::uint64_t count() const { return count_; }

  // A half-life is over.
  void forget_half() {
    if (!heard_) sum_ /= 2;
    heard_ = false;
  }

 private:
  static constexpr std::uint64_t kLongestNs = 60'000'000'000;  // whatever took longer: a minute

  std::int64_t sum_ = 0;  // kWeight x the mean
  std::uint64_t count_ = 0;
  bool heard_ = false;  // since the last half-life
};

}  // namespace hopscope::router
