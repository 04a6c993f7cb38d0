/**
 * `load: { find_maximum: { from: 100kpps, to: 10Mpps }, at: [10%, 50%, 90%] }`: the highest rate without a loss is searched for, and the experiment
 * is run at shares of it, one variant each.
 */
import { z } from 'zod';
import { readDurationNs, readRatePps, readShare } from '../../collector/index.js';
import { quantity } from './quantity.js';

export interface LoadCurve {
  /** `file:line` of load.find_maximum.from, for the complaint that nothing is held. */
  readonly fromWhere: string;
  /** Where the search begins and ends, packets/s. */
  readonly fromPps: number;
  readonly toPps: number;
  /** How far above the found maximum a rate that fails may lie, as a share of it. */
  readonly within: number;
  /** Of one probe. */
  readonly measureNs: number;
  /** A rate at which more than one response in a hundred takes longer does not count as held; undefined: only losses count. */
  readonly responseP99Ns: number | undefined;
  /** Of the maximum, ascending. */
  readonly shares: readonly number[];
}

const rate = quantity(readRatePps, 100, 1e9, 'between 100pps and 1Gpps');
const share = quantity(readShare, 0.01, 1, 'between 1% and 100%');
/** As many as the report has colours for. */
const MOST_POINTS = 6;

export const LoadSchema = z.strictObject({
  find_maximum: z.strictObject({
    from: rate.prefault('100kpps'),
    to: rate.prefault('10Mpps'),
    within: quantity(readShare, 0.01, 1, 'between 1% and 100%').prefault('5%'),
    measure: quantity(readDurationNs, 1e8, 6e10, 'between 100ms and 60s').prefault('1s'),
    response_p99: quantity(readDurationNs, 1, 1e10, 'between 1ns and 10s').optional(),
  }).prefault({}),
  at: z.array(share, { error: 'write a list of shares of the maximum, for example [10%, 50%, 90%]' })
    .min(1, 'one share of the maximum or more is needed, for example [10%, 50%, 90%]').max(MOST_POINTS, `at most ${MOST_POINTS} shares can be told apart in one picture`)
    .refine((shares) => shares.every((one, i) => i === 0 || one > (shares[i - 1] ?? 0)), 'the shares must ascend, each once')
    .prefault(['10%', '50%', '90%']),
});

export function loadCurve({ find_maximum: { from, to, within, measure, response_p99: responseP99Ns }, at }: z.output<typeof LoadSchema>, fromWhere: string): LoadCurve {
  return { fromWhere, fromPps: from, toPps: to, within, measureNs: measure, responseP99Ns, shares: at };
}

export function shareName(part: number): string {
  return `${Number((100 * part).toFixed(2))}% of maximum`;
}
