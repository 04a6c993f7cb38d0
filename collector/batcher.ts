/**
 * Rows of one table on their way into the store: gathered, sent one batch at a time, counted when acknowledged.
 *
 * While a batch is on its way the next one grows, so a slow store gets fewer and larger batches instead of a longer queue.
 */
import type { RowBatch } from './store/store.js';

/** What a batcher writes to: the store. */
export interface RowSink {
  insert(batch: RowBatch): Promise<void>;
}

export interface BatchLimits {
  /** A batch leaves when its first row is so old … */
  readonly ms: number;
  /** … or when it has grown so large. */
  readonly bytes: number;
}

export class Batcher {
  #rows: Buffer[] = [];
  #bytes = 0;
  #count = 0;
  #bornMs = 0;
  /** Of the batch on its way, or of the one that the store refused. */
  #underWay: { readonly bytes: number; readonly bornMs: number } | null = null;
  #sent = 0;
  #stored = 0;
  #sending: Promise<void> | null = null;
  #failure: Error | null = null;

  constructor(
    private readonly sink: RowSink,
    readonly table: string,
    private readonly runId: string,
    private readonly limits: BatchLimits,
  ) {}

  /** Rows that the store has acknowledged. */
  get stored(): number {
    return this.#stored;
  }

  /** Bytes that wait, those on their way not included. */
  get pendingBytes(): number {
    return this.#bytes;
  }

  /** Bytes that the store has not acknowledged: those that wait, and those on their way. */
  get unacknowledgedBytes(): number {
    return this.#bytes + (this.#underWay?.bytes ?? 0);
  }

  /** For how long the oldest row has not been acknowledged; 0 where none waits. That of a batch which the store refused only grows. */
  get lagMs(): number {
    if (this.#underWay !== null) return performance.now() - this.#underWay.bornMs;
    return this.#count === 0 ? 0 : performance.now() - this.#bornMs;
  }

  /** Why the store would take no more; null while all is well. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** @param rows whole rows in RowBinary; the buffer is kept until it is stored, and must not change */
  add(rows: Buffer, count: number): void {
    if (count === 0) return;
    if (this.#count === 0) this.#bornMs = performance.now();
    this.#rows.push(rows);
    this.#bytes += rows.byteLength;
    this.#count += count;
  }

  /** Sends what is due, if nothing is on its way. Never waits; a failure shows in `failure`. */
  send(): void {
    if (this.#sending !== null || this.#failure !== null || this.#count === 0) return;
    if (this.#bytes < this.limits.bytes && performance.now() - this.#bornMs < this.limits.ms) return;
    this.#sending = this.#sendAll().finally(() => (this.#sending = null));
  }

  /** Sends everything that waits. @throws what the store refused with */
  async flush(): Promise<void> {
    for (;;) {
      if (this.#sending !== null) await this.#sending;
      if (this.#failure !== null) throw this.#failure;
      if (this.#count === 0) return;
      this.#sending = this.#sendAll().finally(() => (this.#sending = null));
    }
  }

  async #sendAll(): Promise<void> {
    const rows = this.#rows;
    const count = this.#count;
    this.#underWay = { bytes: this.#bytes, bornMs: this.#bornMs };
    this.#rows = [];
    this.#bytes = 0;
    this.#count = 0;
    this.#sent += 1;
    try {
      const account = { runId: this.runId, before: this.#stored, adds: count };
      await this.sink.insert({ table: this.table, rows, format: 'RowBinary', token: `${this.runId}/${this.table}/${this.#sent}`, account });
      this.#stored += count;
      this.#underWay = null;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}
