// Rule smart: every venue's quotes with what it costs to trade there, and the order shared out by that (allocation.h).
//
// score of a quote = price (a sale's counts negative)
//                  + fee x fees%                                              the venue's profile: what it takes, or what it pays
//                  + spread x share that did not fill x fill%                 learned from the router's own orders there
//                  + latency [us] x latency_micros                            the venue's profile, market time; or as measured, wall time
//                  + recent rejects x reject_micros
//
// in millionths of the currency a share. What was learned loses half of its weight every half_life_ns of market time. Integers only, and
// nothing here reads a clock: the same feed gives the same orders anywhere, unless latency is measured.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "engine/book/books.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/router/allocation.h"
#include "engine/router/availability.h"
#include "engine/router/quote.h"
#include "engine/router/venue_figures.h"

namespace hopscope::router {

// One decision, with all that it was made of.
struct Route {
  Wanted wanted;
  std::array<Quote, kMostQuotes> quotes_room{};
  std::size_t quotes_count = 0;
  Probe probe;
  Legs legs{Wanted{}, {}, Probe{}};

  std::span<const Quote> quotes() const { return {quotes_room.data(), quotes_count}; }
};

class SmartRouter {
 public:
  // profiles: those that are missing charge nothing and answer at once.
  SmartRouter(const core::RoutingPlan& plan, std::span<const core::VenuePlan> profiles, unsigned venues)
      : plan_(plan), venues_(venues), availability_(plan, venues) {
    for (unsigned v = 0; v < std::min<std::size_t>(venues, profiles.size()); ++v) profiles_[v] = profiles[v];
  }

  // each_level(venue, side, visit): visit(price, shares, orders) for each level of a venue's book, best first, until it returns false.
  // touch: the best of all venues. Valid until the next call.
  template <class EachLevel>
  const Route& route(const Wanted& wanted, const book::Touch& touch, std::uint64_t market_ns, EachLevel&& each_level) {
    forget(market_ns);
    route_.wanted = wanted;
    route_.probe = availability_.look(market_ns, wanted.takes);
    route_.quotes_count = 0;
    const std::int64_t spread = touch.bid == 0 || touch.ask <= touch.bid ? 0 : std::int64_t{kMicros} * (touch.ask - touch.bid);
    for (unsigned v = 0; v < venues_; ++v) {
      if (availability_.is_out(v)) continue;
      Quote quote;
      quote.venue = static_cast<std::uint8_t>(v);
      quote.terms = terms(v, wanted.takes, spread);
      if (wanted.takes) {
        each_level(v, book::opposite(wanted.side), [&](book::Price price, std::uint64_t shares, std::uint64_t) {
          quote.price = price;
          quote.shares = static_cast<book::Quantity>(std::min<std::uint64_t>(shares, std::numeric_limits<book::Quantity>::max()));
          add(quote);
          return ++quote.level < plan_.levels;
        });
      } else {
        each_level(v, wanted.side, [&](book::Price price, std::uint64_t shares, std::uint64_t) {
          quote.price = price;
          quote.shares = static_cast<book::Quantity>(std::min<std::uint64_t>(shares, std::numeric_limits<book::Quantity>::max()));
          return false;
        });
        add(quote);
      }
    }
    route_.legs = Legs(wanted, route_.quotes(), route_.probe);
    return route_;
  }

  VenueFigures& figures(unsigned venue) { return figures_[venue]; }
  const VenueFigures& figures(unsigned venue) const { return figures_[venue]; }
  Availability& availability() { return availability_; }
  const Availability& availability() const { return availability_; }

 private:
  static constexpr std::int64_t kMicros = 100;  // of the 4th decimal

  void add(const Quote& quote) { route_.quotes_room[route_.quotes_count++] = quote; }

  Terms terms(unsigned venue, bool takes, std::int64_t spread) const {
    const core::VenuePlan& profile = profiles_[venue];
    const std::int64_t fee = takes ? profile.take_micros : profile.make_micros;
    const VenueFigures& figures = figures_[venue];
    return {narrow(fee * plan_.fees_percent / 100), narrow(spread * figures.missed_ppm(takes) / 1'000'000 * plan_.fill_percent / 100),
            narrow(static_cast<std::int64_t>(latency_ns(venue)) * plan_.latency_micros / 1'000),
            narrow(static_cast<std::int64_t>(figures.rejects()) * plan_.reject_micros)};
  }

  std::uint64_t latency_ns(unsigned venue) const {
    return plan_.measures_latency() ? figures_[venue].answer_time().mean_ns() : profiles_[venue].latency_ns;
  }

  static std::int32_t narrow(std::int64_t micros) {
    using Limits = std::numeric_limits<std::int32_t>;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(micros, Limits::min(), Limits::max()));
  }

  void forget(std::uint64_t market_ns) {
    if (forgets_at_ns_ == 0) forgets_at_ns_ = market_ns + plan_.half_life_ns;
    if (market_ns < forgets_at_ns_) [[likely]]
      return;
    for (unsigned v = 0; v < venues_; ++v) figures_[v].forget_half();
    // Once, however long ago the last order was.
    forgets_at_ns_ = market_ns + plan_.half_life_ns;
  }

  const core::RoutingPlan plan_;
  const unsigned venues_;
  std::array<core::VenuePlan, core::kMaxVenues> profiles_;
  std::array<VenueFigures, core::kMaxVenues> figures_;
  Availability availability_;
  std::uint64_t forgets_at_ns_ = 0;  // market time; 0: no order yet
  Route route_;
};

}  // namespace hopscope::router
