/** Sets with everything a comparison can have: curves, breakdowns, several runs. Made up by seed; the second one is slow at venue.rx. */
import { CURVE_PERCENT } from '../../../collector/quantiles.js';
import { HOPS, SPANS } from '../../../collector/catalogue.js';
import type { SpanBreakdown } from '../../../collector/index.js';
import type { ComparedRun, CurvePair, RunSet } from '../../../experiments/compare/run_set.js';
import { Simulation, latency, simulatedSet } from './simulated_runs.js';

/** ns of each hop of tick_to_ack, for an order at the median. */
const HOP_NS: Readonly<Record<string, number>> = {
  'oms.rx': 200, 'oms.book': 150, 'oms.decide': 80, 'router.pick': 60, 'risk.pass': 70, 'oms.tx': 240, 'venue.rx': 400, 'venue.match': 300,
  'journal.append': 120, 'venue.tx': 180, 'oms.ack': 500,
};

/** @param slowerNs added to venue.rx, tenfold at p99 */
function sampleRun(runId: string, simulation: Simulation, slowerNs: number): ComparedRun {
  const factor = Math.exp(0.02 * simulation.normal());
  const hopsAt = (times: number): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(HOP_NS).map(([hop, ns]) => [hop, factor * times * (ns + (hop === 'venue.rx' ? slowerNs : 0))]));
  const total = (hops: Readonly<Record<string, number>>): number => Object.values(hops).reduce((sum, ns) => sum + ns, 0);
  const level = (times: number): SpanBreakdown[string] => ({ orders: 1_000, span_ns: total(hopsAt(times)), hops_ns: hopsAt(times) });
  const [p50, p99] = [total(hopsAt(1)), total(hopsAt(4))];
  const curve = CURVE_PERCENT.map((percent): CurvePair => [Number((percent / 100).toFixed(5)), p50 * (0.6 + 0.4 * (percent / 50)) + (percent > 99 ? (percent - 99) * p99 : 0)]);
  const figures = latency({ p50, p99 });
  return {
    run_id: runId, valid: true, order: Number(/\d+$/.exec(runId)?.[0] ?? 0), invalid_because: [], digest: 'ab12',
    latency_ns: Object.fromEntries([...HOPS.slice(1), ...SPANS].map(({ name }) => {
      const at = hopsAt(1)[name];
      return [name, at === undefined ? figures : latency({ p50: at, p99: 4 * at })];
    })),
    breakdown: { tick_to_ack: { mean: level(1.2), p50: level(1), p90: level(1.6), p99: level(4), p999: level(8) } },
    curves: { tick_to_ack: curve, tick_to_ack_response: curve, tick_to_order: curve, order_to_ack: curve },
  };
}

export const SOURCE = 'dpdk-vs-socket-20260301-093000-k3f9q';

/** dpdk over ring, and socket over veth, 300 ns slower at venue.rx. */
export function sampleSets(runs = 10, slowerNs = 300): readonly RunSet[] {
  const simulation = new Simulation(11);
  const made = (first: number, slower: number): readonly ComparedRun[] => Array.from({ length: runs }, (_, i) => sampleRun(`${SOURCE}-${2 * i + first}`, simulation, slower));
  return [
    simulatedSet('dpdk', made(1, 0), { experiment: 'dpdk-vs-socket', source: SOURCE }),
    simulatedSet('socket', made(2, slowerNs), { experiment: 'dpdk-vs-socket', source: SOURCE, build: 'socket', link: 'veth', settings: { 'pipeline.build': 'socket', 'pipeline.feed.rate': 100_000, pacing: 'open' } }),
  ];
}
