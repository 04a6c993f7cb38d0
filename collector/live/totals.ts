/**
 * Sums over all engines met so far, and what is known of those that are there now.
 *
 * An engine's counters begin at zero with it; these sums go on. What an engine counted before it was met is in them, its durations are
 * not. Memory does not grow with readings nor with engines that have gone.
 */
import { BoundedHistogram } from './bounded_histogram.js';
import type { Reading, ReadingSink, StallSum } from './reading.js';

/** An engine that has not brought its last reading. */
interface Engine {
  reading: Reading;
  /** The most that each counter showed. */
  readonly counters: Map<string, number>;
  readonly stalls: Map<string, StallSum>;
}

/** One whose last reading never came is forgotten when so many others came after it. */
const ENGINES = 32;

export class Totals implements ReadingSink {
  readonly #counters = new Map<string, number>();
  readonly #stalls = new Map<string, StallSum>();
  readonly #series = new Map<string, BoundedHistogram>();
  /** By run and process, the one heard last at the end. */
  readonly #engines = new Map<string, Engine>();
  #lastReadingMs = 0;
  #lastHeardMs = 0;

  /** @param boundsNs of the histograms, ascending */
  constructor(private readonly boundsNs: readonly number[]) {}

  take(reading: Reading): void {
    const engine = this.#engine(reading);
    this.#lastReadingMs = Math.max(this.#lastReadingMs, reading.atMs);
    this.#lastHeardMs = Math.max(this.#lastHeardMs, heardAtMs(reading));
    for (const [counter, value] of counted(reading)) this.#count(engine, counter, value);
    for (const [cause, sum] of Object.entries(reading.stalls)) this.#countStalls(engine, cause, sum);
    for (const [name, delta] of Object.entries(reading.series)) {
      let histogram = this.#series.get(name);
      if (histogram === undefined) this.#series.set(name, (histogram = new BoundedHistogram(this.boundsNs)));
      histogram.add(delta);
    }
  }

  /** Of a counter that no engine has shown: 0. `idle_loops` is among them: the reactor's rounds without work. */
  counter(name: string): number {
    return this.#counters.get(name) ?? 0;
  }

  stalls(cause: string): StallSum {
    return this.#stalls.get(cause) ?? { count: 0, totalNs: 0 };
  }

  /** By hop or span; empty before its first duration. */
  histogram(name: string): BoundedHistogram {
    return this.#series.get(name) ?? new BoundedHistogram(this.boundsNs);
  }

  /** The newest reading of each engine that is there. */
  engines(): readonly Reading[] {
    return [...this.#engines.values()].map((engine) => engine.reading);
  }

  /** Unix ms of the newest reading of any engine; 0 before the first. */
  get lastReadingMs(): number {
    return this.#lastReadingMs;
  }

  /** Unix ms at which any engine last published, one that has gone included; 0 before the first. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  #engine(reading: Reading): Engine {
    const key = `${reading.of.runId}/${reading.of.pid}`;
    const engine = this.#engines.get(key) ?? { reading, counters: new Map<string, number>(), stalls: new Map<string, StallSum>() };
    engine.reading = reading;
    this.#engines.delete(key);
    if (reading.last) return engine;
    this.#engines.set(key, engine);
    for (const oldest of this.#engines.keys()) {
      if (this.#engines.size <= ENGINES) break;
      this.#engines.delete(oldest);
    }
    return engine;
  }

  /** Counters of neighbouring instants may be mixed on an engine's page: one that seems to fall has not grown. */
  #count(engine: Engine, counter: string, value: number): void {
    const before = engine.counters.get(counter) ?? 0;
    if (value <= before) return;
    engine.counters.set(counter, value);
    this.#counters.set(counter, this.counter(counter) + value - before);
  }

  #countStalls(engine: Engine, cause: string, now: StallSum): void {
    const before = engine.stalls.get(cause) ?? { count: 0, totalNs: 0 };
    const most: StallSum = { count: Math.max(now.count, before.count), totalNs: Math.max(now.totalNs, before.totalNs) };
    engine.stalls.set(cause, most);
    const total = this.stalls(cause);
    this.#stalls.set(cause, { count: total.count + most.count - before.count, totalNs: total.totalNs + most.totalNs - before.totalNs });
  }
}

/** Unix ms at which its engine had last published; -Infinity where it never had. */
export function heardAtMs({ atMs, heartbeatAgeMs }: Reading): number {
  return atMs - heartbeatAgeMs;
}

function counted({ counters }: Reading): readonly (readonly [string, number])[] {
  const { loops, busy_loops: busy } = counters;
  const idle = loops === undefined || busy === undefined ? [] : [['idle_loops', loops - busy] as const];
  return [...Object.entries(counters), ...idle];
}
