/** One engine on the board: two minutes of its rates, and the last seconds' bucket counts. Its memory does not grow with time. */
import { HOPS, SPANS } from '../catalogue.js';
import { LOSS_COUNTERS } from '../rules/subjects.js';
import { quantilesOfDelta, sumOfDeltas } from './buckets.js';
import type { Reading, SeriesDelta } from './reading.js';
import type { EngineView, HistoryView, LossView, Phase, SeriesView, Spread, StallView } from './snapshot.js';

const HISTORY_SECONDS = 120;
const WINDOW_READINGS = 10;
/** Readings come once a second; after so long without one something is wrong. */
const SILENT_AFTER_MS = 3_500;

/** What the figures lack, and what went astray between the roles: counters that should stay zero. */
const LOSSES: readonly string[] = [...LOSS_COUNTERS, 'oms_gaps', 'port_drops', 'session_gaps'];

/** Of a percentile curve: finer and finer towards the tail, where latency is decided; 1 is the slowest. */
export const CURVE_LEVELS: readonly number[] = [
  0, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999, 0.9995, 0.9998, 0.9999,
  0.99995, 0.99999, 1,
];

type Named = Pick<SeriesView, 'name' | 'kind' | 'description'>;

/** feed.due begins the path: it has no duration. */
const NAMED: readonly Named[] = [
  ...HOPS.filter((hop) => hop.predecessor !== null).map(({ name, description }): Named => ({ name, kind: 'hop', description: `stamped when ${description}` })),
  ...SPANS.map(({ name, description }): Named => ({ name, kind: 'span', description })),
];
const SPREAD_LEVELS = [0.5, 0.99, 0.999, 1] as const;

/** Everything of an EngineView that only a reading changes. */
type Drawn = Omit<EngineView, 'phase' | 'ageMs'>;

interface Second {
  readonly second: number;
  readonly feedPps: number | null;
  readonly ordersPerSecond: number | null;
  readonly roundTrip: Spread | null;
}

export class BoardEngine {
  #history: Second[] = [];
  /** Oldest first; the one before the window's first is kept, for what grew since. */
  #readings: Reading[] = [];
  #last: Reading;
  #drawn: Drawn | null = null;

  constructor(
    readonly key: string,
    first: Reading,
  ) {
    this.#last = first;
    this.take(first);
  }

  take(reading: Reading): void {
    const before = this.#readings.at(-1);
    const missed = before !== undefined && reading.second - before.second > 2;
    if (missed) this.#history.push({ second: before.second + 1, feedPps: null, ordersPerSecond: null, roundTrip: null });
    this.#history.push({
      second: reading.second,
      feedPps: rateOf('feed_packets', before, reading),
      ordersPerSecond: rateOf('orders', before, reading),
      roundTrip: spreadOf(reading.series.tick_to_ack),
    });
    this.#history = this.#history.slice(-HISTORY_SECONDS);
    this.#readings = [...this.#readings, reading].slice(-WINDOW_READINGS - 1);
    this.#last = reading;
    this.#drawn = null;
  }

  get ended(): boolean {
    return this.#last.last;
  }

  get atMs(): number {
    return this.#last.atMs;
  }

  view(nowMs: number): EngineView {
    this.#drawn ??= this.#draw();
    const ageMs = Math.max(0, nowMs - this.#last.atMs);
    const phase: Phase = this.#last.last ? 'ended' : ageMs > SILENT_AFTER_MS ? 'silent' : 'running';
    return { ...this.#drawn, phase, ageMs };
  }

  #draw(): Drawn {
    const { of, state, heartbeatAgeMs, killed, broken, store, counters } = this.#last;
    const before = this.#readings.length > WINDOW_READINGS ? this.#readings[0] : undefined;
    const window = before === undefined ? this.#readings : this.#readings.slice(1);
    const windowSeconds = window.reduce((sum, reading) => sum + reading.seconds, 0);
    const since = before ?? window[0];
    const sinceSeconds = before === undefined ? windowSeconds - (since?.seconds ?? 0) : windowSeconds;
    const counted = (name: string): number => counters[name] ?? 0;
    return {
      key: this.key,
      ...of,
      state,
      heartbeatAgeMs: Number.isFinite(heartbeatAgeMs) ? Math.round(heartbeatAgeMs) : null,
      killed,
      broken,
      store,
      windowSeconds: Math.round(windowSeconds),
      orders: counted('orders'),
      fills: counted('fills'),
      rejects: counted('rejects'),
      riskRejects: counted('risk_rejects'),
      history: historyOf(this.#history),
      series: NAMED.flatMap((named) => seriesView(named, window)),
      losses: lossesOf(this.#last, since),
      stalls: stallsOf(this.#last, since, sinceSeconds),
    };
  }
}

function rateOf(counter: string, before: Reading | undefined, now: Reading): number | null {
  const [was, is] = [before?.counters[counter], now.counters[counter]];
  if (was === undefined || is === undefined || now.seconds <= 0) return null;
  return Math.round(Math.max(0, is - was) / now.seconds);
}

function spreadOf(delta: SeriesDelta | undefined): Spread | null {
  if (delta === undefined || delta.count === 0) return null;
  const [p50Ns = 0, p99Ns = 0, p999Ns = 0, maxNs = 0] = quantilesOfDelta(delta, SPREAD_LEVELS).map(Math.round);
  return { count: delta.count, p50Ns, p99Ns, p999Ns, maxNs };
}

function seriesView(named: Named, window: readonly Reading[]): readonly SeriesView[] {
  const deltas = window.flatMap((reading) => reading.series[named.name] ?? []);
  if (deltas.length === 0) return [];
  const sum = sumOfDeltas(deltas);
  const curveNs = sum.count === 0 ? [] : quantilesOfDelta(sum, CURVE_LEVELS).map(Math.round);
  return [{ ...named, second: spreadOf(window.at(-1)?.series[named.name]), window: spreadOf(sum), curveNs }];
}

function historyOf(history: readonly Second[]): HistoryView {
  return {
    seconds: history.map((one) => one.second),
    feedPps: history.map((one) => one.feedPps),
    ordersPerSecond: history.map((one) => one.ordersPerSecond),
    p50Ns: history.map((one) => one.roundTrip?.p50Ns ?? null),
    p99Ns: history.map((one) => one.roundTrip?.p99Ns ?? null),
    p999Ns: history.map((one) => one.roundTrip?.p999Ns ?? null),
  };
}

function lossesOf(now: Reading, before: Reading | undefined): readonly LossView[] {
  return LOSSES.flatMap((counter) => {
    const total = now.counters[counter];
    return total === undefined ? [] : [{ counter, total, inWindow: total - (before?.counters[counter] ?? 0) }];
  });
}

function stallsOf(now: Reading, before: Reading | undefined, sinceSeconds: number): readonly StallView[] {
  const seconds = Math.max(sinceSeconds, 1e-3);
  const all = Object.entries(now.stalls).filter(([, sum]) => sum.count > 0);
  return all
    .map(([cause, { count, totalNs }]) => {
      const was = before?.stalls[cause] ?? { count: 0, totalNs: 0 };
      return { cause, count, totalNs, perSecond: (count - was.count) / seconds, share: (totalNs - was.totalNs) / (seconds * 1e9) };
    })
    .sort((a, b) => b.totalNs - a.totalNs);
}
