/**
 * What a lane costs the engine, where the experiment varies `probes.lane` at full speed.
 *
 * At saturation (rate: max) the engine's lcores never wait, so cycles per order = lcores x measured time x TSC frequency / orders; the work on
 * market data is the same in every lane and cancels out of a difference. Median over a variant's valid runs; the spread is half the distance
 * between its quartiles, so that a difference below it says nothing. A difference is the median of the differences within each round of
 * interleaved runs: what disturbs the machine for longer than a round hits both and cancels out.
 */
import type { Variant } from '../spec/load.js';
import type { Summary } from '../summary.js';

export interface LaneCost {
  readonly lane: string;
  readonly cycles: number;
  readonly ns: number;
  readonly spreadNs: number;
  readonly runs: number;
  /** By round; undefined where that run was invalid. */
  readonly nsByRound: readonly (number | undefined)[];
}

/** Empty where lanes are not what is compared. */
export function laneCosts(variants: readonly Variant[], summary: Pick<Summary, 'variants' | 'machine'>, lcores: number): readonly LaneCost[] {
  const comparable = variants.every(({ varied, settings }) => varied.length === 1 && varied[0] === 'probes.lane' && settings.pipeline.feed.rate === 0);
  if (variants.length < 2 || !comparable) return [];
  const { tsc_hz } = summary.machine;
  return variants.flatMap((variant) => {
    const runs = summary.variants.find((one) => one.name === variant.name)?.runs ?? [];
    const nsByRound = runs.map((run) => (run.valid && run.counters.orders > 0 ? (lcores * run.seconds * 1e9) / run.counters.orders : undefined));
    const ns = ascending(nsByRound);
    if (ns.length === 0) return [];
    const median = quantile(ns, 0.5);
    const spreadNs = (quantile(ns, 0.75) - quantile(ns, 0.25)) / 2;
    return [{ lane: variant.settings.probes.lane, ns: median, cycles: (median * tsc_hz) / 1e9, spreadNs, runs: ns.length, nsByRound }];
  });
}

/** Undefined where the lanes have no round in which both runs were valid. */
export function costDifference(costs: readonly LaneCost[], lane: string, over: string): number | undefined {
  const a = costs.find((cost) => cost.lane === lane);
  const b = costs.find((cost) => cost.lane === over);
  if (a === undefined || b === undefined) return undefined;
  const differences = ascending(a.nsByRound.map((ns, round) => {
    const base = b.nsByRound[round];
    return ns === undefined || base === undefined ? undefined : ns - base;
  }));
  return differences.length === 0 ? undefined : quantile(differences, 0.5);
}

function ascending(values: readonly (number | undefined)[]): readonly number[] {
  return values.filter((value) => value !== undefined).sort((a, b) => a - b);
}

/** Linear between the neighbouring ranks (Hyndman and Fan, type 7). */
export function quantile(ascending: readonly number[], q: number): number {
  const at = (ascending.length - 1) * q;
  const low = ascending[Math.floor(at)] ?? NaN;
  const high = ascending[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}
