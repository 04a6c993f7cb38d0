/**
 * The catalogue of hops and spans: the one list from which schema, queries, tables, report and dashboards take their names.
 *
 * `bpf/records.h` (HS_HOPS) defines the hops for the native side; test/collector/catalogue.test.ts holds the two lists together.
 */

/** Where a hop's stamp is stored: in the capsule's row, or in the row of its journal branch. */
export type HopTable = 'traces' | 'journal_traces';

export interface Hop {
  /** Bit in `traces.hops`, and index of the capsule's delta. */
  readonly index: number;
  /** The name everybody reads: `oms.rx`. */
  readonly name: string;
  readonly table: HopTable;
  /** Column that holds ns since the row's base: feed.due in `traces`, journal.append in `journal_traces`. */
  readonly column: string;
  /** Index of the hop whose stamp this hop's duration is counted from; null for the first. */
  readonly predecessor: number | null;
  /** Completes "stamped when …". */
  readonly description: string;
}

export interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly description: string;
}

export const HOPS: readonly Hop[] = [
  hop(0, 'feed.due', null, 'the open-loop schedule says that this packet is due'),
  hop(1, 'feed.tx', 0, 'the packet is handed to the port'),
  hop(2, 'oms.rx', 1, 'the burst that holds it comes out of the port'),
  hop(3, 'oms.book', 2, 'message decoded, local book updated'),
  hop(4, 'oms.decide', 3, 'strategy or slicing algorithm decided'),
  hop(5, 'router.pick', 4, 'venue chosen for this child order'),
  hop(6, 'risk.pass', 5, 'all pre-trade checks passed'),
  hop(7, 'oms.tx', 6, 'order handed to the port'),
  hop(8, 'venue.rx', 7, "the burst that holds it comes out of the venue's port"),
  hop(9, 'venue.match', 8, 'matching done, events known'),
  hop(10, 'journal.append', 9, "its records stand in the journal's open block"),
  hop(11, 'venue.tx', 10, 'acknowledgement handed to the port'),
  hop(12, 'oms.ack', 11, 'acknowledgement decoded by the OMS'),
  branch(13, 'journal.write', 10, 'just before its block is submitted to the device'),
  branch(14, 'journal.durable', 13, 'the device has made its block durable'),
];

export const SPANS: readonly Span[] = [
  { name: 'tick_to_order', from: 2, to: 7, description: 'packet received to order sent' },
  { name: 'order_to_ack', from: 7, to: 12, description: 'order sent to acknowledgement decoded' },
  { name: 'tick_to_ack', from: 1, to: 12, description: 'service time: packet sent to acknowledgement decoded' },
  { name: 'tick_to_ack_response', from: 0, to: 12, description: 'response time: packet due to acknowledgement decoded' },
  { name: 'journal_commit', from: 10, to: 14, description: 'record appended to record durable' },
  { name: 'journal_write', from: 13, to: 14, description: 'block submitted to block durable' },
];

/** Hops whose stamps stand in the capsule's row, in the order of its columns. */
export const CAPSULE_HOPS: readonly Hop[] = HOPS.filter((one) => one.table === 'traces');

/**
 * Columns of `traces` with ns since feed.due, by hop index: those of CAPSULE_HOPS, and behind them those of the journal's branch. The latter
 * are stamped where the acknowledgement waited for them (`ack_after: write` or `durable`): on the order's way then, and no side branch.
 */
export const STAMP_COLUMNS: readonly string[] = HOPS.map((one) => columnOf(one.name));

const JOURNAL_APPEND = 10;
export const VENUE_TX = 11;
const JOURNAL_WRITE = 13;
const JOURNAL_DURABLE = 14;

/** The hop from which venue.tx counts in an order with these stamps: the last of what the answer waited for. */
export function answeredFrom(hops: number): number {
  if ((hops & (1 << JOURNAL_DURABLE)) !== 0) return JOURNAL_DURABLE;
  return (hops & (1 << JOURNAL_WRITE)) !== 0 ? JOURNAL_WRITE : JOURNAL_APPEND;
}

/** The same in SQL: that stamp's column. */
export const ANSWERED_FROM_SQL = `multiIf(bitAnd(hops, ${1 << JOURNAL_DURABLE}) != 0, ${stampColumn(JOURNAL_DURABLE)}, bitAnd(hops, ${1 << JOURNAL_WRITE}) != 0, ${stampColumn(JOURNAL_WRITE)}, ${stampColumn(JOURNAL_APPEND)})`;

/** @throws RangeError where the catalogue has no hop of this index. */
export function stampColumn(index: number): string {
  return columnOf(hopAt(index).name);
}

/** @throws RangeError where the catalogue has no hop of this index. */
export function hopAt(index: number): Hop {
  const found = HOPS[index];
  if (found === undefined) throw new RangeError(`there is no hop ${index}; hops are 0 to ${HOPS.length - 1}`);
  return found;
}

export function hopByName(name: string): Hop | undefined {
  return HOPS.find((one) => one.name === name);
}

export function spanByName(name: string): Span | undefined {
  return SPANS.find((one) => one.name === name);
}

function hop(index: number, name: string, predecessor: number | null, description: string): Hop {
  return { index, name, table: 'traces', column: columnOf(name), predecessor, description };
}

function columnOf(name: string): string {
  return name.replace('.', '_');
}

function branch(index: number, name: string, predecessor: number, description: string): Hop {
  const column = name === 'journal.write' ? 'write_ns' : 'durable_ns';
  return { index, name, table: 'journal_traces', column, predecessor, description };
}
