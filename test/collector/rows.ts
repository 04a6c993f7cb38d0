/** RowBinary rows as the addon writes them (native/rows.h), made from what a test cares about. */
import { RowWriter } from '../../collector/row_writer.js';
import { causeByName } from '../../collector/stall_causes.js';

export interface TraceFields {
  readonly runId: string;
  readonly traceId: bigint;
  /** ns since 1970. */
  readonly dueNs?: bigint;
  /** Offset from feed.due by hop index; a hop without one is not stamped. */
  readonly stampsNs: Readonly<Record<number, number>>;
  readonly outcome?: number;
  readonly venue?: number;
  readonly kept?: 'sampled' | 'tail';
  readonly injected?: { readonly hop: number; readonly ns: number };
}

export interface JournalFields {
  readonly runId: string;
  readonly traceId: bigint;
  readonly appendNs?: bigint;
  readonly writeNs: number;
  readonly durableNs: number;
}

export interface StallFields {
  readonly runId: string;
  readonly startNs: bigint;
  readonly durationNs: number;
  readonly cause: string;
  readonly thread?: number;
  readonly who?: string;
  readonly detail?: number;
}

export interface GapFields {
  readonly runId: string;
  readonly startNs: bigint;
  readonly durationNs: number;
  readonly thread?: number;
}

const TRACE_BYTES = 124;
const JOURNAL_BYTES = 41;
/** 2026-03-01 09:30:00 UTC. */
export const OPENING_NS = 1_772_357_400_000_000_000n;

export function traceRow(fields: TraceFields): Buffer {
  const row = Buffer.alloc(TRACE_BYTES);
  row.writeBigInt64LE(fields.dueNs ?? OPENING_NS, 0);
  row.writeBigUInt64LE(fields.traceId, 8);
  row.writeBigUInt64LE(fields.traceId + 1000n, 16); // feed_sequence
  row.writeBigUInt64LE(34_200_000_000_000n, 24); // market_ns
  row.writeUInt16LE(1, 32); // thread
  row.writeUInt8(fields.venue ?? 1, 34);
  row.writeUInt16LE(7, 35); // locate
  row.write('S', 37); // side
  row.write('I', 38); // order_type
  row.writeUInt8(fields.outcome ?? 1, 39);
  row.writeUInt32LE(0, 40); // parent
  row.writeUInt32LE(1_000_100, 44); // price
  row.writeUInt32LE(300, 48); // quantity
  row.writeUInt32LE(200, 52); // filled
  const stamps = Object.entries(fields.stampsNs).map(([hop, ns]) => [Number(hop), ns] as const);
  row.writeUInt16LE(stamps.reduce((bits, [hop]) => bits | (1 << hop), 0), 56);
  for (const [hop, ns] of stamps) row.writeUInt32LE(ns, 58 + 4 * hop);
  row.writeUInt8(fields.kept === 'tail' ? 2 : 1, 118);
  row.writeUInt8(fields.injected?.hop ?? 0, 119);
  row.writeUInt32LE(fields.injected?.ns ?? 0, 120);
  return Buffer.concat([text(fields.runId), row]);
}

export function journalRow(fields: JournalFields): Buffer {
  const row = Buffer.alloc(JOURNAL_BYTES);
  row.writeBigInt64LE(fields.appendNs ?? OPENING_NS, 0);
  row.writeBigUInt64LE(fields.traceId, 8);
  row.writeUInt8(1, 16); // venue
  row.writeBigUInt64LE(5n, 17); // block
  row.writeUInt32LE(3, 25); // block_records
  row.writeUInt32LE(4096, 29); // block_bytes
  row.writeUInt32LE(fields.writeNs, 33);
  row.writeUInt32LE(fields.durableNs, 37);
  return Buffer.concat([text(fields.runId), row]);
}

export function stallRow(fields: StallFields): Buffer {
  const row = new RowWriter().text(fields.runId).i64(fields.startNs).u64(fields.durationNs).u8(causeByName(fields.cause).value);
  return row.u16(fields.thread ?? 0).u16(3).u64(fields.detail ?? 0).u32(0).text(fields.who ?? '').u8(0).take();
}

export function gapRow(fields: GapFields): Buffer {
  return new RowWriter().text(fields.runId).i64(fields.startNs).u64(fields.durationNs).u16(fields.thread ?? 0).u64(0).take();
}

/** Stamps of every hop of the capsule, `step` ns apart. */
export function evenStamps(step: number): Record<number, number> {
  return Object.fromEntries(Array.from({ length: 13 }, (_, hop) => [hop, hop * step]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
