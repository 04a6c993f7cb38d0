/**
 * Numbers with their units, as a reader of instruments expects them: three significant digits, the unit that keeps them short. The report
 * writes them so too. They stand here because a browser's module can only import what is served beside it.
 */

export const NARROW_SPACE = '\u202f';

function threeDigits(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size >= 100 || size === 0) return rounded.toFixed(0);
  return rounded.toFixed(size >= 10 ? 1 : 2);
}

/** 812 ns, 12.4 µs, 3.00 ms, 1.20 s. Whole nanoseconds below a microsecond: the clock resolves no more. */
export function formatNs(ns: number): string {
  const size = Math.abs(ns);
  if (size < 999.5) return `${ns.toFixed(0)}${NARROW_SPACE}ns`;
  if (size < 999_500) return `${threeDigits(ns / 1e3)}${NARROW_SPACE}µs`;
  if (size < 999_500_000) return `${threeDigits(ns / 1e6)}${NARROW_SPACE}ms`;
  return `${threeDigits(ns / 1e9)}${NARROW_SPACE}s`;
}

/** For axis labels, whose values are round: 100 ns, 1 µs, 50 µs. */
export function formatRoundNs(ns: number): string {
  const steps = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']] as const;
  const [size, unit] = steps.find(([least]) => ns >= least) ?? steps[3];
  return `${Number((ns / size).toPrecision(6))}${NARROW_SPACE}${unit}`;
}

/** 12 345 678 with narrow spaces. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, NARROW_SPACE);
}

/** 250, 12.5 k, 1.02 M. */
export function formatShort(value: number): string {
  if (value >= 999_500_000) return `${threeDigits(value / 1e9)}${NARROW_SPACE}G`;
  if (value >= 999_500) return `${threeDigits(value / 1e6)}${NARROW_SPACE}M`;
  if (value >= 1_000) return `${threeDigits(value / 1e3)}${NARROW_SPACE}k`;
  return threeDigits(value);
}

/** For axis labels: 50 k, 2.5 M. */
export function formatRound(value: number): string {
  const steps = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']] as const;
  const found = steps.find(([least]) => value >= least);
  return found === undefined ? String(Number(value.toPrecision(3))) : `${Number((value / found[0]).toPrecision(3))}${NARROW_SPACE}${found[1]}`;
}

/** 100 k/s. */
export function formatRate(perSecond: number): string {
  const short = formatShort(perSecond);
  return /\D$/.test(short) ? `${short}/s` : `${short}${NARROW_SPACE}/s`;
}

/** Per cent of a share in [0, 1]; never rounded to nothing. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.01) return `<0.01${NARROW_SPACE}%`;
  return `${percent === 0 ? '0' : percent.toPrecision(2)}${NARROW_SPACE}%`;
}

export function formatBytes(bytes: number): string {
  if (bytes >= 2 ** 20) return `${threeDigits(bytes / 2 ** 20)}${NARROW_SPACE}MiB`;
  return bytes >= 2 ** 10 ? `${threeDigits(bytes / 2 ** 10)}${NARROW_SPACE}KiB` : `${bytes}${NARROW_SPACE}B`;
}

/** How long something has lasted: 4 s, 2 min 5 s, 3 h 20 min. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1e3));
  if (seconds < 60) return `${seconds}${NARROW_SPACE}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${NARROW_SPACE}min ${seconds % 60}${NARROW_SPACE}s`;
  return `${Math.floor(minutes / 60)}${NARROW_SPACE}h ${minutes % 60}${NARROW_SPACE}min`;
}

/** hh:mm:ss, UTC as everything here. */
export function formatClock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** JSON has no infinity, and an alert that is on has a value: so none is an infinite one. */
export function formatAlertValue({ state, value, unit }: { readonly state: string; readonly value: number | null; readonly unit: string }): string {
  return value === null && (state === 'pending' || state === 'firing') ? '∞' : formatValue(value, unit);
}

/** An alert's value in the unit its condition is measured in. */
function formatValue(value: number | null, unit: string): string {
  if (value === null) return '–';
  switch (unit) {
    case 'ns': return formatNs(value);
    case 'per_second': case '1/s': return formatRate(value);
    case 'share': return formatShare(value);
    case 'times': return `${threeDigits(value)}×`;
    default: return Number.isInteger(value) ? formatCount(value) : threeDigits(value);
  }
}
