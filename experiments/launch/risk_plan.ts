/** The risk gate's limits as the engine takes them: in the plan, and at run time. */
import type { Settings } from '../spec/schema.js';
import { PRICE_SCALE, partsPerMillion } from './scale.js';

/** Field for field engine/core/risk_plan.h; values with 4 decimals. 0: no limit. */
export interface RiskPlan extends RiskLimits {
  readonly max_gross: number;
  readonly max_net: number;
  readonly max_credit: number;
  readonly max_cancels_per_second: number;
  readonly duplicate_within_ns: number;
  readonly stale_after_ns: number;
  readonly self_cross: boolean;
  readonly strategy: RiskLimits;
  readonly parent: RiskLimits;
  readonly symbol: RiskLimits;
  readonly symbols: readonly (RiskLimits & { readonly symbol: string; readonly restricted: boolean })[];
  readonly breakers: Readonly<Record<
    'max_loss' | 'max_reject_ppm' | 'min_answers' | 'max_messages_per_second' | 'band_bps' | 'band_window_ns' | 'limit_state_ns' | 'band_pause_ns' | 'gap_pause_ns' | 'stale_feed_ns' | 'stale_pause_ns',
    number
  >>;
}

type RiskLimits = Readonly<Record<'max_quantity' | 'max_notional' | 'collar_bps' | 'max_orders_per_second' | 'last_trade_bps' | 'max_position', number>>;

export type RiskSettings = Settings['pipeline']['risk'];

export function riskPlan({ breakers, ...risk }: RiskSettings): RiskPlan {
  return {
    ...riskLimits(risk),
    max_gross: risk.max_gross * PRICE_SCALE,
    max_net: risk.max_net * PRICE_SCALE,
    max_credit: risk.max_credit * PRICE_SCALE,
    max_cancels_per_second: risk.max_cancels_per_second,
    duplicate_within_ns: risk.duplicate_within,
    stale_after_ns: risk.stale_after,
    self_cross: risk.self_cross,
    strategy: riskLimits(risk.strategy),
    parent: riskLimits(risk.parent),
    symbol: riskLimits(risk.symbol),
    symbols: [
      ...risk.restricted.map((symbol) => ({ symbol, restricted: true, ...NO_LIMITS })),
      ...risk.symbols.map(({ symbol, ...limits }) => ({ symbol, restricted: false, ...riskLimits(limits) })),
    ],
    breakers: {
      max_loss: breakers.max_loss * PRICE_SCALE,
      max_reject_ppm: partsPerMillion(breakers.max_reject_share),
      min_answers: breakers.min_answers,
      max_messages_per_second: breakers.max_messages_per_second,
      band_bps: breakers.band_bps,
      band_window_ns: breakers.band_window,
      limit_state_ns: breakers.limit_state,
      band_pause_ns: breakers.band_pause,
      gap_pause_ns: breakers.gap_pause,
      stale_feed_ns: breakers.stale_feed,
      stale_pause_ns: breakers.stale_pause,
    },
  };
}

const NO_LIMITS: RiskLimits = { max_quantity: 0, max_notional: 0, collar_bps: 0, max_orders_per_second: 0, last_trade_bps: 0, max_position: 0 };

function riskLimits(limits: RiskLimits): RiskLimits {
  return {
    max_quantity: limits.max_quantity,
    max_notional: limits.max_notional * PRICE_SCALE,
    collar_bps: limits.collar_bps,
    max_orders_per_second: limits.max_orders_per_second,
    last_trade_bps: limits.last_trade_bps,
    max_position: limits.max_position,
  };
}
