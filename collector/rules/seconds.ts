import { asGiven } from './as_given.js';
import { QuantityError } from './quantity_error.js';
import { readDurationNs } from './units.js';

const NS_PER_SECOND = 1e9;

/** `5s` -> 5. Readings come once a second, so nothing between two of them can be told apart. Fails with a QuantityError. */
export function readWholeSeconds(given: unknown, least: number, most: number): number {
  const seconds = readDurationNs(given) / NS_PER_SECOND;
  if (!Number.isInteger(seconds)) throw new QuantityError(`${asGiven(given)} is not a whole number of seconds, and readings come once a second; write for example 5s`);
  if (seconds < least || seconds > most) throw new QuantityError(`${asGiven(given)} is out of range; write ${secondsShown(least)} to ${secondsShown(most)}`);
  return seconds;
}

/** 3600 -> `1h`, 90 -> `90s`: the longest unit that divides it. */
export function secondsShown(seconds: number): string {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return `${seconds}s`;
}
