/** What is compared: the runs of one variant of one experiment, as plain data. A baseline is some of these, stored. */
import type { SpanBreakdown } from '../../collector/index.js';
import type { FloorSummary, LatencyNs, MachineSummary, Settings } from '../summary.js';

export interface RunSet {
  /** What it is called in the comparison, unique there: the variant, with its experiment where several are compared. */
  readonly name: string;
  readonly variant: string;
  readonly experiment: string;
  /** The folder of results that it comes from. Sets of one source were measured together. */
  readonly source: string;
  /** ISO 8601. */
  readonly started: string;
  readonly build: string;
  /** What lay between the roles. */
  readonly link: string;
  /** By dotted path, in base units. */
  readonly settings: Settings;
  readonly machine: MachineSummary;
  /** Packets of its runs were written to a file (`--capture`), which costs time. */
  readonly captured: boolean;
  /** What its network layer alone costs, measured in the same session; null where it was not. */
  readonly floor: FloorSummary | null;
  readonly runs: readonly ComparedRun[];
}

export interface ComparedRun {
  readonly run_id: string;
  readonly valid: boolean;
  /** Place in the order in which the source's runs were made. */
  readonly order: number;
  /** Losses that make it invalid. */
  readonly invalid_because: readonly string[];
  readonly latency_ns: Readonly<Record<string, LatencyNs>>;
  /** Digest of the orders it sent; empty where it did not come to its end. */
  readonly digest: string;
  /** By span: where the time of orders near a quantile went. Empty where no order was recorded. */
  readonly breakdown: Readonly<Record<string, SpanBreakdown>>;
  /** By span: percentile curves; `q` in [0, 1]. Empty where no order was recorded. */
  readonly curves: Readonly<Record<string, readonly CurvePair[]>>;
}

export type CurvePair = readonly [q: number, ns: number];

export function validRuns({ runs }: RunSet): readonly ComparedRun[] {
  return runs.filter(({ valid }) => valid);
}
