// From what is wanted to the orders that leave for it: one, at the venue that the rule picks, or with rule smart one for each venue that
// gets a part (router/smart_router.h). Keeps what the decision was made of until the next one, for the journal.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/oms/answer_clock.h"
#include "engine/oms/child_event.h"
#include "engine/oms/child_order.h"
#include "engine/oms/market_view.h"
#include "engine/router/router.h"
#include "engine/router/smart_router.h"

namespace hopscope::oms {

class OrderRouting {
 public:
  struct Leg {
    std::uint8_t venue = 0;
    ChildRequest request{};
  };

  // slots: child orders that are kept track of at each venue.
  OrderRouting(const core::Plan& plan, unsigned venues, std::uint32_t slots)
      : venues_(venues),
        smart_on_(plan.router == core::RouterRule::Smart),
        router_(plan.router, plan.routing.single),
        smart_(plan.routing, plan.venue_profiles, venues),
        clock_(smart_on_ && plan.routing.measures_latency() ? venues : 0, slots) {}

  // For measured latency.
  void calibrate(const core::Calibration& calibration) { clock_.calibrate(calibration); }

  // Rule smart: what it decides depends on what venues have answered.
  bool listens() const { return smart_on_; }

  // touch: the best of all venues. Valid until the next call.
  std::span<const Leg> route(const Tick& tick, const ChildRequest& request, const book::Touch& touch, const MarketView& market) {
    if (smart_on_) [[unlikely]]
      return route_smart(tick, request, touch, market);
    for (unsigned v = 0; v < venues_; ++v) views_[v].touch = market.is_split() ? market.touch(v, tick.locate) : touch;
    legs_[0] = {static_cast<std::uint8_t>(router_.pick(request.side, views())), request};
    return {legs_.data(), 1};
  }

  // What the last decision was made of: the views with most rules, the route with rule smart, which has no views.
  std::span<const router::VenueView> views() const { return {views_.data(), smart_on_ ? 0 : venues_}; }
  const router::Route* smart_route() const { return route_; }
  const router::Availability& availability() const { return smart_.availability(); }
  // Empty where latency is not measured.
  const router::AnswerTime& answer_time(unsigned venue) const { return smart_.figures(venue).answer_time(); }

  void take(const ChildEvent& event) {
    if (!smart_on_) [[likely]]
      return;
    const ChildOrder& order = event.order;
    router::VenueFigures& figures = smart_.figures(order.venue);
    if (clock_.on()) time(event, figures);
    switch (event.kind) {
      case ChildEventKind::Rejected:
        if (!came_too_late(event)) figures.rejected();
        smart_.availability().answered(order.venue);
        break;
      case ChildEventKind::Filled:
      case ChildEventKind::Cancelled:
        if (is_last(event)) figures.ended(order.type != OrderType::Limit, order.quantity, order.filled);
        [[fallthrough]];
      case ChildEventKind::Accepted:
      case ChildEventKind::Replaced:
      case ChildEventKind::Revived:
        smart_.availability().answered(order.venue);
        break;
      case ChildEventKind::GivenUp:
        smart_.availability().timed_out(order.venue);
        break;
      case ChildEventKind::Sent:
      case ChildEventKind::Blocked:
      case ChildEventKind::CancelRefused:
        break;
    }
  }

 private:
  // A late answer counts like any other: that is how long it took.
  void time(const ChildEvent& event, router::VenueFigures& figures) {
    const ChildOrder& order = event.order;
    if (event.kind == ChildEventKind::Sent) return clock_.sent(order.venue, order.user_ref, core::now_ticks());
    const bool answers =
        event.kind == ChildEventKind::Accepted || event.kind == ChildEventKind::Rejected || event.kind == ChildEventKind::Revived;
    if (!answers) return;
    if (const std::uint64_t ns = clock_.answered(order.venue, order.user_ref, core::now_ticks()); ns != 0) figures.answered_in(ns);
  }

  std::span<const Leg> route_smart(const Tick& tick, const ChildRequest& request, const book::Touch& touch, const MarketView& market) {
    const router::Wanted wanted{request.side, request.type != OrderType::Limit, request.price, request.quantity, request.last_try};
    const auto each_level = [&](unsigned venue, book::Side side, auto&& visit) { market.each_level(venue, tick.locate, side, visit); };
    route_ = &smart_.route(wanted, touch, tick.market_ns, each_level);
    std::size_t count = 0;
    for (const router::Leg& leg : route_->legs.span()) {
      Leg& to = legs_[count++];
      to = {leg.venue, request};
      to.request.quantity = leg.shares;
      to.request.price = leg.limit;
      if (wanted.takes) to.request.type = leg.limit == 0 ? OrderType::Market : OrderType::ImmediateOrCancel;
    }
    return {legs_.data(), count};
  }

  const unsigned venues_;
  const bool smart_on_;
  router::Router router_;
  router::SmartRouter smart_;
  AnswerClock clock_;
  std::array<router::VenueView, core::kMaxVenues> views_{};
  const router::Route* route_ = nullptr;  // of the last decision
  std::array<Leg, core::kMaxVenues + 1> legs_{};
};

}  // namespace hopscope::oms
