/**
 * Where the time of a run's orders goes, by hop: of all orders, and of those that stand near a quantile of a span.
 *
 * A quantile of a sum is no sum of quantiles: the p99 of each hop comes from other orders than the p99 of the span. What does add up is the mean
 * of each hop over the orders that stand near the span's p99: together they are the mean of the span over these orders, which is its p99 but for
 * the width of the band. (E[hop | span = quantile], the Euler allocation of a quantile: Tasche 1999, "Risk contributions and performance
 * measurement".)
 *
 * A hop that an order did not stamp lasts 0 ns and its time is the next hop's, so that the hops of each order add up to its span. Those of the
 * journal's branch are among them where acknowledgements waited for them.
 */
import { HOPS, SPANS, VENUE_TX, stampColumn, type Hop, type Span } from './catalogue.js';
import { seriesByName } from './durations.js';
import { QUANTILE_LEVELS } from './quantiles.js';
import type { Store } from './store/store.js';

/** Means over some orders, ns. */
export interface Breakdown {
  readonly orders: number;
  readonly span_ns: number;
  /** By hop, in path order; they add up to span_ns. */
  readonly hops_ns: Readonly<Record<string, number>>;
}

/** `mean` (all orders), `p50`, `p90`, `p99`, `p999` of one span. */
export type SpanBreakdown = Readonly<Record<string, Breakdown>>;

/** Spans of the journal's branch are one or two hops long: their figures tell as much. */
export const DIVIDED_SPANS: readonly Span[] = SPANS.filter(({ name }) => seriesByName(name)?.table === 'traces');

/** Half the width of the band around a quantile, as a share of all orders: never more than 5 %, nor half of what is rarer. */
export function bandOf(level: number): readonly [low: number, high: number] {
  const half = Math.min(0.05, (1 - level) / 2);
  return [level - half, level + half];
}

/** By span. A span without orders is absent; so is a level without orders near it. */
export async function breakdownsOfRun(store: Store, runId: string): Promise<Readonly<Record<string, SpanBreakdown>>> {
  const found = await Promise.all(DIVIDED_SPANS.map(async (span) => [span.name, await ofSpan(store, runId, span)] as const));
  return Object.fromEntries(found.filter(([, levels]) => Object.keys(levels).length > 0));
}

async function ofSpan(store: Store, runId: string, span: Span): Promise<SpanBreakdown> {
  const series = seriesByName(span.name);
  const path = hopsOf(span);
  const [start] = path;
  if (series === undefined || start === undefined) return {};
  // The time up to a hop is that of the last stamp up to it: stamps ascend, and one that is missing is 0.
  const reached = path.map((_, last) => `greatest(${path.slice(0, last + 1).map(({ index }) => stampColumn(index)).join(', ')}, 0)`);
  const hops = path.slice(1).map((hop, i) => ({ name: hop.name, table: hop.table, ns: `(${reached[i + 1] ?? '0'} - ${reached[i] ?? '0'})` }));
  const levels = QUANTILE_LEVELS.map((level) => ({ name: nameOf(level), band: bandOf(level) }));
  const rows = `FROM traces WHERE run_id = {run:String} AND ${series.present} AND kept = 'sampled'`;
  const groups = [
    { name: 'mean', condition: '1' },
    ...levels.map(({ name }, i) => ({ name, condition: `${series.ns} BETWEEN edges[${2 * i + 1}] AND edges[${2 * i + 2}]` })),
  ];
  const means = (condition: string): string =>
    `tuple(countIf(${condition}), avgIf(${series.ns}, ${condition}), [${hops.map(({ ns }) => `avgIf(toFloat64(${ns}), ${condition})`).join(', ')}])`;
  const [row] = await store.rows<{ readonly found: readonly (readonly [orders: number, ns: number, hops: readonly number[]])[] }>(
    `WITH (SELECT quantilesExact(${levels.flatMap(({ band }) => band).join(', ')})(${series.ns}) ${rows}) AS edges
     SELECT [${groups.map(({ condition }) => means(condition)).join(', ')}] AS found ${rows}`,
    { run: runId },
  );
  return Object.fromEntries(groups.flatMap(({ name }, i) => {
    const [orders, ns, each] = row?.found[i] ?? [0, 0, []];
    if (orders === 0) return [];
    const passed = hops.map((hop, at) => ({ ...hop, ns: each[at] ?? 0 })).filter(({ table, ns: mean }) => table === 'traces' || mean > 0);
    return [[name, { orders, span_ns: ns, hops_ns: Object.fromEntries(passed.map((hop) => [hop.name, hop.ns])) }] as const];
  }));
}

function hopsOf({ from, to }: Span): readonly Hop[] {
  const waits = HOPS.filter(({ table }) => table === 'journal_traces');
  return HOPS.filter(({ index, table }) => index >= from && index <= to && table === 'traces')
    .flatMap((hop) => (hop.index === VENUE_TX && from < VENUE_TX ? [...waits, hop] : [hop]));
}

/** 0.999 -> p999, as the figures of a summary are called. */
function nameOf(level: number): string {
  return `p${String(Number((level * 100).toFixed(3))).replace('.', '')}`;
}
