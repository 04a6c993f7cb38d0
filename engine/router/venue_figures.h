// What the router has learned of one venue from its own orders. Sums only, and nothing of another venue, so that answers of several may
// come in any order.
#pragma once

#include <cstdint>

#include "engine/book/order.h"
#include "engine/router/answer_time.h"

namespace hopscope::router {

class VenueFigures {
 public:
  // An order that took, or rested, has ended: of `asked` shares it got `got`.
  void ended(bool took, book::Quantity asked, book::Quantity got) {
    Shares& shares = took ? took_ : rested_;
    shares.asked += asked;
    shares.got += got;
  }
  void rejected() { ++rejects_; }
  void answered_in(std::uint64_t ns) { answer_time_.add(ns); }

  // Shares that did not fill, in millionths of those asked for. Nothing is known at first, and little counts little: as if kBelief shares
  // had all been filled before.
  std::int64_t missed_ppm(bool takes) const {
    const Shares& shares = takes ? took_ : rested_;
    const std::uint64_t missed = shares.asked - shares.got;
    return static_cast<std::int64_t>(missed * 1'000'000 / (shares.asked + kBelief));
  }
  std::uint64_t rejects() const { return rejects_; }
  const AnswerTime& answer_time() const { return answer_time_; }

  void forget_half() {
    for (Shares* shares : {&took_, &rested_}) {
      shares->asked -= shares->asked / 2;
      shares->got -= shares->got / 2;
      if (shares->asked == 1) *shares = {};
    }
    rejects_ /= 2;
    answer_time_.forget_half();
  }

 private:
  static constexpr std::uint64_t kBelief = 1'000;  // shares
  struct Shares {
    std::uint64_t asked = 0, got = 0;
  };
  Shares took_, rested_;
  std::uint64_t rejects_ = 0;
  AnswerTime answer_time_;  // stays empty where nobody measures
};

}  // namespace hopscope::router
