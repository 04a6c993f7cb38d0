// Parent orders whose resting children are replaced, and parent orders while the kill switch is pulled.
#include <map>
#include <string>

#include "engine/oms/desk.h"
#include "engine/test/oms/oms_rig.h"

namespace hopscope::oms {
namespace {

constexpr std::uint64_t kMillisecondNs = 1'000'000;

core::Plan posting_plan() {
  core::ParentPlan parent;
  parent.name = "poster";
  parent.locate = kLocate;
  parent.quantity = 1'000;
  parent.slices = 10;
  parent.end_ns = 10 * kMillisecondNs;
  parent.band_ppm = 1'000'000;  // never late
  parent.posts = parent.reposts = true;
  core::Plan plan = rig_plan();
  plan.oms.every = 0;
  plan.oms.parents = {parent};
  return plan;
}

// A venue that takes everything: limit orders rest, others fill, replacements and cancels are granted.
class PostingRig {
 public:
  explicit PostingRig(const core::Plan& plan) : rig(plan) {
    rig.open_market();
    rig.poll();
  }

  // Market time goes on in steps of 20 us; what was sent: "O1 100", "U1>2 100", "X2", one behind the other.
  std::string run(std::uint64_t ns) {
    std::string text;
    for (const std::uint64_t until = rig.market_ns + ns; rig.market_ns < until;) {
      rig.market_ns += 20'000;
      rig.tick();
      for (const SentMessage& message : rig.sent()) text += (text.empty() ? "" : ", ") + answer(message);
      rig.poll();
    }
    return text;
  }
  std::string answer(const SentMessage& message) {
    if (const auto* order = message.order()) {
      const std::uint32_t ref = order->user_ref, shares = order->quantity;
      rig.answer({rig.accepted(ref)});
      if (order->time_in_force == wire::ouch::kTimeInForceDay) {
        resting[ref] = shares;
      } else {
        rig.answer({rig.executed(ref, shares)});
      }
      return "O" + std::to_string(ref) + " " + std::to_string(shares);
    }
    if (const auto* replace = message.replace()) {
      const std::uint32_t old = replace->original_user_ref, ref = replace->user_ref;
      price = replace->price;
      if (refuses) {
        rig.answer({rig.rejected(ref)});
      } else {
        resting[ref] = resting[old];
        resting.erase(old);
        rig.answer({rig.replaced(old, ref, resting[ref], price)});
      }
      return "U" + std::to_string(old) + ">" + std::to_string(ref) + " " + std::to_string(replace->quantity);
    }
    if (const auto* cancel = message.cancel()) {
      const std::uint32_t ref = cancel->user_ref;
      if (const auto found = resting.find(ref); found != resting.end()) {
        const std::uint32_t shares = found->second;
        resting.erase(found);
        rig.answer({[=, this](auto out) { return wire::ouch::encode_cancelled(out, rig.market_ns, ref, shares, 'U'); }});
      }
      return "X" + std::to_string(ref);
    }
    return "C";
  }
  void fill(std::uint32_t ref, std::uint32_t shares) {
    resting[ref] -= shares;
    rig.answer({rig.executed(ref, shares)});
    rig.poll();
  }
  const ParentOrder& parent() { return rig.oms->desk().parents()[0]; }

  OmsRig rig;
  std::map<std::uint32_t, std::uint32_t> resting;  // shares by UserRefNum
  std::uint64_t price = 0;                         // of the last replacement
  bool refuses = false;                            // replacements
};

TEST(DeskReplace, ARestingChildFollowsTheNearTouchInOneMessage) {
  PostingRig desk(posting_plan());
  EXPECT_EQ(desk.run(200'000), "O1 100");
  desk.fill(1, 30);
  desk.rig.publish(desk.rig.add(3, 'B', 1'000'100));
  EXPECT_EQ(desk.run(300'000), "U1>2 100") << "what was executed included";
  EXPECT_EQ(desk.price, 1'000'100u);
  EXPECT_EQ(desk.parent().working, 70u);
  EXPECT_EQ(desk.parent().filled, 30u);
  EXPECT_EQ(desk.parent().resting_price, 1'000'100u);
  EXPECT_EQ(desk.parent().slices[0].sent, 100u) << "nothing more was asked for";
  desk.fill(2, 70);
  EXPECT_EQ(desk.parent().working, 0u);
  EXPECT_EQ(desk.parent().filled, 100u);
  EXPECT_FALSE(desk.parent().rests());
  desk.run(10 * kMillisecondNs);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
}

TEST(DeskReplace, BeyondItsLimitItComesBack) {
  core::Plan plan = posting_plan();
  plan.oms.parents[0].limit_price = 1'000'050;
  PostingRig desk(plan);
  EXPECT_EQ(desk.run(200'000), "O1 100");
  desk.rig.publish(desk.rig.add(3, 'B', 1'000'100));
  EXPECT_EQ(desk.run(300'000), "X1");
}

TEST(DeskReplace, WhereAReplacementIsRefusedTheChildIsAskedBackAndItsSharesAreFreeAgain) {
  PostingRig desk(posting_plan());
  EXPECT_EQ(desk.run(200'000), "O1 100");
  desk.refuses = true;
  desk.rig.publish(desk.rig.add(3, 'B', 1'000'100));
  EXPECT_EQ(desk.run(300'000), "U1>2 100, X1, O3 100");
  EXPECT_EQ(desk.parent().working, 100u);
  EXPECT_EQ(desk.parent().rejected, 1u);
}

TEST(DeskReplace, ItIsSweptAndAskedBackLikeAnyOther) {
  PostingRig desk(posting_plan());
  desk.run(200'000);
  desk.rig.publish(desk.rig.add(3, 'B', 1'000'100));
  desk.run(11 * kMillisecondNs);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
  EXPECT_TRUE(desk.resting.empty());
  EXPECT_EQ(desk.parent().working, 0u);
}

// Mass cancels are the kill switch's business; the desk asks for nothing and goes on afterwards.
TEST(DeskKill, NoChildIsAskedForWhileItIsPulled) {
  core::Plan plan = posting_plan();
  plan.oms.parents[0].posts = plan.oms.parents[0].reposts = false;
  PostingRig desk(plan);
  EXPECT_EQ(desk.run(200'000), "O1 100");
  risk::KillSwitch(desk.rig.kill).pull(HS_KILL_COMMAND);
  EXPECT_EQ(desk.run(2 * kMillisecondNs), "C");
  EXPECT_EQ(desk.parent().blocked, 0u);
  EXPECT_EQ(desk.rig.count(HS_COUNTER_RISK_KILLED), 0u);
  EXPECT_EQ(desk.parent().slice, 2u) << "slices end all the same";
  risk::KillSwitch(desk.rig.kill).arm(desk.rig.kill.tripped);
  EXPECT_EQ(desk.run(200'000), "O2 200") << "what has come due since";
  desk.run(9 * kMillisecondNs);
  EXPECT_EQ(desk.parent().state, ParentState::Filled);
}

TEST(DeskKill, AParentEndsThoughItIsPulled) {
  PostingRig desk(posting_plan());
  desk.run(100'000);
  risk::KillSwitch(desk.rig.kill).pull(HS_KILL_COMMAND);
  desk.resting.clear();
  desk.rig.answer({desk.rig.cancelled(1)});
  desk.run(12 * kMillisecondNs);
  EXPECT_EQ(desk.parent().state, ParentState::Expired);
  EXPECT_EQ(desk.parent().filled, 0u);
}

}  // namespace
}  // namespace hopscope::oms
