/**
 * Thresholds against what was measured. The run is the unit: each variant is judged by the median of its valid runs' values, so one disturbed
 * run neither fails nor saves it. Where no run is valid there is nothing to judge, and the threshold does not hold.
 */
import type { Attribution } from '../../collector/index.js';
import type { DigestName, KillFigure } from '../spec/measure.js';
import { holds, type Measure, type Threshold } from '../spec/thresholds.js';
import type { FloorSummary, JournalFloorSummary, RiskOutcome, RunSummary, ThresholdResult, VariantSummary, Verdict } from '../summary.js';
import type { AccuracyRow } from './accuracy/row.js';
import type { AlertRecord } from './alerts.js';
import { equivalenceOf } from './equivalence.js';
import type { KillFigures } from './kill_figures.js';
import { costDifference, quantile, type LaneCost } from './lane_cost.js';
import type { OwnError } from './own_error.js';
import { routingSummary, type RunRouting } from './routing.js';

/** A run with what thresholds ask for beyond the fixed keys; absent or null where it was not measured. */
export interface JudgedRun extends RunSummary {
  readonly lane?: string;
  readonly risk?: RiskOutcome;
  readonly attribution?: Pick<Attribution, 'withCause' | 'explainedShare' | 'shiftedShare'> | null;
  readonly accuracy?: readonly AccuracyRow[];
  readonly alerts?: readonly AlertRecord[];
  readonly kill?: KillFigures | null;
  readonly routing?: RunRouting | null;
  readonly own_error?: Pick<OwnError, 'pushNs' | 'siteNs' | 'collectorCpu'> | null;
}

export interface JudgedVariant extends VariantSummary {
  readonly runs: readonly JudgedRun[];
}

export function judge(
  thresholds: readonly Threshold[], variants: readonly JudgedVariant[], costs: readonly LaneCost[], floors: readonly FloorSummary[] = [], journalFloors: readonly JournalFloorSummary[] = [],
): readonly ThresholdResult[] {
  return thresholds.flatMap((threshold) => {
    const { measure } = threshold;
    switch (measure.kind) {
      case 'lane_cost': return [result(threshold, costDifference(costs, measure.lane, measure.over))];
      case 'digest': return [result(threshold, differentDigests(measure.name, variants))];
      case 'equivalence': return [result(threshold, equivalenceOf(measure, variants)?.farthest)];
      case 'attribution':
        // One share of chance for the experiment: a variant with few causes of its own could neither show nor hide it.
        if (measure.name === 'false') return [result(threshold, shareByChance(variants))];
        return ofEach(threshold, variants, variants);
      case 'accuracy': return ofEach(threshold, variants, variants.filter((variant) => variant.runs.some((run) => (run.accuracy ?? []).length > 0)));
      case 'own': return ofEach(threshold, variants, variants.filter((variant) => variant.runs.some((run) => costsItself(measure, run))));
      case 'echo': return ofFloors(threshold, measure.figure, floors);
      case 'journal_floor': return ofJournals(threshold, measure.figure, journalFloors, variants);
      case 'routing':
        if (measure.figure === 'advantage_bps') return ofRules(threshold, variants);
        return ofEach(threshold, variants, variants);
      case 'risk': return [result(threshold, stoppedByRisk(measure.name, variants))];
      case 'latency': case 'counter': case 'rate': case 'alert': case 'kill': case 'parents': return ofEach(threshold, variants, variants);
    }
  });
}

export function verdictOf(invalidBecause: readonly string[], thresholds: readonly ThresholdResult[]): Verdict {
  if (invalidBecause.length > 0) return 'invalid';
  return thresholds.every((threshold) => threshold.ok) ? 'pass' : 'fail';
}

/** k6's convention for a failed threshold; 1 for a run that says nothing. */
export function exitCodeOf(verdict: Verdict): number {
  return verdict === 'pass' ? 0 : verdict === 'fail' ? 99 : 1;
}

/** @param concerned those of which the threshold says something; where it says nothing of any, it does not hold */
function ofEach(threshold: Threshold, variants: readonly JudgedVariant[], concerned: readonly JudgedVariant[]): readonly ThresholdResult[] {
  if (concerned.length === 0) return [result(threshold, undefined)];
  return concerned.map((variant) => ({
    ...result(threshold, medianOf(threshold.measure, variant.runs)),
    ...(variants.length > 1 ? { variant: variant.name } : {}),
  }));
}

function result({ metric, expr, comparison, limit }: Threshold, value: number | undefined): ThresholdResult {
  return { metric, expr, value: value ?? null, ok: value !== undefined && holds(value, comparison, limit) };
}

/** Of each network build that has the figure; an experiment without floors has none. */
function ofFloors(threshold: Threshold, figure: Extract<Measure, { kind: 'echo' }>['figure'], floors: readonly FloorSummary[]): readonly ThresholdResult[] {
  const figureOf = ({ round_trip_ns: trip, forwards_per_s: pps, of_testpmd: share }: FloorSummary): number | null =>
    figure === 'pps' ? pps : figure === 'of_testpmd' ? share : trip[figure];
  const concerned = floors.filter((floor) => figureOf(floor) !== null);
  if (concerned.length === 0) return [result(threshold, undefined)];
  return concerned.map((floor) => ({ ...result(threshold, figureOf(floor) ?? undefined), ...(floors.length > 1 ? { variant: floor.variants.join(', ') } : {}) }));
}

/** Of every variant: one whose journal or device was not measured has no value. */
function ofJournals(
  threshold: Threshold, figure: Extract<Measure, { kind: 'journal_floor' }>['figure'], floors: readonly JournalFloorSummary[], variants: readonly JudgedVariant[],
): readonly ThresholdResult[] {
  const journals = floors.flatMap((floor) => floor.journals);
  return variants.map(({ name }) => {
    const journal = journals.find(({ variant }) => variant === name);
    const judged = result(threshold, journal?.[figure] ?? undefined);
    const enough = threshold.orMoreNs !== undefined && (journal?.p50_over_floor_ns ?? Infinity) <= threshold.orMoreNs;
    return { ...judged, ok: judged.ok || enough, ...(variants.length > 1 ? { variant: name } : {}) };
  });
}

/** Of every rule beside smart: how much dearer it is at least, with the interval's confidence. */
function ofRules(threshold: Threshold, variants: readonly JudgedVariant[]): readonly ThresholdResult[] {
  const against = routingSummary(variants)?.against ?? [];
  if (against.length === 0) return [result(threshold, undefined)];
  return against.map(({ variant, low_bps: low }) => ({ ...result(threshold, low ?? undefined), variant }));
}

function medianOf(measure: Measure, runs: readonly JudgedRun[]): number | undefined {
  const values = runs.filter((run) => run.valid).map((run) => valueOf(measure, run)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : quantile(values.sort((a, b) => a - b), 0.5);
}

function valueOf(measure: Measure, run: JudgedRun): number | undefined {
  switch (measure.kind) {
    case 'latency': {
      const latency = run.latency_ns[measure.name];
      return latency === undefined || (latency.count === 0 && measure.statistic !== 'count') ? undefined : latency[measure.statistic];
    }
    case 'counter':
      return run.counters[measure.name];
    case 'rate':
      return Object.entries(run.rates).find(([name]) => name === measure.name)?.[1] as number | undefined;
    case 'alert':
      return alertFigure(measure, run);
    case 'kill':
      return killFigure(measure.figure, run.kill ?? null);
    case 'accuracy':
      return worstShare(run.accuracy ?? []);
    case 'attribution':
      return run.attribution?.explainedShare ?? undefined;
    case 'routing':
      return routingFigure(measure, run);
    case 'own':
      return costsItself(measure, run) ? ownCost(measure, run) : undefined;
    case 'parents':
      return parentFigure(measure, run);
    case 'lane_cost': case 'equivalence': case 'digest': case 'echo': case 'journal_floor': case 'risk':
      return undefined;
  }
}

function routingFigure({ figure }: Extract<Measure, { kind: 'routing' }>, { routing }: JudgedRun): number | undefined {
  if (routing === undefined || routing === null) return undefined;
  if (figure === 'cost_bps') return routing.cost_bps ?? undefined;
  return routing.wanted_shares === 0 ? undefined : routing.filled_shares / routing.wanted_shares;
}

/** An alert that nobody was told of has no such time: the threshold does not hold. */
function alertFigure({ rule, figure }: Extract<Measure, { kind: 'alert' }>, { alerts = [] }: JudgedRun): number | undefined {
  const alert = alerts.find((one) => one.rule === rule);
  switch (figure) {
    case 'notified_after': return alert?.notified_after_ns ?? undefined;
    case 'firings': return alert?.firings;
    case 'resolutions': return alert?.resolutions;
  }
}

/** Where nobody pulled it there is nothing to judge but that: no trip. */
function killFigure(figure: KillFigure, kill: KillFigures | null): number | undefined {
  if (kill === null) return figure === 'trips' ? 0 : undefined;
  switch (figure) {
    case 'trips': case 'open_orders': case 'unconfirmed': return kill[figure];
    case 'late_orders': return kill.late_orders ?? undefined;
    case 'last_order_p99': return kill.last_order_ns?.p99;
    case 'last_order_max': return kill.last_order_ns?.max;
    case 'asked_p99': return kill.asked_ns?.p99;
    case 'confirmed_p99': return kill.confirmed_ns?.p99;
  }
}

/** A run without such a parent order has no value. */
function parentFigure({ figure, parent }: Extract<Measure, { kind: 'parents' }>, { parents = [] }: JudgedRun): number | undefined {
  const concerned = parents.filter(({ name }) => parent === undefined || name === parent);
  if (concerned.length === 0) return undefined;
  switch (figure) {
    case 'completion': return Math.min(...concerned.map(({ fill_rate: rate }) => rate));
    case 'slices_outside': return concerned.reduce((sum, { slices_outside: outside }) => sum + outside, 0);
    case 'deviation': return Math.max(...concerned.map(({ deviation }) => deviation));
  }
}

/** What could not be judged must not hide behind what could: a run with such a row has no value. */
function worstShare(rows: readonly AccuracyRow[]): number | undefined {
  const shares = rows.map((row) => row.share).filter((share) => share !== null);
  return shares.length < rows.length || shares.length === 0 ? undefined : Math.min(...shares);
}

/** Over all valid runs of the experiment: orders with a cause when every stall stands at a random time, over those with true times. */
function shareByChance(variants: readonly JudgedVariant[]): number | undefined {
  const found = variants.flatMap(({ runs }) => runs.filter((run) => run.valid).map((run) => run.attribution)).filter((one) => one !== undefined && one !== null);
  const withCause = found.reduce((sum, one) => sum + one.withCause, 0);
  return withCause === 0 ? undefined : found.reduce((sum, one) => sum + (one.shiftedShare ?? 0) * one.withCause, 0) / withCause;
}

/** Nothing is equal where there is nothing to compare with, or where a valid run has no such digest. */
function differentDigests(name: DigestName, variants: readonly JudgedVariant[]): number | undefined {
  const digests = variants.flatMap(({ runs }) => runs.filter((run) => run.valid).map(({ digest }) => digest[name] ?? ''));
  return digests.length < 2 || digests.includes('') ? undefined : new Set(digests).size;
}

/** Experiments provoke one check in one variant and the next in another. */
function stoppedByRisk(name: string, variants: readonly JudgedVariant[]): number | undefined {
  const outcomes = variants.flatMap(({ runs }) => runs.filter((run) => run.valid).map((run) => run.risk)).filter((risk) => risk !== undefined);
  if (outcomes.length === 0) return undefined;
  return outcomes.reduce((sum, { blocks, breakers }) => sum + (breakers[name] ?? 0) + blocks.reduce((of, block) => of + (block.check === name ? block.count : 0), 0), 0);
}

type OwnMeasure = Extract<Measure, { kind: 'own' }>;

/** A lane without ring or probe site has no such cost: 0 would pass for cheap. */
function costsItself(measure: OwnMeasure, run: JudgedRun): boolean {
  return (measure.lane === undefined || measure.lane === run.lane) && (ownCost(measure, run) ?? 0) > 0;
}

function ownCost({ name }: OwnMeasure, { own_error: own }: JudgedRun): number | undefined {
  switch (name) {
    case 'push_ns': return own?.pushNs;
    case 'site_ns': return own?.siteNs;
    case 'collector_cpu': return own?.collectorCpu;
  }
}
