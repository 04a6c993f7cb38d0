/** Runs that lie far from the others of their kind: named, never dropped, because what disturbed them may be what is looked for. */
import { median } from './location.js';

export interface Outlier {
  /** Where it stands among the values. */
  readonly index: number;
  /** 0.6745 (value − median) / MAD: in standard deviations, were the others normal. */
  readonly z: number;
}

/** Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers. */
const LIMIT = 3.5;
/** Of fewer, none can be told to be the odd one. */
const LEAST_RUNS = 5;

/** Where half of the values are equal the MAD is 0, and 1.2533 mean absolute deviations stand in for it, as the same source has it. */
export function outliersOf(values: readonly number[]): readonly Outlier[] {
  if (values.length < LEAST_RUNS) return [];
  const middle = median(values);
  const deviations = values.map((value) => Math.abs(value - middle));
  const mad = median(deviations);
  const mean = deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
  const scale = mad > 0 ? mad / 0.6745 : mean * 1.2533;
  return values.flatMap((value, index) => {
    const z = scale === 0 ? 0 : (value - middle) / scale;
    return Math.abs(z) > LIMIT ? [{ index, z }] : [];
  });
}
