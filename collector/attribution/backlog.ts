/**
 * Orders that waited behind others, because the feed had fallen behind and sent many packets in one burst.
 *
 * With run to completion, an order of a burst waits in most of its hops: in the ports until the whole burst was sent, and behind those in
 * front of it once the burst is taken out. No stall stands in these hops, yet a stall is why they were long: the one that made the feed late.
 *
 * A delay that no event explains is called backlog as far as the hop's own thread was at work for late orders:
 * - up to the last moment in the hop at which it stamped another late one (work_seen.ts);
 * - where the order itself was sent within a backlog period (backlog_periods.ts) and comes out of a port, as much longer as such waits take
 *   without a stall (unseen_work.ts).
 * What the thread took after that beyond the typical is its own, and stays `none`. So a wait is never longer than the work of others is seen
 * to have taken, and a delay in an order's own code is not mistaken for one, in a hop in which orders wait either.
 *
 * What makes one order of a burst longer makes those behind it wait, and counts with them to what began the period. Where orders are
 * sampled, fewer stamps are seen, and waits come out too short rather than too long.
 */
import { BACKLOG, backlogWho } from '../stall_causes.js';
import { beginningsOf, periodAt, periodBefore, type BacklogPeriods, type Beginning, type BeginningSearch } from './backlog_periods.js';
import { IntervalReader, LEAST_REST_NS, type Interval } from './interval.js';
import type { WorkSeen } from './work_seen.js';

/** The late orders of a run; it stays as it is wherever the stalls are. */
export interface LateRun {
  readonly periods: BacklogPeriods;
  readonly work: WorkSeen;
  /** By hop index. */
  readonly unseenNs: ReadonlyMap<number, number>;
}

/** What an order waited behind. */
export interface Wait {
  readonly delayNs: number;
  /** Of a Kinds: cause backlog. */
  readonly kind: number;
  /** That began the period; null where no event did. */
  readonly stall: number | null;
}

export interface WaitingHop extends Interval {
  readonly hop: number;
  /** The order's feed.tx; undefined where it has none. */
  readonly sentNs: number | undefined;
  /** Of the hop's delay, what no event explains. */
  readonly restNs: number;
}

export class Backlog {
  readonly #reader: IntervalReader;
  readonly #beginnings: readonly (Beginning | null)[];

  constructor(
    private readonly late: LateRun,
    private readonly search: BeginningSearch,
  ) {
    this.#reader = new IntervalReader(search.coverage, search.kinds, search.toleranceNs);
    this.#beginnings = beginningsOf(late.periods, search);
  }

  /** Null where the order did not wait. */
  waitIn({ hop, thread, fromNs, toNs, sentNs, restNs }: WaitingHop): Wait | null {
    const { periods, work, unseenNs } = this.late;
    const seenUntilNs = work.lastWithin(thread, fromNs, toNs);
    const own = sentNs === undefined ? undefined : periodAt(periods, sentNs);
    const period = own ?? (seenUntilNs === undefined ? undefined : periodBefore(periods, seenUntilNs));
    if (period === undefined) return null;
    const untilNs = seenUntilNs ?? fromNs;
    this.#reader.read({ thread, fromNs: untilNs, toNs, fromIsOwn: seenUntilNs !== undefined });
    const beyondNs = Math.max(0, toNs - untilNs - this.#reader.coveredNs - (this.search.typicalNs[hop] ?? 0));
    const unseen = own === undefined ? 0 : (unseenNs.get(hop) ?? 0);
    const delayNs = Math.min(restNs - Math.max(0, beyondNs - unseen), untilNs - fromNs + unseen);
    return delayNs <= LEAST_REST_NS ? null : { delayNs, ...this.#behind(this.#beginnings[period] ?? null) };
  }

  #behind(beginning: Beginning | null): Pick<Wait, 'kind' | 'stall'> {
    const { kinds } = this.search;
    if (beginning === null) return { kind: kinds.idOf(BACKLOG.value, ''), stall: null };
    const { cause, who } = kinds.at(beginning.kind);
    return { kind: kinds.idOf(BACKLOG.value, backlogWho(cause, who)), stall: beginning.stall };
  }
}
