/** A threshold that a percentile chart can show as a mark: a quantile below a time. Others are only listed. */

export interface Target {
  readonly q: number;
  readonly ns: number;
}

const QUANTILE_BELOW = /^\s*p(\d{1,6}(?:\.\d+)?)\s*<=?\s*(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s)\s*$/;
const UNIT_NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** "p99 < 100us" -> 0.99 at 100,000 ns; "p999" and "p99.9" are both 0.999. Null for any other expression. */
export function targetOf(expr: string): Target | null {
  const [, digits = '', limit = '', unit = ''] = QUANTILE_BELOW.exec(expr) ?? [];
  if (digits === '') return null;
  const percent = digits.includes('.') ? Number(digits) : Number(digits) / 10 ** Math.max(0, digits.length - 2);
  const q = Number((percent / 100).toPrecision(12));
  const ns = Number(limit) * (UNIT_NS[unit] ?? 0);
  return q > 0 && q < 1 && ns > 0 ? { q, ns } : null;
}
