#include "engine/bench/risk_gate.h"

#include <string>

#include "engine/bench/gate_orders.h"
#include "engine/core/digest.h"

namespace hopscope::bench {
namespace {

constexpr std::uint64_t kSeed = 7;

struct Limits {
  const char* name;
  core::RiskPlan plan;
  const char* known_digest;  // of kGateOrders
};

// Calls around(order) for every order; around must call order() once. Returns the digest of how often each answer was given.
template <class Around>
std::string replay(const core::RiskPlan& plan, std::uint64_t orders, Around&& around) {
  hs_kill_switch nobody{};
  GateOrders stream(kSeed);
  risk::Gate gate(plan, risk::KillSwitch(nobody), GateOrders::size());
  around(stream, gate, orders);
  core::Digest digest;
  for (std::size_t r = 0; r < risk::kReasons; ++r) digest.add(gate.count(static_cast<risk::Reason>(r)));
  return digest.hex();
}

Row bench(const Limits& limits, std::uint64_t orders, const core::Calibration& clock, std::uint32_t timer_ticks) {
  Row row;
  row.stream = limits.name;
  row.operations = orders;
  row.equal = true;
  std::string digest;
  std::uint64_t passed = 0;
  const auto judge = [&](const std::string& one) {
    row.equal &= digest.empty() || one == digest;
    digest = one;
  };
  std::vector<double> cpu_ns(kRuns);
  for (double& ns : cpu_ns)
    judge(replay(limits.plan, orders, [&](GateOrders& stream, risk::Gate& gate, std::uint64_t count) {
      const std::uint64_t from = thread_cpu_ns();
      passed = 0;
      for (std::uint64_t i = 0; i < count; ++i) passed += stream.next(gate) == risk::Reason::Pass;
      ns = static_cast<double>(thread_cpu_ns() - from) / static_cast<double>(count);
    }));
  OperationTicks ticks(orders, timer_ticks);
  judge(replay(limits.plan, orders, [&](GateOrders& stream, risk::Gate& gate, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const core::Ticks from = fenced_ticks();
      stream.next(gate);
      ticks.add(from, fenced_ticks());
    }
  }));
  row.equal &= orders != kGateOrders || digest == limits.known_digest;
  row.equal &= 10 * passed > 9 * orders;  // else it is not the whole way that was measured
  row.cost = cost_of(cpu_ns, ticks.sorted(), clock);
  row.result = "passed=" + std::to_string(passed) + " answers_digest=" + digest;
  row.fields = {"\"passed\": " + std::to_string(passed), "\"answers_digest\": \"" + digest + "\""};
  return row;
}

}  // namespace

void bench_risk(std::uint64_t orders, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows) {
  const Limits all[] = {{"gate", GateOrders::all_on(), "2c2dc21166b0c255"}, {"gate-defaults", core::RiskPlan{}, "fa9f5416149a469a"}};
  for (const Limits& limits : all) {
    rows.push_back(bench(limits, orders, clock, timer_ticks));
    print(rows.back());
  }
}

}  // namespace hopscope::bench
