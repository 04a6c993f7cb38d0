// Which venue gets a child order.
//
//   best-price   the venue with the best price on the far side (what the order would trade against); equal prices go to the venue that
//                was used longest ago
//   round-robin  one venue after the other
//
// In this form of the pipeline all venues build their books from one feed, so their views are equal and best-price is decided by its
// second rule. A venue counts as used when it is picked, whatever it answers: the order stream stays a function of the feed.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/book/books.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"

namespace hopscope::router {

// A venue's book as the OMS knows it.
struct VenueView {
  book::Touch touch;
};

// What best-price compares. Lower is better on both sides; an empty far side is worse than any price.
inline std::uint32_t score(book::Side side, const book::Touch& touch) {
  if (side == book::Side::Buy) return touch.ask == 0 ? ~0u : touch.ask;
  return ~touch.bid;
}

class Router {
 public:
  explicit Router(core::RouterRule rule) : rule_(rule) {}

  // views: one a venue, in the order of their indices; at least one, at most core::kMaxVenues.
  unsigned pick(book::Side side, std::span<const VenueView> views) {
    const unsigned venue = rule_ == core::RouterRule::RoundRobin ? longest_unused(views.size()) : best_price(side, views);
    last_used_[venue] = ++picks_;
    return venue;
  }

 private:
  // Never used venues come first, in the order of their indices: so this is round-robin when it alone decides.
  unsigned longest_unused(std::size_t venues) const {
    unsigned best = 0;
    for (unsigned v = 1; v < venues; ++v)
      if (last_used_[v] < last_used_[best]) best = v;
    return best;
  }

  unsigned best_price(book::Side side, std::span<const VenueView> views) const {
    unsigned best = 0;
    std::uint32_t best_score = score(side, views[0].touch);
    for (unsigned v = 1; v < views.size(); ++v) {
      const std::uint32_t venue_score = score(side, views[v].touch);
      if (venue_score < best_score || (venue_score == best_score && last_used_[v] < last_used_[best])) {
        best = v;
        best_score = venue_score;
      }
    }
    return best;
  }

  core::RouterRule rule_;
  std::uint64_t picks_ = 0;
  std::array<std::uint64_t, core::kMaxVenues> last_used_{};
};

}  // namespace hopscope::router
