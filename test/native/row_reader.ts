/** Rows of the tables `traces`, `journal_traces` and `latency_buckets`, read back from RowBinary column by column as the store will. */
export class RowReader {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }
  string(): string {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return this.bytes.toString('utf8', this.at, (this.at += length));
  }
  u8(): number {
    return this.bytes.readUInt8(this.advance(1));
  }
  u16(): number {
    return this.bytes.readUInt16LE(this.advance(2));
  }
  u32(): number {
    return this.bytes.readUInt32LE(this.advance(4));
  }
  u64(): bigint {
    return this.bytes.readBigUInt64LE(this.advance(8));
  }
  i64(): bigint {
    return this.bytes.readBigInt64LE(this.advance(8));
  }
  private advance(bytes: number): number {
    this.at += bytes;
    return this.at - bytes;
  }
}

export interface TraceRow {
  readonly runId: string;
  readonly ts: bigint;
  readonly traceId: bigint;
  readonly feedSequence: bigint;
  readonly marketNs: bigint;
  readonly thread: number;
  readonly venue: number;
  readonly locate: number;
  readonly side: string;
  readonly orderType: string;
  readonly outcome: number;
  readonly parent: number;
  readonly price: number;
  readonly quantity: number;
  readonly filled: number;
  readonly hops: number;
  readonly hopNs: readonly number[];
  readonly kept: 'sampled' | 'tail';
  readonly injectedHop: number;
  readonly injectedNs: number;
}

export interface JournalRow {
  readonly runId: string;
  readonly ts: bigint;
  readonly traceId: bigint;
  readonly venue: number;
  readonly block: bigint;
  readonly blockRecords: number;
  readonly blockBytes: number;
  readonly writeNs: number;
  readonly durableNs: number;
}

export interface BucketRow {
  readonly runId: string;
  readonly second: number;
  readonly name: string;
  readonly lowNs: bigint;
  readonly highNs: bigint;
  readonly count: bigint;
}

const KEPT: Readonly<Record<number, TraceRow['kept']>> = { 1: 'sampled', 2: 'tail' };

function kept(value: number): TraceRow['kept'] {
  const known = KEPT[value];
  if (known === undefined) throw new Error(`kept is ${String(value)}`);
  return known;
}

function readAll<Row>(bytes: Buffer, readOne: (reader: RowReader) => Row): Row[] {
  const reader = new RowReader(bytes);
  const rows: Row[] = [];
  while (!reader.done) rows.push(readOne(reader));
  return rows;
}

// Object literals evaluate their properties in the order written: the order of the columns.
export const readTraces = (bytes: Buffer): TraceRow[] =>
  readAll(bytes, (r) => ({
    runId: r.string(),
    ts: r.i64(),
    traceId: r.u64(),
    feedSequence: r.u64(),
    marketNs: r.u64(),
    thread: r.u16(),
    venue: r.u8(),
    locate: r.u16(),
    side: String.fromCharCode(r.u8()),
    orderType: String.fromCharCode(r.u8()),
    outcome: r.u8(),
    parent: r.u32(),
    price: r.u32(),
    quantity: r.u32(),
    filled: r.u32(),
    hops: r.u16(),
    hopNs: Array.from({ length: 15 }, () => r.u32()),
    kept: kept(r.u8()),
    injectedHop: r.u8(),
    injectedNs: r.u32(),
  }));

export const readJournal = (bytes: Buffer): JournalRow[] =>
  readAll(bytes, (r) => ({
    runId: r.string(),
    ts: r.i64(),
    traceId: r.u64(),
    venue: r.u8(),
    block: r.u64(),
    blockRecords: r.u32(),
    blockBytes: r.u32(),
    writeNs: r.u32(),
    durableNs: r.u32(),
  }));

export const readBuckets = (bytes: Buffer): BucketRow[] =>
  readAll(bytes, (r) => ({
    runId: r.string(),
    second: r.u32(),
    name: r.string(),
    lowNs: r.u64(),
    highNs: r.u64(),
    count: r.u64(),
  }));
