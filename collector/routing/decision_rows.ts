/**
 * Rows of `routing_decisions`: of each decision one row a venue, those that got nothing of the order and those that showed nothing too, so
 * that "why not there?" can be answered like "why there?".
 */
import { RowWriter } from '../row_writer.js';
import type { Store } from '../store/store.js';

/** What a venue showed at one price. Terms and score in millionths of the currency a share, lower is better. */
export interface DecisionQuote {
  readonly venue: number;
  /** Of the venue's book, 0: its touch. */
  readonly level: number;
  /** 4 decimals; 0: an order that rests would be the first there. */
  readonly price: number;
  /** 0 where the rule does not look at them. */
  readonly shares: number;
  readonly fee: number;
  readonly fill: number;
  readonly latency: number;
  readonly rejects: number;
  readonly score: number;
}

/** One order of a decision. */
export interface DecisionPart {
  readonly venue: number;
  readonly user_ref: number;
  readonly shares: number;
  /** 4 decimals; 0: any price. */
  readonly limit: number;
  /** To a venue that was taken out, to see whether it answers. */
  readonly probes: boolean;
  readonly fate: keyof typeof FATES;
}

export interface RoutingDecision {
  /** In the journal, from 1. */
  readonly decision: number;
  readonly market_ns: number;
  readonly feed_sequence: number;
  readonly locate: number;
  readonly symbol: string;
  readonly side: 'B' | 'S';
  readonly order_type: 'I' | 'L' | 'M';
  readonly smart: boolean;
  /** Else it is to rest. */
  readonly takes: boolean;
  /** Of the whole order. */
  readonly limit: number;
  readonly shares: number;
  /** Those of one venue best first. */
  readonly quotes: readonly DecisionQuote[];
  readonly parts: readonly DecisionPart[];
}

/** As in the column's type. */
export const FATES = { none: 0, unknown: 1, sent: 2, blocked: 3, refused: 4 } as const;

const FULL_BYTES = 8 * 1024 * 1024;
const SESSION = 2 ** 32;

export class DecisionWriter {
  readonly #rows = new RowWriter();
  #count = 0;
  #stored = 0;
  #batch = 0;

  /**
   * @param rule the router's, as the experiment has it
   * @param venues their names, by index
   */
  constructor(
    private readonly store: Store,
    private readonly runId: string,
    private readonly rule: string,
    private readonly venues: readonly string[],
  ) {}

  /** Waits where a batch is full. */
  async add(decision: RoutingDecision): Promise<void> {
    const ranks = ranksOf(decision);
    for (const [venue, name] of this.venues.entries()) this.#addVenue(decision, venue, name, ranks[venue] ?? 0);
    this.#count += this.venues.length;
    if (this.#rows.bytes > FULL_BYTES) await this.flush();
  }

  /** Stores what was added since the last call. */
  async flush(): Promise<void> {
    if (this.#count === 0) return;
    this.#batch += 1;
    const account = { runId: this.runId, before: this.#stored, adds: this.#count };
    await this.store.insert({ table: 'routing_decisions', rows: [this.#rows.take()], format: 'RowBinary', token: `${this.runId}/routing_decisions/${this.#batch}`, account });
    this.#stored += this.#count;
    this.#count = 0;
  }

  /** Its columns are those of collector/schema.ts. */
  #addVenue(decision: RoutingDecision, venue: number, name: string, rank: number): void {
    const quotes = decision.quotes.filter((quote) => quote.venue === venue);
    const [touch] = quotes;
    const parts = decision.parts.filter((part) => part.venue === venue);
    const [part] = parts;
    const sum = (figures: readonly { readonly shares: number }[]): number => figures.reduce((total, { shares }) => total + shares, 0);
    this.#rows.text(this.runId).u64(decision.decision).u64(decision.market_ns).u64(decision.feed_sequence);
    this.#rows.text(decision.symbol).u16(decision.locate).u8(decision.side.charCodeAt(0)).u8(decision.order_type.charCodeAt(0));
    this.#rows.text(this.rule).u8(decision.takes ? 1 : 0).u32(decision.shares).u32(decision.limit);
    this.#rows.u8(venue).text(name).u8(touch === undefined ? 0 : 1).u32(touch?.price ?? 0).u32(touch?.shares ?? 0).u64(sum(quotes));
    for (const term of [touch?.fee, touch?.fill, touch?.latency, touch?.rejects]) this.#rows.i32(term ?? 0);
    this.#rows.i64(BigInt(touch?.score ?? 0)).u8(rank);
    this.#rows.u8(part === undefined ? 0 : 1).u8(parts.some(({ probes }) => probes) ? 1 : 0).u8(FATES[part?.fate ?? 'none']);
    this.#rows.u64(part === undefined ? 0 : venue * SESSION + part.user_ref).u32(sum(parts)).u32(part?.limit ?? 0);
  }
}

/** By venue: 1 for the best score within the order's limit, of equal ones the lower venue's, as the router has it. */
function ranksOf({ takes, side, limit, quotes }: RoutingDecision): Readonly<Record<number, number>> {
  const within = (price: number): boolean => !takes || limit === 0 || (side === 'B' ? price <= limit : price >= limit);
  const touches = quotes.filter(({ level, price }) => level === 0 && within(price)).sort((a, b) => a.score - b.score || a.venue - b.venue);
  return Object.fromEntries(touches.map(({ venue }, index) => [venue, index + 1]));
}
