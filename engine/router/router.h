// Which venue gets a child order.
//
//   best-price   the venue with the best price on the far side (what the order would trade against); equal prices go to the venue that
//                was used longest ago
//   round-robin  one venue after the other
//   single       always the same one
//   smart        by score, and shared out over several venues (smart_router.h)
//
// Where every venue has all of the feed's orders (feed.liquidity: shared) their views are equal, and best-price is decided by its second
// rule. A venue counts as used when it is picked, whatever it answers: the order stream stays a function of the feed.
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
  // Which venue was used when: what later picks depend on, beside the rule.
  struct State {
    std::uint64_t picks = 0;
    std::array<std::uint64_t, core::kMaxVenues> last_used{};  // the number of the pick; 0: never
  };

  // single: the venue of rule single. Rule smart is not decided here.
  explicit Router(core::RouterRule rule, unsigned single = 0) : rule_(rule), single_(single) {}
  Router(core::RouterRule rule, unsigned single, const State& state) : rule_(rule), single_(single), state_(state) {}

  const State& state() const { return state_; }

  // views: one a venue, in the order of their indices; at least one, at most core::kMaxVenues.
  unsigned pick(book::Side side, std::span<const VenueView> views) {
    const unsigned venue = choose(side, views);
    state_.last_used[venue] = ++state_.picks;
    return venue;
  }

 private:
  unsigned choose(book::Side side, std::span<const VenueView> views) const {
    if (rule_ == core::RouterRule::Single) return single_;
    return rule_ == core::RouterRule::RoundRobin ? longest_unused(views.size()) : best_price(side, views);
  }

  // Never used venues come first, in the order of their indices: so this is round-robin when it alone decides.
  unsigned longest_unused(std::size_t venues) const {
    unsigned best = 0;
    for (unsigned v = 1; v < venues; ++v)
      if (state_.last_used[v] < state_.last_used[best]) best = v;
    return best;
  }

  unsigned best_price(book::Side side, std::span<const VenueView> views) const {
    unsigned best = 0;
    std::uint32_t best_score = score(side, views[0].touch);
    for (unsigned v = 1; v < views.size(); ++v) {
      const std::uint32_t venue_score = score(side, views[v].touch);
      if (venue_score < best_score || (venue_score == best_score && state_.last_used[v] < state_.last_used[best])) {
        best = v;
        best_score = venue_score;
      }
    }
    return best;
  }

  core::RouterRule rule_;
  unsigned single_;
  State state_;
};

}  // namespace hopscope::router
