/**
 * Runs that were never made: figures of a pipeline whose runs differ from each other by a known amount, so that it is known what a comparison
 * ought to find. Seeded.
 */
import { mulberry32 } from '../../../collector/attribution/shift.js';
import type { ComparedRun, RunSet } from '../../../experiments/compare/run_set.js';
import type { LatencyNs } from '../../../experiments/summary.js';

export interface World {
  /** Relative standard deviation between runs, of each figure. */
  readonly variation: number;
  /** Correlation between p50 and p99 of a run: a slow moment of the machine makes both slow. */
  readonly correlation: number;
}

export interface Shift {
  readonly p50: number;
  readonly p99: number;
}

export const NO_SHIFT: Shift = { p50: 1, p99: 1 };
const P50_NS = 2_300;
const P99_NS = 8_700;

export class Simulation {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry32(seed);
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }

  set(name: string, count: number, world: World, shift: Shift = NO_SHIFT): RunSet {
    const runs = Array.from({ length: count }, (_, i) => {
      const common = this.normal();
      const factor = (): number => Math.exp(world.variation * (Math.sqrt(world.correlation) * common + Math.sqrt(1 - world.correlation) * this.normal()));
      return simulatedRun(`${name}-${i + 1}`, { p50: P50_NS * shift.p50 * factor(), p99: P99_NS * shift.p99 * factor() });
    });
    return simulatedSet(name, runs);
  }
}

export function latency({ p50, p99 }: { readonly p50: number; readonly p99: number }): LatencyNs {
  return { count: 250_000, p50, p90: (p50 + p99) / 2, p99, p999: 2 * p99, max: 10 * p99, error: 20 };
}

export function simulatedRun(runId: string, figures: { readonly p50: number; readonly p99: number }): ComparedRun {
  return {
    run_id: runId, valid: true, order: Number(/\d+$/.exec(runId)?.[0] ?? 0), invalid_because: [], digest: 'ab12',
    latency_ns: { tick_to_ack: latency(figures) }, breakdown: {}, curves: {},
  };
}

export function simulatedSet(name: string, runs: readonly ComparedRun[], changes: Partial<RunSet> = {}): RunSet {
  return {
    name, variant: name, experiment: 'simulated', source: 'simulated-20260301-093000-aaaaa', started: '2026-03-01T09:30:00.000Z', build: 'dpdk', link: 'ring',
    settings: { 'pipeline.build': 'dpdk', 'pipeline.feed.rate': 100_000, pacing: 'open' },
    machine: { cpu: 'EPYC, 2 CPUs', kernel: '6.18.0', tsc_hz: 2_596_000_000, hugepages: 256, dpdk: '22.11.11', spdk: null, netmap: null, id: 'abcdef012345', build_flags: 'RelWithDebInfo g++ -O2' },
    captured: false, floor: null, runs, ...changes,
  };
}
