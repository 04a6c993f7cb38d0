/**
 * One run's records on their way from the lane into the store.
 *
 * A tick drains the lane every few milliseconds, so that its rings never fill; batches go to the store a few times a second. When the
 * store falls behind by more than `maxPendingBytes`, draining pauses: the lane then counts what it had no room for as lost, which makes
 * the run invalid, instead of this process eating the machine's memory.
 */
import type { Drained, LaneSession } from '../native/index.js';
import { Batcher, type BatchLimits } from './batcher.js';
import { StoreError } from './store/error.js';
import type { Store } from './store/store.js';

export interface CollectionOptions {
  readonly runId: string;
  readonly tickMs?: number;
  readonly batch?: BatchLimits;
  readonly maxPendingBytes?: number;
  /** Called once, when nothing more can be collected. Where the store refused, stop() throws the same error; where the lane did, it does not. */
  readonly onFailure?: (error: Error) => void;
}

/** Rows that the store has acknowledged. */
export interface StoredRows {
  readonly traces: number;
  readonly journal: number;
}

const TICK_MS = 5;
const BATCH: BatchLimits = { ms: 250, bytes: 4 * 1024 * 1024 };
const MAX_PENDING_BYTES = 256 * 1024 * 1024;
/** A drain this large may have left something behind: the next one follows at once, other work first. */
const FULL_DRAIN_ROWS = 65_536;

type Lane = Pick<LaneSession, 'drain' | 'finish'>;

export class Collection {
  readonly #traces: Batcher;
  readonly #journal: Batcher;
  readonly #tickMs: number;
  readonly #maxPendingBytes: number;
  #timer: NodeJS.Timeout | null = null;
  #failure: Error | null = null;
  #pauses = 0;

  constructor(
    private readonly lane: Lane,
    private readonly store: Pick<Store, 'insert' | 'rows'>,
    private readonly options: CollectionOptions,
  ) {
    const limits = options.batch ?? BATCH;
    this.#traces = new Batcher(store, 'traces', options.runId, limits);
    this.#journal = new Batcher(store, 'journal_traces', options.runId, limits);
    this.#tickMs = options.tickMs ?? TICK_MS;
    this.#maxPendingBytes = options.maxPendingBytes ?? MAX_PENDING_BYTES;
  }

  /** Begins to drain. The lane's clock must have been set. */
  start(): void {
    this.#timer ??= setTimeout(() => this.#tick(), 0);
  }

  stored(): StoredRows {
    return { traces: this.#traces.stored, journal: this.#journal.stored };
  }

  /** Ticks on which draining waited for the store. */
  get pauses(): number {
    return this.#pauses;
  }

  /** Why nothing more is collected: the store refused, or the lane did; null while all is well. */
  get failure(): Error | null {
    return this.#failure;
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
    this.#finish();
    await Promise.all([this.#flush(this.#traces), this.#flush(this.#journal)]);
    await this.#verify();
    return this.stored();
  }

  /** The lane's end may fail as a tick may; what was taken before is stored all the same. */
  #finish(): void {
    if (this.#failure !== null) return;
    try {
      this.#take(this.lane.finish());
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  #tick(): void {
    let rows: number;
    try {
      rows = this.#drain();
    } catch (error) {
      // The lane itself failed, with its remedy in the message: what was taken so far is still stored by stop().
      this.#timer = null;
      this.#fail(asError(error));
      return;
    }
    this.#traces.send();
    this.#journal.send();
    this.#noticeFailure();
    // Through the event loop even when there is more to drain: the live line, signals and the store's answers come first.
    this.#timer = setTimeout(() => this.#tick(), rows >= FULL_DRAIN_ROWS ? 0 : this.#tickMs);
  }

  #drain(): number {
    if (this.#traces.pendingBytes + this.#journal.pendingBytes > this.#maxPendingBytes) {
      this.#pauses += 1;
      return 0;
    }
    return this.#take(this.lane.drain());
  }

  #take(drained: Drained): number {
    if (this.#failure !== null) return 0; // nobody will ever store it
    this.#traces.add(drained.traces, drained.traceRows);
    this.#journal.add(drained.journal, drained.journalRows);
    return drained.traceRows + drained.journalRows;
  }

  #noticeFailure(): void {
    const cause = this.#traces.failure ?? this.#journal.failure;
    if (cause === null || this.#failure !== null) return;
    this.#fail(storeError(cause));
  }

  #fail(failure: Error): void {
    this.#failure ??= failure;
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
    for (const { table, stored } of [this.#traces, this.#journal]) {
      const [row] = await this.store.rows<{ readonly count: number }>(`SELECT count() AS count FROM ${table} WHERE run_id = {run:String}`, { run });
      if (row?.count === stored) continue;
      throw new StoreError(
        'lost',
        `${table} holds ${row?.count ?? 0} rows of run ${run}, but ${stored} were acknowledged: the run is invalid; see store.log, and run it again`,
      );
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new StoreError('crashed', `rows could not be stored (${why}): see store.log, and run it again`, { cause: error });
}
