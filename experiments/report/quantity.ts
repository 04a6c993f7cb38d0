/** Numbers with their units as the report and the terminal write them; those of the live page are in collector/web/page/quantity.ts. */
import { NARROW_SPACE, formatNs } from '../../collector/web/page/quantity.js';

export { formatBytes, formatNs, formatRate, formatRoundNs } from '../../collector/web/page/quantity.js';

/** 12 345 678 with narrow spaces; fractions only where there are any. */
export function formatCount(count: number): string {
  const text = Number.isInteger(count) ? String(count) : count.toFixed(2);
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, NARROW_SPACE);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function formatHertz(hertz: number): string {
  return hertz >= 1e9 ? `${(hertz / 1e9).toFixed(6)}${NARROW_SPACE}GHz` : `${(hertz / 1e6).toFixed(3)}${NARROW_SPACE}MHz`;
}

/** A share of a whole; below half a per cent it is said to be so, never rounded to nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.5 ? `<1${NARROW_SPACE}%` : `${percent.toFixed(0)}${NARROW_SPACE}%`;
}

/** A share in [0, 1] as per cent: with one decimal where whole ones would hide the difference that matters, near nothing and near all. */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  const fine = (percent > 0 && percent < 10) || (percent > 99 && percent < 100);
  if (percent > 0 && percent < 0.05) return `<0.1${NARROW_SPACE}%`;
  if (percent < 100 && percent >= 99.95) return `>99.9${NARROW_SPACE}%`;
  return `${fine ? percent.toFixed(1) : percent.toFixed(0)}${NARROW_SPACE}%`;
}

/** A mean over many: a tenth of a nanosecond means something below 100 ns. */
export function formatFineNs(ns: number): string {
  return ns < 99.95 ? `${ns.toFixed(1)}${NARROW_SPACE}ns` : formatNs(ns);
}

/** A price with its four decimals: 1000050 -> 100.0050. 0 stands for "at market". */
export function formatPrice(price: number): string {
  return price === 0 ? 'market' : (price / 10_000).toFixed(4);
}

/** Market time: ns since midnight as hh:mm:ss.microseconds. */
export function formatMarketTime(ns: number): string {
  const micros = Math.floor(ns / 1e3);
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(micros / 1e6);
  const fraction = String(micros % 1e6).padStart(6, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
}

const TIME_LIMIT = /\d\s*(ns|us|µs|ms|s)\s*$/;

/** A threshold's value in the unit its expression speaks of: a time if the limit is one, else a plain number. */
export function formatThresholdValue(expr: string, value: number | null): string {
  if (value === null) return 'no data';
  if (/_bps\b/.test(expr)) return `${value.toFixed(3)}${NARROW_SPACE}bps`;
  if (expr.trimEnd().endsWith('%')) return `${(100 * value).toFixed(1)}${NARROW_SPACE}%`;
  return TIME_LIMIT.test(expr) ? formatNs(value) : formatCount(value);
}
