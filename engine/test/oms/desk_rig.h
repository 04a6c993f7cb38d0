// Parent orders at work in a whole OMS: one whose venue fills at once, and one at whose venue orders rest.
#pragma once

#include <map>
#include <string>

#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {

inline constexpr std::uint64_t kMillisecondNs = 1'000'000;

inline core::ParentPlan twap(std::uint32_t quantity = 1'000, std::uint32_t slices = 10) {
  core::ParentPlan parent;
  parent.name = "twap";
  parent.locate = kLocate;
  parent.quantity = quantity;
  parent.end_ns = slices * kMillisecondNs;
  parent.slices = slices;
  return parent;
}

inline core::Plan plan_of(const core::ParentPlan& parent) {
  core::Plan plan = rig_plan();
  plan.oms.every = 0;
  plan.oms.parents = {parent};
  return plan;
}

// Shares of each order that a fake venue fills at once; it cancels the rest.
using FillShares = std::function<std::uint32_t(std::uint32_t asked)>;

class DeskRig {
 public:
  explicit DeskRig(
      const core::Plan& plan, FillShares fill = [](std::uint32_t asked) { return asked; }, journal::Journal* journal = nullptr)
      : rig(plan, 1'024, {256, 0, 1}, journal), fill_(std::move(fill)) {
    if (journal != nullptr) rig.oms->audit().begin(plan, 1);
    rig.open_market();
    rig.poll();
  }

  // Market time goes on in steps of 20 us; the venue answers every one.
  void run(std::uint64_t ns) {
    for (const std::uint64_t until = rig.market_ns + ns; rig.market_ns < until;) {
      rig.market_ns += 20'000;
      rig.tick();
      for (const SentMessage& message : rig.sent()) answer(message);
      rig.poll();
    }
  }

  const ParentOrder& parent(std::size_t index = 0) { return rig.oms->desk().parents()[index]; }

  struct Sent {
    std::uint64_t at_ns;  // since the market opened
    std::uint32_t quantity;
    std::uint64_t price;
    char side;
  };

  OmsRig rig;
  std::vector<Sent> orders;

 private:
  void answer(const SentMessage& message) {
    if (message.mass_cancel() != nullptr) return;
    const auto* order = message.order();
    ASSERT_NE(order, nullptr);
    orders.push_back({rig.market_ns - 34'200 * kSecondNs, order->quantity, order->price, order->side});
    const std::uint32_t ref = order->user_ref, asked = order->quantity, filled = fill_(asked);
    std::vector<OmsRig::Encode> answers{rig.accepted(ref)};
    if (filled != 0) answers.push_back(rig.executed(ref, filled));
    if (filled != asked)
      answers.push_back([=, this](auto out) {
        return wire::ouch::encode_cancelled(out, rig.market_ns, ref, asked - filled, wire::ouch::kCancelImmediate);
      });
    rig.answer(answers);
  }

  FillShares fill_;
};

// A fake venue at which resting orders fill only where the test says so.
class PostingRig {
 public:
  explicit PostingRig(const core::ParentPlan& parent) : rig(plan_of(parent)) {
    rig.open_market();
    rig.poll();
  }

  // One step of market time; returns what was sent at it. Orders are accepted, takers filled, cancels granted.
  std::vector<SentMessage> step(std::uint64_t ns = 20'000) {
    rig.market_ns += ns;
    rig.tick();
    std::vector<SentMessage> messages = rig.sent();
    for (const SentMessage& message : messages) {
      if (const auto* order = message.order()) {
        rig.answer({rig.accepted(order->user_ref)});
        if (order->time_in_force == wire::ouch::kTimeInForceDay) {
          resting[order->user_ref] = order->quantity;
        } else {
          rig.answer({rig.executed(order->user_ref, order->quantity)});
        }
      } else if (const auto* cancel = message.cancel(); cancel != nullptr && resting.contains(cancel->user_ref)) {
        const std::uint32_t ref = cancel->user_ref, shares = resting[ref];
        resting.erase(ref);
        rig.answer(
            {[=, this](auto out) { return wire::ouch::encode_cancelled(out, rig.market_ns, ref, shares, wire::ouch::kCancelByUser); }});
      }
    }
    rig.poll();
    return messages;
  }

  std::vector<SentMessage> run(std::uint64_t ns) {
    std::vector<SentMessage> all;
    for (const std::uint64_t until = rig.market_ns + ns; rig.market_ns < until;)
      for (SentMessage& message : step()) all.push_back(std::move(message));
    return all;
  }

  void fill_resting() {
    for (const auto& [ref, shares] : resting) rig.answer({rig.executed(ref, shares)});
    resting.clear();
    rig.poll();
  }

  const ParentOrder& parent() { return rig.oms->desk().parents()[0]; }

  OmsRig rig;
  std::map<std::uint32_t, std::uint32_t> resting;  // shares by UserRefNum
};

inline core::ParentPlan posting() {
  core::ParentPlan parent = twap();
  parent.posts = true;
  parent.band_ppm = 100'000;  // 100 shares: one slice
  return parent;
}

}  // namespace hopscope::oms
