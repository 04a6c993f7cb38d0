/**
 * SQL for the time between two stamps, and for knowing whether both are there. Every query and view takes them from here.
 *
 * `traces` holds ns since feed.due and a bitmap of the stamps that exist; `journal_traces` holds ns since journal.append and always
 * both stamps. Where an acknowledgement waited for the journal, `traces` has those stamps too, and venue.tx counts from the last of them. Two
 * stamps of different cores may differ by a tick the wrong way round: such a duration counts as 0.
 */
import { ANSWERED_FROM_SQL, HOPS, SPANS, VENUE_TX, hopAt, stampColumn, type HopTable } from './catalogue.js';

/** One hop (time since its predecessor) or span, as SQL over its table. */
export interface Series {
  readonly name: string;
  readonly table: HopTable;
  /** UInt32, ns. */
  readonly ns: string;
  /** Condition under which `ns` means something. */
  readonly present: string;
}

/** Hops in path order, then spans: the order of every table that is printed. */
export const SERIES: readonly Series[] = [
  ...HOPS.map((hop) => seriesOf(hop.name, hop.predecessor ?? hop.index, hop.index)),
  ...SPANS.map((span) => seriesOf(span.name, span.from, span.to)),
];

/**
 * By hop index: the time since its predecessor where the hop is on an order's way, over `traces`. Those of the journal's branch are where the
 * acknowledgement waited for them.
 */
export const HOPS_OF_PATH: readonly Pick<Series, 'ns' | 'present'>[] = HOPS.map(({ index, predecessor }) => betweenStamps(predecessor ?? index, index));

export function seriesOfTable(table: HopTable): readonly Series[] {
  return SERIES.filter((one) => one.table === table);
}

export function seriesByName(name: string): Series | undefined {
  return SERIES.find((one) => one.name === name);
}

function seriesOf(name: string, from: number, to: number): Series {
  const first = hopAt(from);
  const last = hopAt(to);
  if (last.table === 'journal_traces') {
    // The branch's row counts from journal.append, which is no column of it.
    const ns = first.table === 'traces' ? last.column : since(first.column, last.column);
    return { name, table: 'journal_traces', ns, present: '1' };
  }
  return { name, table: 'traces', ...betweenStamps(from, to) };
}

function betweenStamps(from: number, to: number): Pick<Series, 'ns' | 'present'> {
  const mask = (1 << from) | (1 << to);
  const present = `bitAnd(hops, ${mask}) = ${mask}`;
  if (from === to) return { ns: 'toUInt32(0)', present };
  const isAnswer = to === VENUE_TX && from === hopAt(VENUE_TX).predecessor;
  return { ns: since(isAnswer ? ANSWERED_FROM_SQL : stampColumn(from), stampColumn(to)), present };
}

function since(first: string, last: string): string {
  return `toUInt32(if(${last} > ${first}, ${last} - ${first}, 0))`;
}
