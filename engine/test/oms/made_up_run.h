// Records of an OMS among made-up venues in a made-up market.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/core/random.h"
#include "engine/test/oms/oms_journal.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {

inline core::Plan two_venues() {
  core::Plan plan = rig_plan();
  plan.venues = 2;
  plan.oms.limit_percent = 50;
  plan.oms.cancel_after = 3;
  plan.feed.warmup_messages = 20;
  plan.risk.max_orders_per_second = 40;
  return plan;
}

// Resting orders are replaced on their way to their cancel.
inline core::Plan replacing_venues() {
  core::Plan plan = two_venues();
  plan.oms.cancel_after = 12;
  plan.oms.replace_after = 2;
  return plan;
}

// What a made-up market and made-up venues leave: an order for each message, answered or not, in part or in whole; rate limits, late
// answers, gaps.
struct MadeUpRun {
  explicit MadeUpRun(const core::Plan& plan, std::uint64_t seed)
      : rig(plan, 1'024, {256, 0, 1}, &kept.journal), random(seed, core::Stream::Synthetic) {
    rig.oms->audit().begin(plan, 1);
    rig.open_market();
    rig.poll();
    for (int i = 0; i < 300; ++i) {
      rig.market_ns += random.below(30'000'000);
      rig.tick();
      for (unsigned venue = 0; venue < plan.venues; ++venue) {
        for (const SentMessage& message : rig.sent(venue)) take(message, venue);
      }
      rig.poll();
    }
    rig.end_run();
    records = kept.records();
  }

  void take(const SentMessage& message, unsigned venue) {
    if (const auto* order = message.order()) answer(order->user_ref, order->quantity, venue);
    if (const auto* replace = message.replace()) answer(*replace, venue);
  }

  // What was executed of the order counts. Of one that is not answered both stay open.
  void answer(const wire::ouch::ReplaceOrder& replace, unsigned venue) {
    const std::uint32_t old = replace.original_user_ref, user_ref = replace.user_ref;
    const std::uint64_t was = journal::client_order(venue, old), is = journal::client_order(venue, user_ref);
    executed[is] = executed[was];
    switch (random.below(4)) {
      case 0:
        return rig.answer({rig.rejected(user_ref)}, venue);
      case 1:
        open[is] = 0;
        return;
      default:
        open.erase(was);
        open[is] = 5;
        executed[is] += 7;
        // Two of the old one's cross with the request.
        return rig.answer(
            {rig.executed(old, 2), rig.replaced(old, user_ref, replace.quantity - executed[was] - 2), rig.executed(user_ref, 5)}, venue);
    }
  }

  void answer(std::uint32_t user_ref, std::uint32_t quantity, unsigned venue) {
    switch (random.below(6)) {
      case 0:
        return rig.answer({rig.rejected(user_ref)}, venue);
      case 1:
        open[journal::client_order(venue, user_ref)] = 0;
        return;  // none
      case 2:
        open[journal::client_order(venue, user_ref)] = 0;
        return rig.answer({rig.accepted(user_ref)}, venue);
      case 3:
        return rig.answer({rig.accepted(user_ref), rig.executed(user_ref, 30), rig.cancelled(user_ref)}, venue);
      case 4:
        shares[venue] += quantity;
        return rig.answer({rig.accepted(user_ref), rig.executed(user_ref, 40), rig.executed(user_ref, quantity - 40)}, venue);
      default:
        open[journal::client_order(venue, user_ref)] = 10;
        executed[journal::client_order(venue, user_ref)] = 10;
        return rig.answer({rig.executed(user_ref, 10)}, venue);  // its acceptance was lost
    }
  }

  OmsJournal kept;
  OmsRig rig;
  core::Random random;
  std::array<std::uint64_t, 2> shares{};            // of orders that filled
  std::map<std::uint64_t, std::uint32_t> open;      // id -> shares filled
  std::map<std::uint64_t, std::uint32_t> executed;  // id -> shares filled, under earlier numbers too
  std::vector<journal::Record> records;
};

}  // namespace hopscope::oms
