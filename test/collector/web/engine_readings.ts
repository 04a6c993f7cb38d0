/** Made-up readings of an engine: every hop and span with a tail, in log-linear buckets as the lane counts them. Same seed, same readings. */
import type { Reading, ReadingOf, SeriesDelta, StallSum } from '../../../collector/live/reading.js';
import { TIMED_SERIES } from '../../../collector/rules/subjects.js';

/** Medians in ns; what is not named takes 60. */
const MEDIAN_NS: Readonly<Record<string, number>> = {
  'feed.tx': 90, 'oms.rx': 420, 'oms.book': 110, 'oms.decide': 70, 'oms.tx': 130, 'venue.rx': 380, 'venue.match': 160, 'oms.ack': 410, 'journal.write': 2_300, 'journal.durable': 4_100,
  tick_to_order: 820, order_to_ack: 1_150, tick_to_ack: 2_050, tick_to_ack_response: 2_160, journal_commit: 6_500, journal_write: 4_100,
};

const OF: ReadingOf = { runId: 'tick-to-ack-20261123-021405-k3x9w-1', experiment: 'tick-to-ack', variant: 'dpdk', build: 'dpdk', lane: 'stream', pid: 4_242 };
const FIRST_SECOND = 1_795_400_000;

/** bucket(v) of bpf/records.h: 32 buckets an octave. */
export function deltaOf(durationsNs: readonly number[]): SeriesDelta {
  const counts = new Map<number, { low: number; high: number; count: number }>();
  let sumNs = 0;
  for (const ns of durationsNs) {
    sumNs += ns;
    const width = ns < 32 ? 1 : 2 ** (Math.floor(Math.log2(ns)) - 5);
    const low = Math.floor(ns / width) * width;
    const bucket = counts.get(low) ?? { low, high: low + width - 1, count: 0 };
    bucket.count += 1;
    counts.set(low, bucket);
  }
  const ascending = [...counts.values()].sort((a, b) => a.low - b.low);
  return { count: durationsNs.length, sumNs, lowNs: ascending.map((one) => one.low), highNs: ascending.map((one) => one.high), counts: ascending.map((one) => one.count) };
}

export interface Mood {
  /** Multiplies every duration: a breach. */
  readonly slower?: number;
  readonly lost?: number;
  readonly killed?: boolean;
  readonly last?: boolean;
  readonly state?: Reading['state'];
}

type StallName = 'timer_tick' | 'preempted' | 'hypervisor';

/** One made-up engine; next() is its next second. */
export class EngineReadings {
  #seconds = 0;
  #random: number;
  readonly #counters: Record<string, number> = Object.fromEntries(
    ['feed_packets', 'orders', 'fills', 'rejects', 'risk_rejects', 'lost', 'push_failed', 'journal_lost', 'journal_push_failed', 'feed_missed', 'oms_gaps', 'port_drops', 'session_gaps', 'stalls_lost', 'gaps_lost'].map((name) => [name, 0]),
  );
  readonly #stalls: Record<StallName, StallSum> = { timer_tick: { count: 0, totalNs: 0 }, preempted: { count: 0, totalNs: 0 }, hypervisor: { count: 0, totalNs: 0 } };

  constructor(
    private readonly of: Partial<ReadingOf> = {},
    seed = 7,
    private readonly endsAtMs = (FIRST_SECOND + 1) * 1e3,
  ) {
    this.#random = seed;
  }

  next(mood: Mood = {}): Reading {
    this.#seconds += 1;
    const atMs = this.endsAtMs + (this.#seconds - 1) * 1e3;
    const swing = 1 + 0.06 * Math.sin(this.#seconds / 9) + 0.04 * (this.#uniform() - 0.5);
    this.#grow('feed_packets', Math.round(200_000 * swing));
    this.#grow('orders', Math.round(50_000 * swing));
    this.#grow('fills', Math.round(18_000 * swing));
    this.#grow('rejects', 3);
    this.#grow('lost', mood.lost ?? 0);
    this.#stall('timer_tick', 250, 9_000);
    this.#stall('preempted', 2, 310_000);
    this.#stall('hypervisor', 11, 48_000);
    return {
      of: { ...OF, ...this.of },
      second: Math.floor(atMs / 1e3) - 1,
      atMs,
      seconds: 1,
      state: mood.state ?? 'measure',
      heartbeatAgeMs: 1,
      counters: { ...this.#counters },
      series: this.#series(mood.slower ?? 1),
      countedSeries: TIMED_SERIES,
      stalls: structuredClone(this.#stalls),
      killed: mood.killed ?? false,
      broken: false,
      store: { pendingBytes: 1_310_720, lagMs: 240 },
      last: mood.last ?? false,
    };
  }

  #series(slower: number): Readonly<Record<string, SeriesDelta>> {
    // One draw for the round trip: the response is never shorter than the service.
    const trips = this.#draws();
    return Object.fromEntries(TIMED_SERIES.map((name) => {
      const median = (MEDIAN_NS[name] ?? 60) * slower;
      const draws = name.startsWith('tick_to_ack') ? trips : this.#draws();
      return [name, deltaOf(draws.map((draw) => Math.round(median * draw)))];
    }));
  }

  #draws(): readonly number[] {
    return Array.from({ length: 1_500 }, () => this.#spread());
  }

  /** Log-normal about 1, seven in a thousand slow. */
  #spread(): number {
    const body = Math.exp(0.16 * (this.#uniform() + this.#uniform() + this.#uniform() - 1.5));
    return this.#uniform() < 0.007 ? body * (4 + 30 * this.#uniform() ** 4) : body;
  }

  /** Park and Miller's generator. */
  #uniform(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }

  #grow(counter: string, by: number): void {
    this.#counters[counter] = (this.#counters[counter] ?? 0) + by;
  }

  #stall(cause: StallName, count: number, eachNs: number): void {
    const sum = this.#stalls[cause];
    this.#stalls[cause] = { count: sum.count + count, totalNs: sum.totalNs + count * eachNs };
  }
}
