/**
 * What became of parent orders, from the engine's integers to the figures a trader asks for.
 *
 * Slippage = side x (average price - benchmark) / benchmark, in basis points; side is 1 for a buy, -1 for a sell: positive is a cost. Benchmarks:
 * arrival (mid when the order started; Perold, "The implementation shortfall", 1988), and the symbol's time-weighted mid and volume-weighted
 * trade price over the time the order was worked (Kissell, 2013, chapter 3).
 */
import type { EngineResult } from './engine_result.js';
import type { ParentSummary } from '../summary.js';

type EngineParent = EngineResult['parents'][number];

const PRICE_SCALE = 1e4;
const BPS = 1e4;

export function parentSummary(parent: EngineParent): ParentSummary {
  const { quantity, filled, notional, arrival_mid2: arrival2, twap_mid2: twap2, market_shares: market, market_notional: marketNotional } = parent;
  const average = filled === 0 ? null : notional / filled / PRICE_SCALE;
  const benchmarks = {
    arrival: arrival2 === 0 ? null : arrival2 / 2 / PRICE_SCALE,
    twap: twap2 === 0 ? null : twap2 / 2 / PRICE_SCALE,
    vwap: market === 0 ? null : marketNotional / market / PRICE_SCALE,
  };
  const slippage = (benchmark: number | null): number | null =>
    average === null || benchmark === null ? null : ((parent.side === 'buy' ? 1 : -1) * BPS * (average - benchmark)) / benchmark;
  return {
    name: parent.name, at_run_time: parent.at_run_time, algo: parent.algo, side: parent.side, locate: parent.locate, quantity, state: parent.state, filled,
    open: parent.open, children: parent.children, blocked: parent.blocked, rejected: parent.rejected,
    fill_rate: filled / quantity,
    average_price: average,
    arrival_price: benchmarks.arrival, twap_price: benchmarks.twap, vwap_price: benchmarks.vwap,
    slippage_bps: { arrival: slippage(benchmarks.arrival), twap: slippage(benchmarks.twap), vwap: slippage(benchmarks.vwap) },
    market_shares: market,
    participation: filled + market === 0 ? 0 : filled / (filled + market),
    length_ns: parent.length_ns,
    finished_ns: parent.finished_ns,
    band: parent.band,
    slices_outside: parent.slices_outside,
    deviation: Math.max(0, ...parent.slices.map((slice) => Math.abs(slice.filled - slice.target) / quantity)),
    slices: parent.slices,
  };
}

/** "parent twap-1: filled 1,000 of 1,000 (twap buy), average 100.0200; slippage 1.00 bps of arrival, …; 0 of 10 slices outside 5 %". */
export function parentLine({ name, algo, side, state, filled, quantity, average_price: average, slippage_bps: bps, slices, slices_outside: outside, band }: ParentSummary): string {
  const against = (['arrival', 'twap', 'vwap'] as const).flatMap((benchmark) => {
    const slippage = bps[benchmark];
    return slippage === null ? [] : [`${slippage.toFixed(2)} bps against ${benchmark}`];
  });
  const price = average === null ? '' : `, average ${average.toFixed(4)}, ${against.join(', ')}`;
  return `parent ${name} (${algo} ${side}): ${state}, ${filled} of ${quantity} shares${price}; ${outside} of ${slices.length} slices outside ${Number((band * 100).toFixed(2))} %`;
}
