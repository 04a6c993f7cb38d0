/** Axes: where a value stands, and which values get a tick. Positions are in SVG user units. */

export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** How many nines a quantile has: 0.9 -> 1, 0.99 -> 2. Equal steps on the axis are equal factors in how rare an order is. */
export function ninesOf(q: number): number {
  return q <= 0 ? 0 : -Math.log10(Math.max(1 - q, 1e-12));
}

/** The largest observation stands where one in `count` does. */
export function ninesOfMax(count: number): number {
  return Math.log10(Math.max(count, 10));
}

/** Quantiles from 0 to `nines` nines: 0, 0.5, 0.9, 0.99, … A quantile of 1 (the largest value) stands at the right end. */
export function probabilityScale(nines: number, left: number, right: number): Scale {
  const end = Math.max(nines, 1);
  const ticks = [0, 0.5];
  for (let n = 1; n <= Math.floor(end + 1e-9); n += 1) ticks.push(1 - 10 ** -n);
  return { at: (q) => left + ((right - left) * Math.min(q >= 1 ? end : ninesOf(q), end)) / end, ticks };
}

/** Of an axis's ticks those whose centred labels do not touch each other; of two that would, the larger value stays. */
export function spacedTicks(scale: Scale, labelWidth: (tick: number) => number): readonly number[] {
  const kept: number[] = [];
  for (const tick of [...scale.ticks].reverse()) {
    const after = kept[0];
    if (after === undefined || Math.abs(scale.at(after) - scale.at(tick)) >= (labelWidth(after) + labelWidth(tick)) / 2) kept.unshift(tick);
  }
  return kept;
}

/** 0.5 -> "50", 0.999 -> "99.9". */
export function percentLabel(q: number): string {
  return String(Number((q * 100).toFixed(Math.max(0, Math.ceil(ninesOf(q)) - 2) + 1)));
}

function stepBelow(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value) + 1e-12);
  const step = [5, 2, 1].find((multiple) => multiple * decade <= value * (1 + 1e-12)) ?? 1;
  return step * decade;
}

function stepAbove(value: number): number {
  const below = stepBelow(value);
  if (below >= value * (1 - 1e-12)) return below;
  const mantissa = Math.round(below / 10 ** Math.floor(Math.log10(below) + 1e-12));
  return mantissa === 2 ? (below / 2) * 5 : below * 2;
}

/** Logarithmic from the 1-2-5 step below `low` to the one above `high`; ticks at decades, or at 1-2-5 where few decades are shown. */
export function logScale(low: number, high: number, bottom: number, top: number): Scale {
  const from = stepBelow(Math.max(low, 1));
  const to = Math.max(stepAbove(Math.max(high, 1)), from * 2);
  const logFrom = Math.log10(from);
  const span = Math.log10(to) - logFrom;
  const decades: number[] = [];
  const steps: number[] = [];
  for (let exponent = Math.floor(logFrom); exponent <= Math.ceil(Math.log10(to)); exponent += 1) {
    for (const multiple of [1, 2, 5]) {
      const value = multiple * 10 ** exponent;
      if (value < from * (1 - 1e-9) || value > to * (1 + 1e-9)) continue;
      steps.push(value);
      if (multiple === 1) decades.push(value);
    }
  }
  const at = (value: number): number => {
    const share = (Math.log10(Math.max(value, from)) - logFrom) / span;
    return bottom + (top - bottom) * Math.min(share, 1);
  };
  return { at, ticks: span > 2.4 ? decades : steps };
}

/** Round steps from 0 to `end`: at most `most` of them, 1-2-5. */
export function linearTicks(end: number, most: number): readonly number[] {
  if (end <= 0) return [0];
  const step = stepAbove(end / most);
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, index) => index * step);
}
