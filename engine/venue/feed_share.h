// Which of the feed's orders rest at a venue: all, or those whose home it is.
#pragma once

#include "engine/book/home_venue.h"
#include "engine/core/plan.h"

namespace hopscope::venue {

struct FeedShare {
  unsigned venue = 0;
  unsigned venues = 1;  // that share the feed's orders between them; 1: this one has all of them

  bool is_whole() const { return venues == 1; }
  bool has(book::OrderId reference) const { return is_whole() || book::home_venue(reference, venues) == venue; }
};

inline FeedShare feed_share(const core::Plan& plan, unsigned venue) {
  return plan.feed.liquidity == core::Liquidity::Split ? FeedShare{venue, plan.venues} : FeedShare{};
}

}  // namespace hopscope::venue
