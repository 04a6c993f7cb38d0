/**
 * Why orders went where they went, from the stored decisions of a run: for each venue over which other one it won and by which term, and a
 * few decisions whole.
 *
 * The venue that won a decision is the best ranked one of those that got a part of the order (a probe is no choice); the other one is the
 * best ranked of the rest, whether it got a part too or nothing. The margin is the other's score less the winner's: what a share would
 * have cost more there. A score is a sum, so the margin is the sum of its terms' differences.
 */
import type { Store } from '../store/store.js';

/** Millionths of the currency a share; above zero: in favour of the venue that won. */
export interface MarginTerms {
  readonly price: number;
  readonly fee: number;
  readonly fill: number;
  readonly latency: number;
  readonly rejects: number;
}

export const MARGIN_TERMS = ['price', 'fee', 'fill', 'latency', 'rejects'] as const satisfies readonly (keyof MarginTerms)[];

/** How often, and by how much in the mean, one venue won over another. */
export interface VenueOverVenue {
  readonly venue: string;
  /** Null: no other venue showed a price within the order's limit. */
  readonly over: string | null;
  readonly decisions: number;
  readonly margin: number;
  readonly terms: MarginTerms;
}

/** What a decision had of one venue. */
export interface VenueScore {
  readonly venue: string;
  /** False: nothing to be had there, or it was taken out. */
  readonly shown: boolean;
  readonly price: number;
  readonly shares: number;
  readonly terms: MarginTerms;
  readonly score: number;
  /** 1: the best; 0: not within the order's limit. */
  readonly rank: number;
  /** Shares sent there; 0: none. */
  readonly sent: number;
  readonly probe: boolean;
  readonly fate: string;
}

/** dearest: its score lies furthest above the best price that any venue showed. median: half of them lie no further. */
export type DecisionKind = 'dearest' | 'median' | 'last';

export interface ShownDecision {
  readonly kind: DecisionKind;
  readonly decision: number;
  readonly marketNs: number;
  readonly symbol: string;
  readonly side: 'B' | 'S';
  readonly takes: boolean;
  readonly shares: number;
  /** 4 decimals; 0: any price. */
  readonly limit: number;
  readonly venues: readonly VenueScore[];
}

export interface WhyVenue {
  /** Stored ones. */
  readonly decisions: number;
  /** A venue's own together, the most frequent first. */
  readonly wins: readonly VenueOverVenue[];
  readonly shown: readonly ShownDecision[];
}

/** Null where none was stored. */
export async function whyVenueOf(store: Store, runId: string): Promise<WhyVenue | null> {
  const [totals] = await store.rows<{ readonly decisions: number }>('SELECT uniqExact(decision) AS decisions FROM routing_decisions WHERE run_id = {run:String}', { run: runId });
  if (totals === undefined || totals.decisions === 0) return null;
  const [wins, shown] = await Promise.all([winsOf(store, runId), shownDecisions(store, runId)]);
  return { decisions: totals.decisions, wins, shown };
}

/** What is left of a score without the other terms is the price, of an order that rests nothing. */
const PRICE_TERM = 'score - fee - fill - latency - rejects';

async function winsOf(store: Store, runId: string): Promise<readonly VenueOverVenue[]> {
  const rows = await store.rows<WinRow>(
    `SELECT won.2 AS venue, if(alone, '', other.2) AS over, alone, count() AS decisions, avg(other.8 - won.8) AS margin,
       avg(other.3 - won.3) AS price, avg(other.4 - won.4) AS fee, avg(other.5 - won.5) AS fill, avg(other.6 - won.6) AS latency, avg(other.7 - won.7) AS rejects
     FROM (
       SELECT quotes[at] AS won, quotes[if(at = 1, 2, 1)] AS other, length(quotes) = 1 AS alone
       FROM (
         SELECT arraySort(quote -> quote.1, groupArray((rank, venue_name, ${PRICE_TERM}, toInt64(fee), toInt64(fill), toInt64(latency), toInt64(rejects), score, picked AND NOT probe))) AS quotes,
           arrayFirstIndex(quote -> quote.9, quotes) AS at
         FROM routing_decisions WHERE run_id = {run:String} AND rank > 0 GROUP BY decision
       ) WHERE at > 0
     ) GROUP BY venue, over, alone ORDER BY sum(count()) OVER (PARTITION BY venue) DESC, venue, decisions DESC, over`,
    { run: runId },
  );
  return rows.map(({ venue, over, alone, decisions, margin, ...terms }) =>
    alone === 1 ? { venue, over: null, decisions, margin: 0, terms: NO_TERMS } : { venue, over, decisions, margin, terms: termsOf(terms) });
}

async function shownDecisions(store: Store, runId: string): Promise<readonly ShownDecision[]> {
  const [found] = await store.rows<Readonly<Record<DecisionKind, number>>>(
    `SELECT extras[-1].2 AS dearest, extras[intDiv(length(extras) + 1, 2)].2 AS median, arrayMax(extra -> extra.2, extras) AS last
     FROM (
       SELECT arraySort(groupArray((extra, decision))) AS extras
       FROM (
         SELECT decision, minIf(score, picked AND NOT probe) - min(${PRICE_TERM}) AS extra
         FROM routing_decisions WHERE run_id = {run:String} AND rank > 0 GROUP BY decision HAVING countIf(picked AND NOT probe) > 0
       )
     ) WHERE notEmpty(extras)`,
    { run: runId },
  );
  if (found === undefined) return [];
  const rows = await store.rows<DecisionRow>(
    `SELECT decision, market_ns, symbol, side, takes, quantity, limit_price, venue_name, shown, price, shares, fee, fill, latency, rejects, score, rank, part_quantity, probe, toString(fate) AS fate
     FROM routing_decisions WHERE run_id = {run:String} AND decision IN (${[found.dearest, found.median, found.last].join(', ')}) ORDER BY decision, venue`,
    { run: runId },
  );
  return (['dearest', 'median', 'last'] as const).flatMap((kind) => shownDecision(kind, rows.filter(({ decision }) => decision === found[kind])));
}

function shownDecision(kind: DecisionKind, rows: readonly DecisionRow[]): readonly ShownDecision[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { decision, market_ns: marketNs, symbol, side, takes, quantity: shares, limit_price: limit } = first;
  return [{ kind, decision, marketNs, symbol, side, takes, shares, limit, venues: rows.map(venueScore) }];
}

function venueScore(row: DecisionRow): VenueScore {
  const { venue_name: venue, shown, price, shares, fee, fill, latency, rejects, score, rank, part_quantity: sent, probe, fate } = row;
  return {
    venue, shown, price, shares, score, rank, sent, probe, fate,
    terms: { price: score - fee - fill - latency - rejects, fee, fill, latency, rejects },
  };
}

function termsOf({ price, fee, fill, latency, rejects }: MarginTerms): MarginTerms {
  return { price, fee, fill, latency, rejects };
}

const NO_TERMS: MarginTerms = { price: 0, fee: 0, fill: 0, latency: 0, rejects: 0 };

interface WinRow extends MarginTerms {
  readonly venue: string;
  readonly over: string;
  readonly alone: number;
  readonly decisions: number;
  readonly margin: number;
}

interface DecisionRow {
  readonly decision: number;
  readonly market_ns: number;
  readonly symbol: string;
  readonly side: 'B' | 'S';
  readonly takes: boolean;
  readonly quantity: number;
  readonly limit_price: number;
  readonly venue_name: string;
  readonly shown: boolean;
  readonly price: number;
  readonly shares: number;
  readonly fee: number;
  readonly fill: number;
  readonly latency: number;
  readonly rejects: number;
  readonly score: number;
  readonly rank: number;
  readonly part_quantity: number;
  readonly probe: boolean;
  readonly fate: string;
}
