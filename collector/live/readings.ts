/**
 * Composes one engine's readings, second by second, and hands each to all who want it: metrics, alert rules, the live page.
 *
 * An engine whose lane is ours brings every hop and span. One that is only watched brings what its page says: counters, and the two spans
 * that the engine counts itself. What a sink throws is that sink's own trouble: the others, and the recording, go on.
 */
import type { EnginePage, LaneSession, PageView, StallSession } from '../../native/index.js';
import type { Collection } from '../collect.js';
import { TIMED_SERIES } from '../rules/subjects.js';
import { BucketGrowth } from './bucket_growth.js';
import { laneCounters } from './lane_counters.js';
import type { Reading, ReadingOf, ReadingSink, SeriesDelta } from './reading.js';

export interface ReadingsOptions {
  readonly of: ReadingOf;
  /** Null where nobody could map it: the engine then counts as starting, and as never heard. */
  readonly page: Pick<EnginePage, 'read' | 'buckets'> | null;
  readonly lane: Pick<LaneSession, 'counts'> | null;
  readonly stalls: Pick<StallSession, 'counts' | 'totals'> | null;
  /** Null where nothing is stored. */
  readonly collection: Pick<Collection, 'stored' | 'storeLag'> | null;
  readonly sinks: readonly ReadingSink[];
  /** One line for people, the first time that a sink fails. */
  readonly say?: (line: string) => void;
}

type EngineShown = Pick<PageView, 'state' | 'measureSeconds' | 'counters'>;

const PAGE_SPANS = ['tick_to_ack', 'tick_to_ack_response'] as const;
const NO_ENGINE = { state: 'starting', heartbeatAgeMs: Infinity, counters: {}, killed: false, measureSeconds: 0 } as const;
const NO_STORE = { pendingBytes: 0, lagMs: 0 } as const;
/** The roles begin to count anew with the first measured packet, each when it sees it, and publish each millisecond. */
const COUNTS_ARE_RESET_SECONDS = 0.01;
/** The kill switch works during warm-up too: what no role resets. */
const NEVER_RESET: readonly string[] = ['kills', 'mass_cancels'];

export class Readings {
  readonly #growth = new Map(PAGE_SPANS.map((span) => [span, new BucketGrowth()]));
  #beforeMs = performance.now();
  #measured = false;
  #said = false;

  /** @throws NativeError where the page is closed */
  constructor(private readonly options: ReadingsOptions) {
    const { page, lane } = options;
    if (lane === null && page !== null && this.#hasMeasured(page.read())) this.#pageSeries(); // its past belongs to no second of ours
  }

  /**
   * A Collection's `onSecond`; without one, whoever keeps the time calls it once a second, with no series.
   *
   * @param series what the lane's histograms counted in this second; not looked at where no lane is ours
   * @throws NativeError where page, lane or stall programs are closed
   */
  onSecond(second: number, series: Readonly<Record<string, SeriesDelta>>, last: boolean): void {
    const { of, page, lane, stalls, collection, sinks } = this.options;
    const view = page?.read() ?? NO_ENGINE;
    const nowMs = performance.now();
    const reading: Reading = {
      of,
      second,
      atMs: Date.now(),
      seconds: (nowMs - this.#beforeMs) / 1000,
      state: view.state,
      heartbeatAgeMs: view.heartbeatAgeMs,
      counters: {
        ...this.#engineCounters(view),
        ...laneCounters({ lane: lane ?? undefined, stalls: stalls ?? undefined, stored: collection?.stored() }),
      },
      series: lane === null ? this.#pageSeries() : series,
      countedSeries: lane !== null ? TIMED_SERIES : page !== null ? PAGE_SPANS : [],
      stalls: stalls?.totals() ?? {},
      killed: view.killed,
      broken: holdsBack(view.counters),
      store: collection?.storeLag() ?? NO_STORE,
      last,
    };
    this.#beforeMs = nowMs;
    for (const sink of sinks) this.#hand(sink, reading);
  }

  #hand(sink: ReadingSink, reading: Reading): void {
    try {
      sink.take(reading);
    } catch (error) {
      if (!this.#said) this.options.say?.(`readings of engine ${reading.of.pid} (run ${reading.of.runId}) are not all taken (${error instanceof Error ? error.message : String(error)}); the run goes on`);
      this.#said = true;
    }
  }

  /** On its page they hold warm-up until it measures, and then begin at 0: whoever sums or judges them must not see that. */
  #engineCounters(view: EngineShown): Readonly<Record<string, number>> {
    if (this.#hasMeasured(view)) return view.counters;
    return Object.fromEntries(Object.entries(view.counters).map(([name, value]) => [name, NEVER_RESET.includes(name) ? value : 0]));
  }

  /** From then on also of an engine that fails. */
  #hasMeasured({ state, measureSeconds }: EngineShown): boolean {
    this.#measured ||= state === 'drain' || state === 'done' || (state === 'measure' && measureSeconds >= COUNTS_ARE_RESET_SECONDS);
    return this.#measured;
  }

  #pageSeries(): Readonly<Record<string, SeriesDelta>> {
    const { page } = this.options;
    if (page === null) return {};
    const grown = [...this.#growth].map(([span, growth]): [string, SeriesDelta] => [span, growth.since(page.buckets(span))]);
    return Object.fromEntries(grown.filter(([, delta]) => delta.count > 0));
  }
}

/** A circuit breaker does, until it is reset. */
function holdsBack({ breaker_trips: trips = 0, breaker_resets: resets = 0 }: Readonly<Record<string, number>>): boolean {
  return trips > resets;
}
