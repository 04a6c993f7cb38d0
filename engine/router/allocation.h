// One order, shared out over venues by their quotes' scores.
//
// An order that takes walks the quotes of all venues as one book in the order of their scores, up to its limit: each venue gets one leg,
// with the shares taken there and the worst of their prices as its limit. What no quote is left for goes with the first leg: the venue
// cancels it, and it comes back, unless the order is to be filled at any price: then no leg has a limit. An order that rests goes to one
// venue. All of it is a function of its arguments, so a journal's records of them give the same legs again.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/router/quote.h"

namespace hopscope::router {

inline constexpr std::size_t kMostQuotes = std::size_t{core::kMaxVenues} * core::kMostRoutedLevels;

// An order to a venue that was taken out, to see whether it answers. shares 0: none.
struct Probe {
  std::uint8_t venue = 0;
  book::Quantity shares = 0;
};

struct Leg {
  std::uint8_t venue = 0;
  book::Quantity shares = 0;
  book::Price limit = 0;  // 0: any price
};

class Legs {
 public:
  // quotes: at most kMostQuotes, those of one venue best first. Without any the order goes to venue 0.
  Legs(const Wanted& wanted, std::span<const Quote> quotes, const Probe& probe) {
    book::Quantity left = wanted.shares;
    if (probe.shares != 0) {
      add(probe.venue, std::min(probe.shares, left), wanted.limit);
      left -= std::min(probe.shares, left);
    }
    if (left != 0) share_out(wanted, quotes, left);
  }

  std::span<const Leg> span() const { return {legs_.data(), count_}; }

 private:
  void share_out(const Wanted& wanted, std::span<const Quote> quotes, book::Quantity left) {
    std::array<std::uint8_t, kMostQuotes> order{};
    const std::size_t count = rank(wanted, quotes, order);
    const std::size_t first = count_;
    for (std::size_t i = 0; i < count && left != 0; ++i) {
      const Quote& quote = quotes[order[i]];
      if (wanted.takes && !within(wanted, quote.price)) continue;
      const book::Quantity shares = wanted.takes ? std::min(left, quote.shares) : left;
      take(first, quote.venue, shares, !wanted.takes ? wanted.limit : wanted.any_price ? 0 : quote.price);
      left -= shares;
    }
    if (left == 0) return;
    if (count_ == first) return add(count == 0 ? std::uint8_t{0} : quotes[order[0]].venue, left, wanted.limit);
    legs_[first].shares += left;
  }

  static bool within(const Wanted& wanted, book::Price price) {
    if (wanted.limit == 0) return true;
    return wanted.side == book::Side::Buy ? price <= wanted.limit : price >= wanted.limit;
  }

  // Indices of the quotes, best score first; of equal ones the lower venue, then the better level.
  static std::size_t rank(const Wanted& wanted, std::span<const Quote> quotes, std::array<std::uint8_t, kMostQuotes>& order) {
    std::array<std::int64_t, kMostQuotes> scores{};
    const std::size_t count = std::min(quotes.size(), kMostQuotes);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t own = score(wanted, quotes[i]);
      std::size_t at = i;
      for (; at > 0 && scores[at - 1] > own; --at) {
        scores[at] = scores[at - 1];
        order[at] = order[at - 1];
      }
      scores[at] = own;
      order[at] = static_cast<std::uint8_t>(i);
    }
    return count;
  }

  void take(std::size_t first, std::uint8_t venue, book::Quantity shares, book::Price limit) {
    for (std::size_t i = first; i < count_; ++i) {
      if (legs_[i].venue != venue) continue;
      legs_[i].shares += shares;
      legs_[i].limit = limit;  // levels come best first
      return;
    }
    add(venue, shares, limit);
  }

  void add(std::uint8_t venue, book::Quantity shares, book::Price limit) { legs_[count_++] = {venue, shares, limit}; }

  std::array<Leg, core::kMaxVenues + 1> legs_{};  // one a venue, and the probe
  std::size_t count_ = 0;
};

}  // namespace hopscope::router
