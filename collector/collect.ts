/**
 * One run's records on their way from the lane, and from the stall programs, into the store.
 *
 * A tick drains them every few milliseconds, so that their rings never fill; once a second the lane's histograms are read for whoever
 * listens, and the thresholds above which an order is kept whole follow them. Batches go to the store a few times a second. When the
 * store falls behind by more than `maxPendingBytes`, draining pauses: the lane then counts what it had no room for as lost, which makes
 * the run invalid, instead of this process eating the machine's memory.
 */
import type { Drained, DrainedStalls, LaneSession } from '../native/index.js';
import { Batcher, type BatchLimits } from './batcher.js';
import { CpuMeter, NO_CPU, type CollectorCpu } from './cpu_meter.js';
import type { SeriesDelta } from './live/reading.js';
import { StoreError } from './store/error.js';
import type { Store } from './store/store.js';

/** Stall programs that watch the run's engine: a StallSession with the engine's page in hand. */
export interface StallSource {
  drain(): DrainedStalls;
  /** Everything that is left. */
  finish(): DrainedStalls;
}

/**
 * Which orders are kept whole, whatever the sample says: none, those above a running quantile of any hop or span (its level, 0.999 for
 * the slowest thousandth), or those above fixed limits in ns by hop or span.
 */
export type Tail = 'off' | number | Readonly<Record<string, number>>;

export interface CollectionOptions {
  readonly runId: string;
  readonly tail?: Tail;
  readonly stalls?: StallSource;
  readonly tickMs?: number;
  readonly batch?: BatchLimits;
  readonly maxPendingBytes?: number;
  /**
   * Called at most once, when nothing more can be collected. Where the store refused, stop() throws the same error; where the lane did, it
   * does not.
   */
  readonly onFailure?: (error: Error) => void;
  /**
   * Called when a second has ended, with what the lane's histograms counted in it, and once more by stop(), `last`, when all rows are
   * stored or will never be. What it throws is said once, and ends nothing.
   */
  readonly onSecond?: (unixSecond: number, series: Readonly<Record<string, SeriesDelta>>, last: boolean) => void;
  /** One line for people; nothing stops because of it. */
  readonly say?: (line: string) => void;
}

/** Rows that the store has not acknowledged. */
export interface StoreLag {
  readonly pendingBytes: number;
  /** How long the oldest of them has waited. */
  readonly lagMs: number;
}

/** Rows that the store has acknowledged. */
export interface StoredRows {
  readonly traces: number;
  readonly journal: number;
  readonly stalls: number;
  readonly gaps: number;
  /** Of the histograms by second. */
  readonly buckets: number;
}

const TICK_MS = 5;
const BATCH: BatchLimits = { ms: 250, bytes: 4 * 1024 * 1024 };
const MAX_PENDING_BYTES = 256 * 1024 * 1024;
/** A drain this large may have left something behind: the next one follows at once, other work first. */
const FULL_DRAIN_ROWS = 65_536;

type Lane = Pick<LaneSession, 'drain' | 'finish' | 'bucketRows' | 'followTail' | 'setThresholds'>;

const NO_SERIES: Readonly<Record<string, SeriesDelta>> = {};

export class Collection {
  readonly #traces: Batcher;
  readonly #journal: Batcher;
  readonly #stalls: Batcher;
  readonly #gaps: Batcher;
  readonly #buckets: Batcher;
  readonly #all: readonly Batcher[];
  readonly #tickMs: number;
  readonly #maxPendingBytes: number;
  #timer: NodeJS.Timeout | null = null;
  #failure: Error | null = null;
  #pauses = 0;
  /** Unix second that the histograms' counts since the last reading belong to. */
  #second = 0;
  #ended = false;
  #saidTrouble = false;
  #meter: CpuMeter | null = null;
  #cpu = NO_CPU;

  constructor(
    private readonly lane: Lane,
    private readonly store: Pick<Store, 'insert' | 'rows'>,
    private readonly options: CollectionOptions,
  ) {
    const batcher = (table: string): Batcher => new Batcher(store, table, options.runId, options.batch ?? BATCH);
    this.#traces = batcher('traces');
    this.#journal = batcher('journal_traces');
    this.#stalls = batcher('stalls');
    this.#gaps = batcher('gap_revisions');
    this.#buckets = batcher('latency_buckets');
    this.#all = [this.#traces, this.#journal, this.#stalls, this.#gaps, this.#buckets];
    this.#tickMs = options.tickMs ?? TICK_MS;
    this.#maxPendingBytes = options.maxPendingBytes ?? MAX_PENDING_BYTES;
  }

  /** Begins to drain. The lane's clock, and that of the stall programs, must have been set. */
  start(): void {
    if (this.#timer !== null) return;
    this.#meter = new CpuMeter();
    this.#second = unixSecond();
    if (typeof this.options.tail === 'object') this.lane.setThresholds(this.options.tail);
    this.#timer = setTimeout(() => this.#tick(), 0);
  }

  stored(): StoredRows {
    return {
      traces: this.#traces.stored,
      journal: this.#journal.stored,
      stalls: this.#stalls.stored,
      gaps: this.#gaps.stored,
      buckets: this.#buckets.stored,
    };
  }

  storeLag(): StoreLag {
    return {
      pendingBytes: this.#all.reduce((sum, batcher) => sum + batcher.unacknowledgedBytes, 0),
      lagMs: Math.max(...this.#all.map((batcher) => batcher.lagMs)),
    };
  }

  /** Ticks on which draining waited for the store. */
  get pauses(): number {
    return this.#pauses;
  }

  /** Why nothing more is collected: the store refused, or the lane did; null while all is well. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** CPU time of this whole process from start() to stop(), or until now; the embedded store is a process of its own. */
  collectorCpu(): CollectorCpu {
    return this.#meter?.read() ?? this.#cpu;
  }

  /**
   * Takes what is left in the lane, stores it, and counts the run's rows in the store. Call it when the engine is done or dead; the
   * lane stays open.
   *
   * @throws StoreError where rows could not be stored, or acknowledged rows are missing
   */
  async stop(): Promise<StoredRows> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const series = this.#finish();
    try {
      await Promise.all(this.#all.map((batcher) => this.#flush(batcher)));
    } finally {
      this.#tellTheLast(series);
    }
    this.#cpu = this.collectorCpu();
    this.#meter = null;
    await this.#verify();
    return this.stored();
  }

  /** The lane's end may fail as a tick may; what was taken before is stored all the same. */
  #finish(): Readonly<Record<string, SeriesDelta>> {
    if (this.#failure !== null) return NO_SERIES;
    if (this.#second === 0) this.#second = unixSecond();
    try {
      this.#take(this.lane.finish());
      if (this.options.stalls !== undefined) this.#takeStalls(this.options.stalls.finish());
      return this.#takeBuckets();
    } catch (error) {
      this.#fail(asError(error));
      return NO_SERIES;
    }
  }

  #tellTheLast(series: Readonly<Record<string, SeriesDelta>>): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell(this.#second, series, true);
  }

  /** A listener's trouble is neither the lane's nor the store's: records are stored all the same. */
  #tell(second: number, series: Readonly<Record<string, SeriesDelta>>, last: boolean): void {
    try {
      this.options.onSecond?.(second, series, last);
    } catch (error) {
      if (!this.#saidTrouble) this.options.say?.(`run ${this.options.runId}: seconds are not judged nor shown (${asError(error).message}); records are stored all the same`);
      this.#saidTrouble = true;
    }
  }

  #tick(): void {
    let rows: number;
    try {
      rows = this.#drain();
      this.#readHistograms();
    } catch (error) {
      // The lane itself failed, with its remedy in the message: what was taken so far is still stored by stop().
      this.#timer = null;
      this.#fail(asError(error));
      return;
    }
    for (const batcher of this.#all) batcher.send();
    this.#noticeFailure();
    // Through the event loop even when there is more to drain: the live line, signals and the store's answers come first.
    this.#timer = setTimeout(() => this.#tick(), rows >= FULL_DRAIN_ROWS ? 0 : this.#tickMs);
  }

  #drain(): number {
    if (this.#all.reduce((sum, batcher) => sum + batcher.pendingBytes, 0) > this.#maxPendingBytes) {
      this.#pauses += 1;
      return 0;
    }
    const rows = this.#take(this.lane.drain());
    return rows + (this.options.stalls === undefined ? 0 : this.#takeStalls(this.options.stalls.drain()));
  }

  #take(drained: Drained): number {
    if (this.#failure !== null) return 0; // nobody will ever store it
    this.#traces.add(drained.traces, drained.traceRows);
    this.#journal.add(drained.journal, drained.journalRows);
    return drained.traceRows + drained.journalRows;
  }

  #takeStalls(drained: DrainedStalls): number {
    if (this.#failure !== null) return 0;
    this.#stalls.add(drained.stalls, drained.stallRows);
    this.#gaps.add(drained.gaps, drained.gapRows);
    return drained.stallRows + drained.gapRows;
  }

  /** When a second has ended: what was counted in it becomes rows, and the tail's thresholds follow. */
  #readHistograms(): void {
    const now = unixSecond();
    if (now === this.#second) return;
    const ended = this.#second;
    const series = this.#takeBuckets();
    this.#second = now;
    if (typeof this.options.tail === 'number') this.lane.followTail(this.options.tail);
    this.#tell(ended, series, false);
  }

  #takeBuckets(): Readonly<Record<string, SeriesDelta>> {
    const { rows, count, series } = this.lane.bucketRows(this.#second);
    if (this.#failure === null) this.#buckets.add(rows, count);
    return series;
  }

  #noticeFailure(): void {
    const cause = this.#all.find((batcher) => batcher.failure !== null)?.failure ?? null;
    if (cause === null || this.#failure !== null) return;
    this.#fail(storeError(cause));
  }

  #fail(failure: Error): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.options.onFailure?.(failure);
  }

  async #flush(batcher: Batcher): Promise<void> {
    try {
      await batcher.flush();
    } catch (error) {
      this.#failure ??= storeError(error);
      throw this.#failure;
    }
  }

  /** What was acknowledged must be there, and once: after all, the store may have died on the way. */
  async #verify(): Promise<void> {
    const run = this.options.runId;
    for (const { table, stored } of this.#all) {
      const [row] = await this.store.rows<{ readonly count: number }>(`SELECT count() AS count FROM ${table} WHERE run_id = {run:String}`, { run });
      if (row?.count === stored) continue;
      throw new StoreError(
        'lost',
        `${table} holds ${row?.count ?? 0} rows of run ${run}, but ${stored} were acknowledged: the run is invalid; see store.log, and run it again`,
      );
    }
  }
}

function unixSecond(): number {
  return Math.floor(Date.now() / 1000);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new StoreError('crashed', `rows could not be stored (${why}): see store.log, and run it again`, { cause: error });
}
