/** A parent order as the engine takes it: in the plan, and at run time. */
import type { ParentSettings } from '../spec/parents.js';
import { readVolumeCurve } from '../spec/volume_curve.js';
import { PRICE_SCALE, partsPerMillion } from './scale.js';

/** Shares of a whole in parts per million; 0 where there is none (limit_price, cap, rate). */
export interface ParentPlan {
  readonly name: string;
  /** Empty: by its locate. */
  readonly symbol: string;
  readonly locate: number;
  readonly side: string;
  readonly quantity: number;
  readonly algo: string;
  readonly start_ns: number;
  readonly end_ns: number;
  readonly slices: number;
  readonly posts: boolean;
  readonly reposts: boolean;
  readonly limit_price: number;
  readonly randomise_ppm: number;
  readonly catch_up: boolean;
  readonly sweep: boolean;
  readonly band_ppm: number;
  readonly cap_ppm: number;
  readonly rate_ppm: number;
  readonly urgency_milli: number;
  /** Empty: the volumes of the warm-up. */
  readonly curve: readonly number[];
}

export function parentPlan(parent: ParentSettings): ParentPlan {
  const { symbol, limit, cap = 0, rate = 0, urgency = 0, curve } = parent;
  return {
    name: parent.name,
    symbol: typeof symbol === 'string' ? symbol : '',
    locate: typeof symbol === 'number' ? symbol : 0,
    side: parent.side,
    quantity: parent.quantity,
    algo: parent.algo,
    start_ns: parent.start,
    end_ns: parent.end,
    slices: parent.slices,
    posts: parent.style === 'post',
    reposts: parent.repost === 'replace',
    limit_price: limit === undefined ? 0 : pricePlan(limit),
    randomise_ppm: partsPerMillion(parent.randomise),
    catch_up: parent.catch_up,
    sweep: parent.sweep,
    band_ppm: partsPerMillion(parent.band),
    cap_ppm: partsPerMillion(cap),
    rate_ppm: partsPerMillion(rate),
    urgency_milli: Math.round(urgency * 1e3),
    curve: curve === undefined || curve === 'history' ? [] : readVolumeCurve(curve).volumes,
  };
}

/** With 4 decimals. */
export function pricePlan(price: number): number {
  return Math.round(price * PRICE_SCALE);
}
