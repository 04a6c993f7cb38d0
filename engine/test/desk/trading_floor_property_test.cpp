// Whatever links and venues do to the trading desk: what the OMS believes to have is what the venues have, no limit is exceeded, no order
// leaves once the kill switch is pulled, and every child order comes to an end.
//
// What leaves the OMS is judged by a model that has seen nothing but the wire. HOPSCOPE_DESK_STEPS=1000000 for more (npm run test:long).
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/test/desk/trading_floor.h"

namespace hopscope::desk {
namespace {

constexpr double kGapNs = 100'000;  // 10,000 messages a second of market time
constexpr std::uint64_t kSecondNs = 1'000'000'000;

// What the desk does beside its strategy.
enum class Desk : std::uint8_t {
  Plain,
  Routed,  // over venues of which each has a part of the feed's orders, by score, and again what did not fill
  Worked   // and parent orders by every algorithm
};
constexpr std::array kDesks = {Desk::Plain, Desk::Routed, Desk::Worked};

core::ParentPlan parent(core::Algorithm algorithm, std::uint16_t locate, char side, bool posts) {
  core::ParentPlan plan;
  plan.name = core::name(algorithm);
  plan.locate = locate;
  plan.side = side;
  plan.quantity = 4'000;
  plan.algorithm = algorithm;
  plan.end_ns = 3 * kSecondNs / 4;
  plan.posts = plan.reposts = posts;
  plan.rate_ppm = 200'000;
  plan.urgency_milli = 2'000;
  plan.randomise_ppm = 500'000;
  return plan;
}

core::Plan floor_plan(Desk desk) {
  const auto seed = static_cast<std::uint64_t>(desk) + 1;
  core::Plan plan;
  plan.seed = seed;
  plan.venues = 3;
  plan.venue_profiles = {{"A", -2'000, 3'000, 0, 256}, {"B", 0, 1'000, 50'000, 2}, {"C", -1'000, 2'500, 250'000, 16}};
  plan.feed.symbols = 4;
  plan.journal.block_bytes = 4'096;
  plan.journal.size_bytes = 1 << 20;
  plan.impair.drop_ppm = 20'000;
  plan.impair.duplicate_ppm = 20'000;
  plan.impair.reorder_ppm = 20'000;
  plan.impair.seed = seed;
  plan.oms.every = 2;
  plan.oms.limit_percent = 50;
  plan.oms.market_percent = 5;
  plan.oms.cancel_after = 16;
  plan.oms.replace_after = 5;
  plan.oms.ack_timeout_ns = 2'000'000;
  plan.risk.max_orders_per_second = 2'000;
  plan.risk.max_position = 5'000;
  if (desk == Desk::Plain) return plan;
  plan.router = core::RouterRule::Smart;
  plan.routing.reroutes = 3;
  plan.routing.probe_every_ns = 1'000'000;
  plan.feed.liquidity = core::Liquidity::Split;
  plan.oms.quantity = 700;
  if (desk == Desk::Routed) return plan;
  plan.oms.parents = {parent(core::Algorithm::Twap, 1, 'B', true), parent(core::Algorithm::Vwap, 2, 'S', false),
                      parent(core::Algorithm::Pov, 3, 'B', false), parent(core::Algorithm::Shortfall, 4, 'S', true)};
  return plan;
}

// What anybody could know who has seen every message between the OMS and its venues.
class Model final {
 public:
  explicit Model(const core::Plan& plan) : plan_(plan) {
    for (unsigned v = 0; v < plan.venues; ++v) ears_.push_back(std::make_unique<Ear>(*this, v));
  }

  std::vector<Wire*> watchers() const {
    std::vector<Wire*> all;
    for (const auto& ear : ears_) all.push_back(ear.get());
    return all;
  }

  std::uint64_t now_ns = 0;
  bool killed = false;

  std::uint64_t orders() const { return orders_; }
  std::uint64_t rejected() const { return rejected_; }
  std::uint64_t replaced() const { return replaced_; }
  std::uint64_t replacements_rejected() const { return replacements_rejected_; }
  const std::string& complaint() const { return complaint_; }
  std::size_t open() const {
    std::size_t count = 0;
    for (const auto& [key, order] : sent_) count += order.open != 0;
    return count;
  }

 private:
  struct Order {
    std::string symbol;
    bool buys = false;
    bool replaces = false;
    std::uint32_t open = 0;      // shares
    std::uint32_t executed = 0;  // under earlier numbers too
  };
  struct Held {
    std::int64_t position = 0;
    std::uint64_t open_buys = 0, open_sells = 0;
  };
  struct Ear final : Wire {
    Ear(Model& of_model, unsigned of_venue) : model(of_model), venue(of_venue) {}
    void sent(const wire::ouch::Message& message) override { model.sent(venue, message); }
    void heard(const wire::ouch::Message& message) override { model.heard(venue, message); }
    Model& model;
    unsigned venue;
  };

  void complain(const std::string& what) {
    if (complaint_.empty()) complaint_ = what + " at " + std::to_string(now_ns) + " ns";
  }

  void sent(unsigned venue, const wire::ouch::Message& message) {
    if (const auto* enter = message.as<wire::ouch::EnterOrder>()) {
      const std::string symbol(enter->symbol.data(), enter->symbol.size());
      sent(venue, enter->user_ref, {symbol, enter->side == wire::ouch::kBuy, false, enter->quantity, 0});
    } else if (const auto* replace = message.as<wire::ouch::ReplaceOrder>()) {
      const auto old = sent_.find({venue, replace->original_user_ref});
      if (old == sent_.end()) return complain("an order that is over was to be replaced");
      // The quantity on the wire counts what was executed; until the venue has answered both are open.
      Order order = old->second;
      if (replace->quantity != order.executed + order.open) complain("a replacement asks for other shares than its order");
      order.replaces = true;
      sent(venue, replace->user_ref, order);
    }
  }

  void sent(unsigned venue, std::uint32_t user_ref, const Order& order) {
    ++orders_;
    if (killed) complain("an order left after the kill");
    const bool buys = order.buys;
    Held& held = held_[order.symbol];
    (buys ? held.open_buys : held.open_sells) += order.open;
    sent_[{venue, user_ref}] = order;
    if (order.open > plan_.risk.max_quantity) complain("more shares than max_quantity");
    const auto worst =
        buys ? held.position + static_cast<std::int64_t>(held.open_buys) : static_cast<std::int64_t>(held.open_sells) - held.position;
    if (plan_.risk.max_position != 0 && worst > static_cast<std::int64_t>(plan_.risk.max_position))
      complain("max_position could be exceeded: " + std::to_string(worst));
    recent_.push_back(now_ns);
    while (recent_.front() + kSecondNs < now_ns) recent_.pop_front();
    // A full bucket, and what flows into it within the second.
    if (recent_.size() > 2 * std::size_t{plan_.risk.max_orders_per_second}) complain("more orders than the bucket has");
  }

  void heard(unsigned venue, const wire::ouch::Message& message) {
    namespace ouch = wire::ouch;
    if (const auto* executed = message.as<ouch::Executed>()) {
      take(venue, executed->user_ref, executed->quantity, true);
    } else if (const auto* cancelled = message.as<ouch::Cancelled>()) {
      take(venue, cancelled->user_ref, cancelled->quantity, false);
    } else if (const auto* rejected = message.as<ouch::Rejected>()) {
      ++rejected_;
      if (const auto found = sent_.find({venue, rejected->user_ref}); found != sent_.end()) {
        replacements_rejected_ += found->second.replaces;
        take(venue, rejected->user_ref, found->second.open, false);
      }
    } else if (const auto* replaced = message.as<ouch::Replaced>()) {
      ++replaced_;
      const auto old = sent_.find({venue, replaced->original_user_ref}), now = sent_.find({venue, replaced->user_ref});
      if (old == sent_.end() || now == sent_.end() || old->second.open != replaced->quantity || now->second.open < replaced->quantity)
        return complain("a venue replaces what it was not asked to");
      now->second.executed = old->second.executed;
      take(venue, replaced->original_user_ref, replaced->quantity, false);
      take(venue, replaced->user_ref, now->second.open - replaced->quantity, false);
    }
  }

  void take(unsigned venue, std::uint32_t user_ref, std::uint32_t shares, bool traded) {
    const auto found = sent_.find({venue, user_ref});
    if (found == sent_.end() || found->second.open < shares) return complain("a venue speaks of shares that it was not sent");
    Order& order = found->second;
    order.open -= shares;
    if (traded) order.executed += shares;
    Held& held = held_[order.symbol];
    (order.buys ? held.open_buys : held.open_sells) -= shares;
    if (traded) held.position += order.buys ? std::int64_t{shares} : -std::int64_t{shares};
    if (order.open == 0) sent_.erase(found);
  }

  const core::Plan& plan_;
  std::vector<std::unique_ptr<Ear>> ears_;
  std::map<std::pair<unsigned, std::uint32_t>, Order> sent_;
  std::map<std::string, Held> held_;
  std::deque<std::uint64_t> recent_;
  std::uint64_t orders_ = 0, rejected_ = 0, replaced_ = 0, replacements_rejected_ = 0;
  std::string complaint_;
};

std::uint64_t steps_asked_for() {
  const char* text = std::getenv("HOPSCOPE_DESK_STEPS");
  return text == nullptr ? 40'000 : std::strtoull(text, nullptr, 10);
}

class TradingDesk {
 public:
  explicit TradingDesk(Desk desk) : plan_(floor_plan(desk)), model_(plan_), floor_(plan_, model_.watchers(), kGapNs) {}

  void steps(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count && !testing::Test::HasFailure(); ++i) {
      core::Random& random = floor_.random();
      if (random.below(2'000) == 0) floor_.take_down(random.below(floor_.venues()), 1 + random.below(300));
      if (model_.killed ? random.below(300) == 0 : random.below(5'000) == 0) model_.killed ? arm() : kill();
      floor_.step();
      model_.now_ns = floor_.market_ns();
      ASSERT_EQ(model_.complaint(), "") << "step " << i;
    }
  }

  // Everything that is open is cancelled, and all that is under way arrives.
  void close() {
    if (!model_.killed) kill();
    floor_.settle(4'000);
    ASSERT_EQ(model_.complaint(), "");
    std::string open;
    floor_.oms().each_open_order([&](const oms::ChildOrder& order) {
      open += std::to_string(order.venue) + "/" + std::to_string(order.user_ref) + " " + oms::name(order.state) + ", ";
    });
    EXPECT_EQ(open, "");
    EXPECT_EQ(model_.open(), 0u);
    for (const Difference& difference : floor_.differences())
      ADD_FAILURE() << "venue " << difference.venue << ", locate " << difference.locate << ": " << difference.figure << ": OMS "
                    << difference.oms << ", venue " << difference.at_venue;
  }
  void open() { arm(); }

  const Model& model() const { return model_; }
  TradingFloor& floor() { return floor_; }

 private:
  void kill() {
    floor_.kill_switch().pull(HS_KILL_COMMAND);
    model_.killed = true;
  }
  // The OMS takes the trip back in one of its next rounds: orders that leave from then on are no fault.
  void arm() {
    floor_.kill_switch().arm(floor_.kill_switch().trip());
    model_.killed = false;
  }

  const core::Plan plan_;
  Model model_;
  TradingFloor floor_;
};

TEST(TradingFloorProperty, WhateverHappensTheBooksBalanceAndNoLimitIsExceeded) {
  const std::uint64_t steps = steps_asked_for() / kDesks.size();
  constexpr std::uint64_t kDay = 10'000;  // steps
  for (const Desk kind : kDesks) {
    SCOPED_TRACE("desk " + std::to_string(static_cast<int>(kind)));
    TradingDesk desk(kind);
    for (std::uint64_t done = 0; done < steps && !HasFailure(); done += kDay) {
      desk.steps(kDay);
      if (HasFatalFailure()) return;
      desk.close();
      desk.open();
    }
    // That all of it was tried.
    const auto count = [&](hs_counter counter) { return desk.floor().count(counter); };
    EXPECT_GT(desk.model().orders(), steps / 10);
    EXPECT_GT(desk.model().rejected(), steps / 1'000);
    EXPECT_GT(desk.model().replaced(), steps / 100);
    EXPECT_GT(desk.model().replacements_rejected(), steps / 10'000);
    EXPECT_GE(count(HS_COUNTER_REPLACES), desk.model().replaced() + desk.model().replacements_rejected());
    EXPECT_GT(count(HS_COUNTER_FILLS), steps / 20);
    EXPECT_GT(count(HS_COUNTER_TIMEOUTS), steps / 10'000);
    EXPECT_GT(count(HS_COUNTER_RISK_REJECTS), steps / 1'000);
    EXPECT_GT(count(HS_COUNTER_LATE_ACKS), steps / 10'000);
    for (const oms::ParentOrder& order : desk.floor().oms().desk().parents()) {
      EXPECT_GT(order.filled, 0u) << order.plan.name;
      EXPECT_LE(order.filled, order.plan.quantity) << order.plan.name;
      EXPECT_EQ(order.working, 0u) << order.plan.name;
    }
    // What no venue says, and what arrives once: the child orders' table has a place for each message.
    for (const hs_counter counter : {HS_COUNTER_SESSION_GAPS, HS_COUNTER_ANSWERS_DUPLICATE, HS_COUNTER_ANSWERS_IMPOSSIBLE})
      EXPECT_EQ(count(counter), 0u) << counter;
  }
}

}  // namespace
}  // namespace hopscope::desk
