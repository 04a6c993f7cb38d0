/** An alert's value for people: 132 µs, 1.2 M, 950/s, 5.1 %, 14.4×. */
import type { ValueUnit } from '../rules/rule.js';

const DURATIONS = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']] as const;
const COUNTS = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, '']] as const;

export function shownValue(value: number | null, unit: ValueUnit): string {
  if (value === null || Number.isNaN(value)) return 'none';
  if (!Number.isFinite(value)) return unit === 'ns' ? 'for ever' : '∞';
  switch (unit) {
    case 'ns': return scaled(value, DURATIONS);
    case 'count': return scaled(value, COUNTS);
    case 'per_second': return `${scaled(value, COUNTS)}/s`;
    case 'share': return `${digits(value * 100)} %`;
    case 'times': return `${digits(value)}×`;
  }
}

function scaled(value: number, scales: readonly (readonly [number, string])[]): string {
  const [scale, name] = scales.find(([least]) => Math.abs(value) >= least) ?? [1, scales.at(-1)?.[1] ?? ''];
  return `${digits(value / scale)} ${name}`.trimEnd();
}

/** Three of them, and no zeros behind the point. */
function digits(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));
}
