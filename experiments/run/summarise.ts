/** From the measured runs to the summary, its verdict, and the input of the report. */
import { HOPS, SPANS, type Store } from '../../collector/index.js';
import type { ReportInput } from '../report/input.js';
import { flatten, type Experiment, type Variant } from '../spec/load.js';
import { SUMMARY_SCHEMA, type FloorSummary, type JournalFloorSummary, type LoadSummary, type RoutingSummary, type Settings, type Summary } from '../summary.js';
import { detailOf } from './details.js';
import { describeEquivalence, equivalenceOf, type Equivalence } from './equivalence.js';
import type { Maximum } from './find_maximum.js';
import { journalFloors } from './journal_floors.js';
import { judge, verdictOf } from './judge.js';
import { costDifference, laneCosts, type LaneCost } from './lane_cost.js';
import { loadSummary } from './load_curve.js';
import { describeMachine } from './machine.js';
import { routingSummary } from './routing.js';
import type { DetailedVariant } from './run_summary.js';
import type { Measured } from './runner.js';
import type { TestpmdResult } from './testpmd.js';

export interface LaneCostEntry {
  readonly lane: string;
  readonly cycles_per_order: number;
  readonly ns_per_order: number;
  readonly spread_ns: number;
  /** Against lanes `off` and `stamps`, round by round; null where there is no such lane to compare with. */
  readonly over_off_ns: number | null;
  readonly over_stamps_ns: number | null;
  readonly runs: number;
}

export interface EquivalenceEntry extends Equivalence {
  readonly expr: string;
  /** The same in words. */
  readonly says: string;
}

/** What the summary says beyond the fixed keys. */
export interface ExperimentSummary extends Summary {
  readonly variants: readonly DetailedVariant[];
  /** Engine time per order of each lane; empty where lanes are not compared. */
  readonly lane_cost: readonly LaneCostEntry[];
  /** Where two variants were to be alike: the interval that says how far they are apart at most. */
  readonly equivalence: readonly EquivalenceEntry[];
  readonly conditions: readonly string[];
  readonly floors: readonly FloorSummary[];
  readonly journal_floors: readonly JournalFloorSummary[];
  readonly routing: RoutingSummary | null;
  readonly load: LoadSummary | null;
  /** Another tool's figure on the same device; null where the experiment asks for none. */
  readonly reference: { readonly tool: 'dpdk-testpmd'; readonly macswap_pps: number; readonly command: string } | null;
}

/** Settings a user would name a run by, where nothing varies. */
const NAMING = ['pipeline.build', 'pipeline.feed.flow', 'pipeline.feed.rate', 'pipeline.oms.every', 'pipeline.journal.device', 'probes.lane'];

/** @param maximum of the load curve, where one was searched for */
export function summarise(experiment: Experiment, measured: Measured, interrupted: boolean, maximum?: Maximum): ExperimentSummary {
  const variants = measured.variants.map(({ variant, runs }) => ({ name: variant.name, settings: shownSettings(variant), runs }));
  const invalidBecause = invalidReasons(experiment, measured, interrupted);
  const machine = describeMachine(measured.tscHz);
  const costs = laneCosts(experiment.variants, { variants, machine }, measured.lcores);
  const ofJournals = journalFloors(experiment.variants, variants, measured.floorBefore, measured.floorAfter);
  const thresholds = judge(experiment.thresholds, variants, costs, measured.floors, ofJournals);
  return {
    schema: SUMMARY_SCHEMA,
    experiment: experiment.name,
    verdict: verdictOf(invalidBecause, thresholds),
    invalid_because: invalidBecause,
    variants,
    thresholds,
    machine,
    lane_cost: costs.map((cost) => costEntry(cost, costs)),
    equivalence: equivalences(experiment, variants),
    conditions: measured.conditions,
    reference: referenceEntry(measured.testpmd),
    floors: measured.floors,
    journal_floors: ofJournals,
    routing: routingSummary(variants),
    load: experiment.load === undefined || maximum === undefined ? null : loadSummary(experiment.load, maximum, variants),
  };
}

export async function reportInput(experiment: Experiment, summary: ExperimentSummary, measured: Measured, store: Store, startedAt: Date): Promise<ReportInput> {
  const details = await Promise.all(summary.variants.map((variant) => detailOf(store, variant, measured.curves)));
  const [first] = experiment.variants;
  return {
    summary,
    startedAt: startedAt.toISOString(),
    hops: HOPS,
    spans: SPANS,
    variants: details.filter((detail) => detail !== undefined),
    settings: first === undefined ? {} : flatten(first.settings),
    conditions: summary.conditions,
  };
}

function invalidReasons(experiment: Experiment, measured: Measured, interrupted: boolean): readonly string[] {
  const several = experiment.variants.length * experiment.runs > 1;
  const ofRuns = measured.variants.flatMap(({ runs }) => runs.flatMap((run) => run.invalid_because.map((reason) => (several ? `${run.run_id}: ${reason}` : reason))));
  const done = measured.variants.reduce((sum, { runs }) => sum + runs.length, 0);
  const wanted = experiment.variants.length * experiment.runs;
  if (interrupted && ofRuns.length === 0) return [`interrupted after ${done} of ${wanted} runs${experiment.until === undefined ? '' : ' or more'}`];
  return done < wanted && several ? [...ofRuns, `${wanted - done} of ${wanted} runs were not made`] : ofRuns;
}

function shownSettings({ settings, varied }: Variant): Settings {
  const flat = flatten(settings);
  const keys = varied.length === 0 ? NAMING : varied;
  // A varied map stands there with every key below it.
  return Object.fromEntries(Object.entries(flat).filter(([at]) => keys.some((key) => at === key || at.startsWith(`${key}.`))));
}

function costEntry({ lane, cycles, ns, spreadNs, runs }: LaneCost, costs: readonly LaneCost[]): LaneCostEntry {
  const over = (base: string): number | null => (base === lane ? null : (costDifference(costs, lane, base) ?? null));
  return { lane, cycles_per_order: cycles, ns_per_order: ns, spread_ns: spreadNs, over_off_ns: over('off'), over_stamps_ns: over('stamps'), runs };
}

function equivalences(experiment: Experiment, variants: readonly DetailedVariant[]): readonly EquivalenceEntry[] {
  return experiment.thresholds.flatMap(({ measure, expr }) => {
    if (measure.kind !== 'equivalence') return [];
    const found = equivalenceOf(measure, variants);
    return found === undefined ? [] : [{ ...found, expr, says: describeEquivalence(measure, found) }];
  });
}

function referenceEntry(testpmd: TestpmdResult | undefined): ExperimentSummary['reference'] {
  return testpmd === undefined ? null : { tool: 'dpdk-testpmd', macswap_pps: testpmd.pps, command: testpmd.command };
}
