/**
 * Why a run's slow orders were slow: joins their hops with what the engine's threads met, by thread and time.
 *
 * 1. Idle gaps give the costs around events, and the stalls that no kernel event explains (gaps.ts).
 * 2. Each slow order's hops are compared with the run's medians; what a hop took beyond is divided among the stalls that its thread met
 *    meanwhile (hop_delays.ts, interval.ts).
 * 3. What is left of it where the feed had fallen behind may be a wait behind other orders, and has the cause of that (backlog.ts).
 * 4. The same is done with every stall moved elsewhere (shift.ts): what still finds a cause finds it by chance.
 */
import { causeByName, causeName } from '../stall_causes.js';
import type { Store } from '../store/store.js';
import { Backlog, type LateRun } from './backlog.js';
import { PeriodBuilder } from './backlog_periods.js';
import { Coverage } from './coverage.js';
import { explainGaps, type GapColumns, type GapExplanation } from './gaps.js';
import { explainOrders, type OrderExplainer } from './hop_delays.js';
import { type OrderColumns, type ThreadOfHop, FEED_TX } from './order_columns.js';
import { IntervalReader } from './interval.js';
import { readLateOrders } from './late_orders.js';
import { limitOfSlowest, readFacts, readGaps, readOrders, readStalls, type RunFacts, type SlowSpan } from './read.js';
import { shifted } from './shift.js';
import { Kinds, type StallColumnsBuilder } from './stall_columns.js';
import { Tally, type CauseTotal } from './tally.js';
import { UnseenWork } from './unseen_work.js';
import { WorkSeen } from './work_seen.js';
import { AttributionWriter, writeExplainedGaps, writeHypervisorStalls } from './write.js';

export interface AttributionOptions {
  /** Orders above it are slow. auto: the slowest thousandth, at least 20 orders. */
  readonly slowNs: number | 'auto';
  /** Duration that is meant: service time (default), or response time, which begins when the packet was due. */
  readonly slowBy?: SlowSpan;
  /** Engine thread that stamps a hop. */
  readonly threadOfHop: ThreadOfHop;
  /** How far the stalls' clock and the engine's stamps may disagree. */
  readonly tieErrorNs: number;
  /** Orders that were measured, where not all were stored; default: the rows of `traces`. */
  readonly tracedOrders?: number;
  /** How long the engine threads watched for gaps, all together; default: the run's length for each thread with a gap. */
  readonly idleSeconds?: number;
}

export interface GapTotals {
  readonly count: number;
  readonly totalNs: number;
  /** By kernel events, with the costs around them. */
  readonly explainedNs: number;
  /** The same by the cause's name. */
  readonly explainedByCause: Readonly<Record<string, number>>;
  /** Gaps less than half explained: the hypervisor's, or hardware's. */
  readonly unexplained: number;
  readonly unexplainedPerSecond: number;
}

export interface Attribution {
  readonly slowNs: number;
  readonly slowBy: SlowSpan;
  /** Slow ones. */
  readonly orders: number;
  /** Of the whole run, of the span in `slowBy`. */
  readonly medianNs: number;
  /** What the slow orders' hops took beyond the run's medians. */
  readonly delayNs: number;
  /** Largest delay first; `none` and `backlog` among them. */
  readonly causes: readonly CauseTotal[];
  /** Slow orders of which events, or backlogs that events began, explain at least half of the delay; `orders` = `withCause` + `withoutEvent`. */
  readonly withCause: number;
  readonly withoutEvent: number;
  /** Slow orders that the hypervisor is expected to have made: unexplained idle gaps that long, times the time orders were under way. */
  readonly expectedHypervisor: number;
  /** Of `delayNs`, by events and by backlogs that events began. Null where there is no delay. */
  readonly explainedShare: number | null;
  /** Slow orders that still find a cause when every stall stands elsewhere, relative to `withCause`. Null where none has a cause. */
  readonly shiftedShare: number | null;
  /** Costs around an event that no event shows, by the cause's name: p90 over idle gaps that hold exactly one. */
  readonly overheadNs: Readonly<Record<string, number>>;
  readonly gaps: GapTotals;
  /** Stalls that were too many to hold, the shortest ones. */
  readonly stallsLeftOut: number;
}

/** On both sides, for what the tie's error does not know of: the way from the kernel's clock reading to the event itself. */
const EVENT_EDGE_NS = 100;
const SLOWEST_SHARE = 0.001;
const SLOWEST_LEAST = 20;
/** Up to so many slow orders are read once and kept, 25 MB of columns. */
const KEEP_ORDERS = 200_000;
/** With few slow orders one shift says little: it is repeated until about so many were looked at. */
const SHIFTED_ORDERS = 5_000;
const MAX_SHIFTS = 8;
const SEED = 0x5eed;
const HYPERVISOR = causeByName('hypervisor').value;

/** Attributes a finished run, and stores what was found: `attributions`, `stalls` of cause hypervisor, `gaps.explained_ns`. */
export async function attributeRun(store: Store, runId: string, options: AttributionOptions): Promise<Attribution> {
  const slowBy = options.slowBy ?? 'tick_to_ack';
  const facts = await readFacts(store, runId, slowBy);
  if (facts === null) return emptyAttribution(slowBy, options.slowNs);
  const tracedOrders = options.tracedOrders ?? facts.rows;
  const slowest = Math.max(SLOWEST_LEAST, Math.ceil(SLOWEST_SHARE * tracedOrders));
  const slowNs = options.slowNs === 'auto' ? await limitOfSlowest(store, runId, slowBy, slowest) : options.slowNs;
  const toleranceNs = options.tieErrorNs + EVENT_EDGE_NS;

  const kinds = new Kinds();
  const { stalls: recorded, builder, leftOut, cpuOf } = await readStalls(store, runId, facts, kinds);
  const gaps = await readGaps(store, runId, facts);
  const found = explainGaps(gaps, new Coverage(recorded), kinds, toleranceNs);
  addUnexplained(builder, gaps, found.unexplained, kinds);
  await writeHypervisorStalls(store, runId, facts.baseNs, gaps, found.unexplained, cpuOf);
  await writeExplainedGaps(store, runId, facts.baseNs, gaps, found.explainedNs);

  const stalls = builder.columns();
  const { typicalNs } = facts;
  const firstHop = slowBy === 'tick_to_ack' ? 2 : 1;
  const common = { kinds, overheads: found.overheads, toleranceNs, threadOfHop: options.threadOfHop, typicalNs, firstHop };
  const measured = new Coverage(stalls);
  const late = await readLateRun(store, runId, facts, options.threadOfHop, new IntervalReader(measured, kinds, toleranceNs));
  const explainerOf = (coverage: Coverage): OrderExplainer => ({ ...common, coverage, backlog: new Backlog(late, { ...common, coverage }) });
  const pages = new OrderPages(() => readOrders(store, runId, slowBy, slowNs, facts));

  const tally = new Tally(kinds, firstHop);
  const writer = new AttributionWriter(store, runId, facts.baseNs, stalls, kinds);
  const explainer = explainerOf(measured);
  for await (const orders of pages.all()) {
    explainOrders(orders, explainer, tally.listen(orders, (delay) => writer.add(orders, delay)));
    await writer.flush();
  }

  const shifts = Math.min(MAX_SHIFTS, Math.max(1, Math.ceil(SHIFTED_ORDERS / Math.max(1, tally.orders))));
  let byChance = 0;
  for (let shift = 0; shift < shifts && tally.withCause > 0; shift += 1) {
    const control = new Tally(kinds, firstHop);
    const elsewhere = explainerOf(new Coverage(shifted(stalls, facts.lengthNs, SEED + shift)));
    for await (const orders of pages.all()) explainOrders(orders, elsewhere, control.listen(orders));
    byChance += control.withCause / shifts;
  }

  const idleSeconds = options.idleSeconds ?? (new Set(gaps.thread).size * facts.lengthNs) / 1e9;
  return {
    slowNs,
    slowBy,
    orders: tally.orders,
    medianNs: facts.medianNs,
    delayNs: tally.delayNs,
    causes: tally.causes(),
    withCause: tally.withCause,
    withoutEvent: tally.orders - tally.withCause,
    expectedHypervisor: expectedHypervisor(gaps, found, idleSeconds, slowNs, facts, tracedOrders),
    explainedShare: tally.delayNs === 0 ? null : tally.eventsNs / tally.delayNs,
    shiftedShare: tally.withCause === 0 ? null : byChance / tally.withCause,
    overheadNs: Object.fromEntries([...found.overheads].map(([cause, ns]) => [causeName(cause), ns])),
    gaps: gapTotals(gaps, found, idleSeconds),
    stallsLeftOut: leftOut,
  };
}

async function readLateRun(store: Store, runId: string, facts: RunFacts, threadOfHop: ThreadOfHop, reader: IntervalReader): Promise<LateRun> {
  const builder = new PeriodBuilder(facts.rhythmNs);
  const work = new WorkSeen(threadOfHop);
  const unseen = new UnseenWork(threadOfHop);
  for await (const orders of readLateOrders(store, runId, facts)) {
    work.add(orders);
    unseen.add(orders);
    for (let order = 0; order < orders.length; order += 1) {
      const dueNs = orders.dueNs[order] ?? 0;
      builder.add(dueNs, dueNs + (orders.offsetNs[FEED_TX]?.[order] ?? 0));
    }
  }
  return { periods: builder.periods(), work, unseenNs: unseen.learn(work, reader, facts.typicalNs) };
}

/** The slow orders, read anew for each pass where they are too many to keep. */
class OrderPages {
  #kept: OrderColumns[] | null = null;

  constructor(private readonly read: () => AsyncGenerator<OrderColumns>) {}

  async *all(): AsyncGenerator<OrderColumns> {
    if (this.#kept !== null) {
      yield* this.#kept;
      return;
    }
    const kept: OrderColumns[] = [];
    let orders = 0;
    for await (const page of this.read()) {
      orders += page.length;
      if (orders <= KEEP_ORDERS) kept.push(page);
      else kept.length = 0;
      yield page;
    }
    if (orders <= KEEP_ORDERS) this.#kept = kept;
  }
}

function addUnexplained(builder: StallColumnsBuilder, gaps: GapColumns, unexplained: readonly number[], kinds: Kinds): void {
  const kind = kinds.idOf(HYPERVISOR, '');
  for (const gap of unexplained) {
    const startNs = gaps.startNs[gap] ?? 0;
    builder.add(gaps.thread[gap] ?? 0, startNs, startNs + (gaps.durationNs[gap] ?? 0), kind);
  }
}

/** The hypervisor does not know whether a thread is idle: it takes as much, as often, from threads that have orders under way. */
function expectedHypervisor(gaps: GapColumns, found: GapExplanation, idleSeconds: number, slowNs: number, { medianNs }: RunFacts, orders: number): number {
  if (idleSeconds === 0) return 0;
  const longNs = Math.max(0, slowNs - medianNs);
  const long = found.unexplained.filter((gap) => (gaps.durationNs[gap] ?? 0) - (found.explainedNs[gap] ?? 0) >= longNs).length;
  return (long / idleSeconds) * ((orders * medianNs) / 1e9);
}

function gapTotals(gaps: GapColumns, found: GapExplanation, idleSeconds: number): GapTotals {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  return {
    count: gaps.length,
    totalNs: sum(gaps.durationNs),
    explainedNs: sum(found.explainedNs),
    explainedByCause: found.explainedByCause,
    unexplained: found.unexplained.length,
    unexplainedPerSecond: idleSeconds === 0 ? 0 : found.unexplained.length / idleSeconds,
  };
}

function emptyAttribution(slowBy: SlowSpan, slowNs: number | 'auto'): Attribution {
  return {
    slowNs: slowNs === 'auto' ? 0 : slowNs, slowBy, orders: 0, medianNs: 0, delayNs: 0, causes: [], withCause: 0, withoutEvent: 0, expectedHypervisor: 0,
    explainedShare: null, shiftedShare: null, overheadNs: {}, stallsLeftOut: 0,
    gaps: { count: 0, totalNs: 0, explainedNs: 0, explainedByCause: {}, unexplained: 0, unexplainedPerSecond: 0 },
  };
}
