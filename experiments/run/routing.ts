/**
 * What orders cost, by venue and in all, and whether rule smart pays: its cost against each other rule's on the same markets.
 *
 * Cost is what was executed against the middle of the market when the order was decided, fees included (Perold 1988), in basis points of the
 * shares at that middle. Two rules are compared run by run: runs of the same place have the same seed, hence the same market and the same
 * decisions, so the differences have far less scatter than the costs. The interval of their mean is Student's over the runs.
 */
import { studentQuantile } from '../statistics/normal.js';
import type { RoutingAgainst, RoutingSummary, RunSummary, VariantSummary } from '../summary.js';
import type { EngineResult } from './engine_result.js';

export interface VenueRouting {
  readonly name: string;
  readonly orders: number;
  readonly asked_shares: number;
  readonly filled_shares: number;
  /** Price against the middle, and fees (negative: rebates); 0 where nothing filled. */
  readonly slippage_bps: number;
  readonly fees_bps: number;
  /** Where latency is measured: from an order to its first answer, the mean that the router had at the end. Absent in earlier versions. */
  readonly answer_ns?: number | null;
}

export interface RunRouting {
  readonly wanted_shares: number;
  readonly filled_shares: number;
  readonly slippage_bps: number;
  readonly fees_bps: number;
  /** Both together; null where nothing filled. */
  readonly cost_bps: number | null;
  /** Rule smart: how often a venue was taken out, and orders that asked whether one is back. */
  readonly venues_taken_out: number;
  readonly probes: number;
  readonly venues: readonly VenueRouting[];
}

const BPS = 10_000;
const CONFIDENCE = 0.95;
/** Fewer say nothing about scatter. */
const LEAST_PAIRS = 2;
const RULE = 'pipeline.router.rule';

export function runRouting(routing: EngineResult['routing']): RunRouting | null {
  if (routing === undefined) return null;
  const { venues } = routing;
  const sum = (figure: (venue: (typeof venues)[number]) => number): number => venues.reduce((total, venue) => total + figure(venue), 0);
  const notional = sum((venue) => venue.mid_notional_micros);
  const slippage = bps(sum((venue) => venue.slippage_micros), notional);
  const fees = bps(sum((venue) => venue.fees_micros), notional);
  return {
    wanted_shares: routing.wanted_shares,
    filled_shares: sum((venue) => venue.filled_shares),
    slippage_bps: slippage,
    fees_bps: fees,
    cost_bps: notional === 0 ? null : slippage + fees,
    venues_taken_out: routing.venues_taken_out,
    probes: routing.probes,
    venues: venues.map((venue) => ({
      name: venue.name,
      orders: venue.orders,
      asked_shares: venue.asked_shares,
      filled_shares: venue.filled_shares,
      slippage_bps: bps(venue.slippage_micros, venue.mid_notional_micros),
      fees_bps: bps(venue.fees_micros, venue.mid_notional_micros),
      answer_ns: venue.answer_ns ?? null,
    })),
  };
}

function bps(micros: number, notional: number): number {
  return notional === 0 ? 0 : (BPS * micros) / notional;
}

type RoutedRun = RunSummary & { readonly routing?: RunRouting | null };

/** Null where the experiment does not vary the rule with `smart` among them, once. */
export function routingSummary(variants: readonly VariantSummary[]): RoutingSummary | null {
  const ruled = variants.filter(({ settings }) => settings[RULE] !== undefined);
  const [smart, ...more] = ruled.filter(({ settings }) => settings[RULE] === 'smart');
  if (smart === undefined || more.length > 0) return null;
  return { base: smart.name, confidence: CONFIDENCE, against: ruled.filter((variant) => variant !== smart).map((other) => against(smart, other)) };
}

function against(smart: VariantSummary, other: VariantSummary): RoutingAgainst {
  const cost = (run: RoutedRun | undefined): number | null => (run?.valid === true ? (run.routing?.cost_bps ?? null) : null);
  const differences = smart.runs.flatMap((run, place) => {
    const [own, its] = [cost(run), cost(other.runs[place])];
    return own === null || its === null ? [] : [its - own];
  });
  return { variant: other.name, pairs: differences.length, ...meanInterval(differences) };
}

/** Mean of independent differences with Student's interval (Montgomery, Design and Analysis of Experiments, section 2.5: paired comparison). */
function meanInterval(values: readonly number[]): Pick<RoutingAgainst, 'advantage_bps' | 'low_bps' | 'high_bps'> {
  const count = values.length;
  if (count < LEAST_PAIRS) return { advantage_bps: null, low_bps: null, high_bps: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = studentQuantile((1 + CONFIDENCE) / 2, count - 1) * Math.sqrt(variance / count);
  return { advantage_bps: mean, low_bps: mean - half, high_bps: mean + half };
}
