/**
 * Quantities as people write them: `200kpps`, `2M`, `10s`, `20us`, `1/16`, `3600x`, `64KiB`, `09:30:00`.
 *
 * Every reader takes what YAML delivers (a string or a number) and returns a number in the base unit: packets/s, count, nanoseconds, bytes.
 * A number without its unit is refused where the unit is not obvious.
 */
import { asGiven } from './as_given.js';
import { QuantityError } from './quantity_error.js';

const NS_PER_UNIT: Readonly<Record<string, number>> = { ns: 1, us: 1e3, 'µs': 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9, h: 3600e9 };
const PPS_PER_UNIT: Readonly<Record<string, number>> = { pps: 1, kpps: 1e3, mpps: 1e6, gpps: 1e9 };
const DECIMAL: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, kB: 1e3, MB: 1e6, GB: 1e9 };

/** At full speed: no schedule, the next message leaves when the port takes it. */
export const MAX = 'max';

/** Nothing, where it is neither: then no quantity reads from it. */
function textOf(given: unknown): string {
  return typeof given === 'string' || typeof given === 'number' ? String(given) : '';
}

function split(given: unknown): { readonly number: number; readonly unit: string } | undefined {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?)\s*([^\s0-9.]*)\s*$/.exec(textOf(given));
  return match === null ? undefined : { number: Number(match[1]), unit: match[2] ?? '' };
}

function read(given: unknown, units: Readonly<Record<string, number>>, what: string, how: string): number {
  const parts = split(given);
  if (parts === undefined) throw new QuantityError(`${asGiven(given)} is not ${what}; write ${how}`);
  const factor = Object.hasOwn(units, parts.unit) ? units[parts.unit] : undefined;
  if (factor === undefined) {
    const fault = parts.unit === '' ? 'has no unit' : `has the unknown unit "${parts.unit}"`;
    throw new QuantityError(`${asGiven(given)} ${fault}; write ${what} as ${how}`);
  }
  return parts.number * factor;
}

function whole(value: number, given: unknown, what: string): number {
  const rounded = Math.round(value);
  if (Math.abs(value - rounded) > 1e-6 * Math.max(1, Math.abs(value)) || !Number.isSafeInteger(rounded)) {
    throw new QuantityError(`${asGiven(given)} is not a whole number of ${what}; write one between 0 and 9e15`);
  }
  return rounded;
}

/** `200kpps` -> 200000; `max` -> 0, which is how the plan says "as fast as the ports take them". */
export function readRatePps(given: unknown): number {
  if (given === MAX) return 0;
  const how = '200kpps, 1.5Mpps or max';
  const nothing = new QuantityError(`a rate of ${asGiven(given)} would send nothing; write ${how}`);
  if (typeof given !== 'object' && Number(given) === 0) throw nothing;
  const lowered = typeof given === 'string' ? given.toLowerCase() : given;
  let rate: number;
  try {
    rate = read(lowered, PPS_PER_UNIT, 'a packet rate', how);
  } catch (error) {
    throw error instanceof QuantityError ? new QuantityError(error.message.replace(asGiven(lowered), asGiven(given))) : error;
  }
  if (rate === 0) throw nothing;
  if (rate > 1e9) throw new QuantityError(`${asGiven(given)} is beyond 1 Gpps; write a lower rate, or max for as fast as it goes`);
  return rate;
}

/** `2M` -> 2000000. */
export function readCount(given: unknown): number {
  return whole(read(given, DECIMAL, 'a count', '5000, 200k or 2M'), given, 'things');
}

/** `14.4` -> 14.4; `2k` -> 2000. Of what need not be whole: things per second, multiples. */
export function readNumber(given: unknown): number {
  return read(given, DECIMAL, 'a number', '0.5, 5000, 200k or 2M');
}

/** `10s` -> 1e10 ns. */
export function readDurationNs(given: unknown): number {
  if (given === 0 || given === '0') return 0;
  return whole(read(given, NS_PER_UNIT, 'a duration', '500ns, 20us, 5ms, 2s, 1.5m or 1h'), given, 'nanoseconds');
}

/** `64KiB` -> 65536. */
export function readBytes(given: unknown): number {
  return whole(read(given, BYTES_PER_UNIT, 'a size', '65536, 64KiB, 16MiB or 1GiB'), given, 'bytes');
}

/** `1/16` -> 16: every sixteenth. `1` and `1/1` -> 1. */
export function readSample(given: unknown): number {
  const match = /^\s*1(?:\s*\/\s*([0-9]+))?\s*$/.exec(textOf(given));
  const every = match === null ? NaN : Number(match[1] ?? '1');
  if (!(every >= 1 && every <= 0xffffffff)) {
    throw new QuantityError(`${asGiven(given)} is not a share of the orders; write 1/1 for all of them, or 1/16 for every sixteenth`);
  }
  return every;
}

/** `5%` -> 0.05. A share written without the sign could be meant as a percentage: it is refused. */
export function readShare(given: unknown): number {
  return read(given, { '%': 1 }, 'a percentage', '95% or 0.5%') / 100;
}

/** `3600x` -> 3600; `max` -> 0. */
export function readSpeed(given: unknown): number {
  if (given === MAX) return 0;
  const speed = read(given, { x: 1 }, 'a replay speed', '1x, 3600x or max');
  if (speed <= 0) throw new QuantityError(`a speed of ${asGiven(given)} would never send; write 1x, 3600x or max`);
  return speed;
}

/** Time of day of the replayed market, in ns since its midnight: `09:30:00`, `09:30`, or a duration since midnight (`34200s`). */
export function readTimeOfDayNs(given: unknown): number {
  const match = /^\s*([01]?[0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]{1,9})?))?\s*$/.exec(textOf(given));
  if (match === null) {
    try {
      return readDurationNs(given);
    } catch {
      throw new QuantityError(`${asGiven(given)} is not a time of day; write 09:30:00, or the time since midnight as 34200s`);
    }
  }
  return Math.round((Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? '0')) * 1e9);
}
