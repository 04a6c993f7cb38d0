/**
 * Are two variants alike? Not "no difference was found", which little data always say, but "no difference beyond the margin is left".
 *
 * Two one-sided tests at 5 % each: the variants are equivalent where the 90 % interval of the ratio of their figures lies inside the margin
 * (Schuirmann 1987). The ratio is taken within each round of interleaved runs, so that what disturbs the machine for longer than a round hits
 * both and cancels out; the run is the unit, as events within a run are correlated. The middle of the ratios is their trimmed mean in logarithms
 * (a fifth off each end): a disturbed round moves it as little as it would the median, and it needs a third fewer rounds for the same interval
 * (Wilcox, Introduction to Robust Estimation, ch. 3). Its interval is the percentile bootstrap over rounds, with a fixed seed: the same runs
 * give the same verdict.
 */
import { mulberry32 } from '../../collector/attribution/shift.js';
import { LEAST_ROUNDS } from '../spec/rounds.js';
import type { Measure } from '../spec/measure.js';
import type { RunSummary, VariantSummary } from '../summary.js';
import { quantile } from './lane_cost.js';
import { ratiosOf, type TurnFigures } from './switchback.js';

export interface Equivalence {
  /** Names of the variants: the first listed is the base, `ratio` is the other's figure over its. */
  readonly base: string;
  readonly other: string;
  /** Rounds in which both runs were valid; or pairs of turns within a run (switchback.ts). */
  readonly rounds: number;
  readonly middleRatio: number;
  /** The 90 % interval of that middle. */
  readonly lowRatio: number;
  readonly highRatio: number;
  /** How far the interval reaches from 1: equivalent within any margin that is not smaller. */
  readonly farthest: number;
}

const RESAMPLES = 10_000;
const SEED = 1;
const TAIL = 0.05;
/** Off each end. */
const TRIMMED = 0.2;

/** A run in which the stall programs were switched on and off in turns has its rounds within itself. */
type SwitchedRun = RunSummary & { readonly switchback?: readonly TurnFigures[] };

/** Undefined where the experiment has no two variants of that setting, or too few rounds to say anything. */
export function equivalenceOf(measure: Extract<Measure, { kind: 'equivalence' }>, variants: readonly VariantSummary[]): Equivalence | undefined {
  const turns = measure.setting === 'probes.stalls' && measure.name === 'tick_to_ack' && measure.statistic === 'p50'
    ? variants.flatMap(({ runs }) => runs.flatMap((run: SwitchedRun) => (run.valid ? ratiosOf(run.switchback ?? []) : [])))
    : [];
  if (turns.length > 0) return equivalenceOfRatios('false', 'true', turns);
  const [base, other, ...more] = variants.filter(({ settings }) => settings[measure.setting] !== undefined);
  if (base === undefined || other === undefined || more.length > 0) return undefined; // more: other settings vary too, and rounds do not pair
  const figure = (run: RunSummary | undefined): number | undefined => (run?.valid === true ? run.latency_ns[measure.name]?.[measure.statistic] : undefined);
  const ratios = base.runs.flatMap((run, round) => {
    const [one, two] = [figure(run), figure(other.runs[round])];
    return one === undefined || two === undefined || one <= 0 ? [] : [two / one];
  });
  return equivalenceOfRatios(base.name, other.name, ratios);
}

/** @param ratios other over base: one a round, or one a pair of turns */
export function equivalenceOfRatios(base: string, other: string, ratios: readonly number[]): Equivalence | undefined {
  if (ratios.length < LEAST_ROUNDS) return undefined;
  const [lowRatio, highRatio] = middleInterval(ratios);
  return {
    base,
    other,
    rounds: ratios.length,
    middleRatio: trimmedMean(ratios),
    lowRatio,
    highRatio,
    farthest: Math.max(Math.abs(lowRatio - 1), Math.abs(highRatio - 1)),
  };
}

/** "probes.stalls true / false: ratio of tick_to_ack p50 1.003, 90 % interval 0.996 … 1.011 over 15 rounds" */
export function describeEquivalence({ setting, name, statistic }: Extract<Measure, { kind: 'equivalence' }>, found: Equivalence): string {
  const [middle, low, high] = [found.middleRatio, found.lowRatio, found.highRatio].map((ratio) => ratio.toFixed(4));
  return `${setting} ${found.other} / ${found.base}: ratio of ${name} ${statistic} ${middle}, 90 % interval ${low} … ${high} over ${found.rounds} rounds`;
}

function middleInterval(values: readonly number[]): readonly [low: number, high: number] {
  const random = mulberry32(SEED);
  const middles = Array.from({ length: RESAMPLES }, () => trimmedMean(values.map(() => values[Math.floor(random() * values.length)] ?? NaN)));
  const sorted = ascending(middles);
  return [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
}

/** Geometric, of the middle three fifths. */
function trimmedMean(ratios: readonly number[]): number {
  const sorted = ascending(ratios);
  const cut = Math.floor(TRIMMED * sorted.length);
  const kept = sorted.slice(cut, sorted.length - cut);
  return Math.exp(kept.reduce((sum, ratio) => sum + Math.log(ratio), 0) / kept.length);
}

function ascending(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b);
}
