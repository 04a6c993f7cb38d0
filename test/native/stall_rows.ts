import { RowReader } from './row_reader.js';

/** One row of table `stalls`, read back from RowBinary column by column as the store will. */
export interface StallRow {
  readonly runId: string;
  readonly ts: bigint;
  readonly durationNs: number;
  /** By its number in bpf/records.h. */
  readonly cause: number;
  readonly thread: number;
  readonly cpu: number;
  readonly detail: bigint;
  readonly pid: number;
  readonly who: string;
  readonly flags: number;
}

/** One row of table `gaps`. */
export interface GapRow {
  readonly runId: string;
  readonly ts: bigint;
  readonly durationNs: number;
  readonly thread: number;
  readonly explainedNs: number;
}

// Object literals evaluate their properties in the order written: the order of the columns.
export function readStalls(bytes: Buffer): StallRow[] {
  const r = new RowReader(bytes);
  const rows: StallRow[] = [];
  while (!r.done)
    rows.push({
      runId: r.string(),
      ts: r.i64(),
      durationNs: Number(r.u64()),
      cause: r.u8(),
      thread: r.u16(),
      cpu: r.u16(),
      detail: r.u64(),
      pid: r.u32(),
      who: r.string(),
      flags: r.u8(),
    });
  return rows;
}

export function readGaps(bytes: Buffer): GapRow[] {
  const r = new RowReader(bytes);
  const rows: GapRow[] = [];
  while (!r.done) rows.push({ runId: r.string(), ts: r.i64(), durationNs: Number(r.u64()), thread: r.u16(), explainedNs: Number(r.u64()) });
  return rows;
}
