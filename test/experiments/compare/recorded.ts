/** Results as `hopscope run` leaves them, written for a test: small, and with figures that are known. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunSet } from '../../../experiments/compare/run_set.js';
import { emptyCounters, type RunSummary, type Summary } from '../../../experiments/summary.js';

/** Writes summary.json and figures.json of one experiment whose variants are these sets. @returns its folder */
export function writeRecorded(results: string, id: string, sets: readonly RunSet[]): string {
  const directory = path.join(results, id);
  mkdirSync(directory, { recursive: true });
  const [first] = sets;
  if (first === undefined) throw new RangeError('a recorded experiment needs a variant');
  const summary: Summary = {
    schema: 1, experiment: first.experiment, verdict: sets.every(({ runs }) => runs.every(({ valid }) => valid)) ? 'pass' : 'invalid', invalid_because: [],
    floors: sets.flatMap(({ floor }) => floor ?? []),
    variants: sets.map((set) => ({ name: set.variant, settings: { 'pipeline.build': set.build }, runs: set.runs.map((run) => ({ ...runSummary(run), capture: set.captured ? { file: 'x.pcap', packets: 1, lost: 0, error: '' } : null })) })),
    thresholds: [], machine: first.machine,
  };
  writeFileSync(path.join(directory, 'summary.json'), JSON.stringify(summary));
  const settings = Object.fromEntries(sets.map((set) => [set.variant, { ...set.settings, 'pipeline.link': 'auto' }]));
  const runs = Object.fromEntries(sets.flatMap((set) => set.runs.map(({ run_id, breakdown, curves }) => [run_id, { breakdown, curves }] as const)));
  writeFileSync(path.join(directory, 'figures.json'), JSON.stringify({ schema: 1, settings, runs }));
  return directory;
}

function runSummary({ run_id, valid, invalid_because, latency_ns, digest }: RunSet['runs'][number]): RunSummary & { readonly invalid_because: readonly string[] } {
  return {
    run_id, valid, invalid_because, seconds: 1, latency_ns, counters: emptyCounters(), rates: { feed_pps: 0, oms_pps: 0, orders_per_s: 0 },
    floor: { jitter_ns: { p99: 0, p999: 0, max: 0 }, stamp_ns: 9 }, digest: { orders: digest, journal: null, null_because: 'open' },
  };
}
