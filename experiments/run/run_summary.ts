/** One run's outcome as one entry of the summary. */
import type { PageView } from '../../native/index.js';
import type { RunEvidence } from './gather_evidence.js';
import { emptyCounters, type Counters, type LatencyNs, type RiskOutcome, type RunSummary, type StoredDecisions, type VariantSummary } from '../summary.js';
import { captureFault, type RunCapture } from './capture.js';
import type { EngineResult } from './engine_result.js';
import { parentSummary } from './parents.js';
import type { RunOutcome, Tail } from './one_run.js';
import type { RecordedCounts } from './recording.js';
import { runRouting, type RunRouting } from './routing.js';
import { differenceReasons, positionsSummary } from './positions.js';
import { invalidReasons } from './validity.js';

/** What a run's entry says beyond the fixed keys. */
export interface DetailedRun extends RunSummary, RunEvidence {
  /** The lane it really had. */
  readonly lane: string;
  readonly invalid_because: readonly string[];
  /** One sentence each: isolation, degraded probes, what the kernel would not do. */
  readonly conditions: readonly string[];
  /** Messages sent, by ITCH type. */
  readonly feed_types: Readonly<Record<string, number>>;
  /** OMS: from when a gap in the feed was noticed to when it was closed; null where there was none. Warm-up included. */
  readonly recovery_ns: LatencyNs | null;
  /** Shares, fees (millionths of the currency; negative: rebates) and what its books could not take, by venue. */
  readonly venues: EngineResult['venues'];
  /** What the orders cost, and at which venues; null where the engine did not come to its end. */
  readonly routing: RunRouting | null;
  /** Of how many of its decisions the store can say why; null where there was nothing to choose. */
  readonly decisions: StoredDecisions | null;
  /** What the risk gate blocked, by check and level, and how often each circuit breaker tripped (warm-up included). */
  readonly risk: RiskOutcome;
  /** What `journal.durable` means on this device. */
  readonly durable_kind: string | null;
  /** Mean cost of handing one record to the lane's ring; 0 where it has none. */
  readonly push_ns: number;
  /** Null where nothing was captured. */
  readonly capture: RunCapture | null;
  /** Largest relative difference between the clock's two calibrations. */
  readonly clock_drift: number;
}

/** A variant whose runs carry more than the fixed keys. */
export interface DetailedVariant extends VariantSummary {
  readonly runs: readonly DetailedRun[];
}

/** The page's buckets are 1/32 wide, and its quantiles are their upper edges (native/page.ts). */
const BUCKET_WIDTH = 1 / 32;

/**
 * @param stored latencies from the stored rows; empty in lanes that store none
 */
export function summariseRun(
  runId: string, outcome: RunOutcome, stored: Readonly<Record<string, LatencyNs>>, lane: string, conditions: readonly string[],
  evidence: RunEvidence, capture: RunCapture | null = null,
): DetailedRun {
  const { view, result, cutShort } = outcome;
  const counters = countersOf(view, outcome.recorded);
  const reasons = [...(cutShort === '' ? [] : [cutShort]), ...invalidReasons(counters, cutShort === '' ? lane : 'cut short', stored.tick_to_ack_response?.max ?? 0, result?.venues.reduce((sum, { lost_in_outage: lost }) => sum + lost, 0)), ...(result === undefined ? [] : differenceReasons(result))];
  const seconds = view.measureSeconds;
  const orders = counters.orders;
  return {
    run_id: runId,
    valid: reasons.length === 0,
    seconds,
    latency_ns: { ...fromPage(outcome, view), ...stored },
    counters,
    rates: {
      feed_pps: perSecond(counters.feed_packets, seconds),
      oms_pps: perSecond(counters.oms_packets, seconds),
      orders_per_s: perSecond(orders, seconds),
    },
    floor: { jitter_ns: { p99: outcome.floor.p99, p999: outcome.floor.p999, max: outcome.floor.max }, stamp_ns: view.stampNs },
    parents: (result?.parents ?? []).map(parentSummary),
    commands: result?.commands ?? [],
    digest: result?.digest ?? { orders: '', books: '', journal: null, null_because: 'the engine did not come to its end' },
    positions: result === undefined ? null : positionsSummary(result),
    lane,
    invalid_because: reasons,
    conditions: [...conditions, ...outcome.conditions, ...engineConditions(result), ...captureConditions(capture)],
    feed_types: result?.feed.types ?? {},
    recovery_ns: outcome.recovery.count === 0 ? null : latency(outcome.recovery, view.resolutionNs),
    venues: result?.venues ?? [],
    routing: runRouting(result?.routing),
    decisions: outcome.decisions,
    risk: { blocks: result?.risk_blocks ?? [], breakers: result?.breakers ?? {} },
    durable_kind: result?.durable_kind ?? null,
    push_ns: view.pushNs,
    ...evidence,
    capture,
    clock_drift: view.tscHzEnd > 0 ? Math.abs(view.tscHzEnd / view.tscHz - 1) : 0,
  };
}

/** What the engine itself could not have, or had to wait for. */
function engineConditions(result: EngineResult | undefined): readonly string[] {
  if (result === undefined) return [];
  const { conditions, unlocked_because: unlocked, journal_stalls: stalls, oms_journal_stalls: omsStalls, snapshots, venues } = result;
  return [
    ...(conditions === '' ? [] : [conditions]),
    ...(unlocked === '' ? [] : [unlocked]),
    ...(stalls === 0 ? [] : [`the venues waited ${stalls} times for room in the journal; its device is too slow for this rate`]),
    ...(omsStalls === 0 ? [] : [`the OMS waited ${omsStalls} times for room in its own journal; its disk is too slow for this rate`]),
    ...snapshots.map(snapshotCondition),
    ...venues.filter(({ lost_in_outage: lost }) => lost > 0).map(({ name, lost_in_outage: lost }) => `venue ${name} lost ${lost} messages in its outage, as the experiment asks; orders among them have no answer and are in no quantile`),
  ];
}

/** A shadow shares the CPU of whatever else is not the engine's. */
function snapshotCondition({ venue, taken, last_record: record, longest_ns: longest, replayed, error }: EngineResult['snapshots'][number]): string {
  const whose = venue === null ? 'the OMS' : `venue ${venue}`;
  const counted = taken === 0 ? `no snapshot of ${whose} was taken` : `${taken} ${taken === 1 ? 'snapshot' : 'snapshots'} of ${whose}, the last at record ${record}, ${(longest / 1e6).toFixed(1)} ms the longest`;
  return `${counted}; its shadow, beside the collector, came to record ${replayed}${error === '' ? '' : `; ${error}`}`;
}

function captureConditions(capture: RunCapture | null): readonly string[] {
  const fault = capture === null ? undefined : captureFault(capture);
  return fault === undefined ? [] : [fault];
}

/** What the engine counted, and what was made of its records. */
export function countersOf({ counters }: Pick<PageView, 'counters'>, recorded: RecordedCounts): Counters {
  return { ...emptyCounters(), ...counters, ...recorded };
}

function fromPage(outcome: RunOutcome, view: PageView): Readonly<Record<string, LatencyNs>> {
  return {
    ...(outcome.tickToAck.count === 0 ? {} : { tick_to_ack: latency(outcome.tickToAck, view.resolutionNs) }),
    ...(outcome.tickToAckResponse.count === 0 ? {} : { tick_to_ack_response: latency(outcome.tickToAckResponse, view.resolutionNs) }),
  };
}

function latency({ count, p50, p90, p99, p999, max }: Tail, resolutionNs: number): LatencyNs {
  return { count, p50, p90, p99, p999, max, error: Math.ceil(p999 * BUCKET_WIDTH + resolutionNs) };
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}
