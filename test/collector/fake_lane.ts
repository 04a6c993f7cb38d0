import type { Buckets, Drained, LaneSession } from '../../native/index.js';

const NOTHING: Drained = { traces: Buffer.alloc(0), traceRows: 0, journal: Buffer.alloc(0), journalRows: 0, hits: 0 };

/** Stands in for an open lane: drains hand out what a test has put in, one piece each. */
export class FakeLane implements Pick<LaneSession, 'drain' | 'finish' | 'bucketRows' | 'followTail' | 'setThresholds'> {
  drains = 0;
  /** What it was told to keep. */
  readonly told: unknown[] = [];
  /** Rows of latency_buckets for each second that is asked for. */
  bucketsOf: (second: number) => readonly Buffer[] = () => [];
  /** What these seconds counted, by hop and span. */
  seriesOf: (second: number) => Buckets['series'] = () => ({});
  readonly #pieces: Drained[] = [];

  put(traces: readonly Buffer[], journal: readonly Buffer[] = []): void {
    this.#pieces.push({ traces: Buffer.concat(traces), traceRows: traces.length, journal: Buffer.concat(journal), journalRows: journal.length, hits: 0 });
  }

  /** Many rows in one piece, made beforehand. */
  putBlock(traces: Buffer, traceRows: number): void {
    this.#pieces.push({ ...NOTHING, traces, traceRows });
  }

  get left(): number {
    return this.#pieces.length;
  }

  drain(): Drained {
    this.drains += 1;
    return this.#pieces.shift() ?? NOTHING;
  }

  bucketRows(unixSecond: number): Buckets {
    const rows = this.bucketsOf(unixSecond);
    return { rows: Buffer.concat(rows), count: rows.length, series: this.seriesOf(unixSecond) };
  }

  followTail(level: number): void {
    this.told.push(level);
  }

  setThresholds(ns: Readonly<Record<string, number>>): void {
    this.told.push(ns);
  }

  finish(): Drained {
    const pieces = this.#pieces.splice(0);
    return {
      traces: Buffer.concat(pieces.map((piece) => piece.traces)),
      traceRows: pieces.reduce((sum, piece) => sum + piece.traceRows, 0),
      journal: Buffer.concat(pieces.map((piece) => piece.journal)),
      journalRows: pieces.reduce((sum, piece) => sum + piece.journalRows, 0),
      hits: 0,
    };
  }
}
