/** `budget: { within: 100us, target: 99.9%, windows: [{ long: 1h, short: 5m, burn: 14.4 }] }` */
import { asGiven } from './as_given.js';
import { isMap, refuseUnknownKeys } from './maps.js';
import type { Faults, RulePath } from './faults.js';
import { QuantityError } from './quantity_error.js';
import type { Budget, BurnWindows } from './rule.js';
import { readWholeSeconds } from './seconds.js';
import { readDurationNs, readNumber, readShare } from './units.js';

const KEYS = ['within', 'target', 'windows'] as const;
const WINDOW_KEYS = ['long', 'short', 'burn'] as const;
const EXAMPLE = '{ within: 100us, target: 99.9% }';
const WINDOWS_EXAMPLE = '[{ long: 1h, short: 5m, burn: 14.4 }]';
/** A budget is spent over 30 days by custom; no window is longer. */
const MAX_WINDOW_SECONDS = 30 * 24 * 3600;
const MIN_TARGET = 0.01;
/** Each entry costs two windows of memory. */
const MAX_ENTRIES = 8;

/** Undefined where it has faults. */
export function parseBudget(given: unknown, path: RulePath, faults: Faults): Budget | undefined {
  if (!isMap(given)) {
    faults.add(path, `a budget is a map; write ${EXAMPLE}`);
    return undefined;
  }
  refuseUnknownKeys(given, KEYS, path, faults);
  const has = { within: given.within !== undefined, target: given.target !== undefined };
  if (!has.within) missing(faults, path, 'within', EXAMPLE);
  if (!has.target) missing(faults, path, 'target', EXAMPLE);
  const withinNs = has.within ? faults.attempt([...path, 'within'], () => readWithin(given.within)) : undefined;
  const target = has.target ? faults.attempt([...path, 'target'], () => readTarget(given.target)) : undefined;
  const windows = given.windows === undefined ? [] : parseWindows(given.windows, [...path, 'windows'], faults);
  if (withinNs === undefined || target === undefined || windows === undefined) return undefined;
  const fastest = 1 / (1 - target);
  for (const [index, { burn }] of windows.entries()) {
    if (burn >= fastest) faults.add([...path, 'windows', index, 'burn'], `is never exceeded: when every order is slow, ${shownShare(target)} burns ${Math.round(fastest)} times too fast; write less`);
  }
  return { withinNs, target, windows };
}

function shownShare(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
}

function missing(faults: Faults, path: RulePath, key: string, example: string): void {
  faults.add(path, `has no ${key}; write ${example}`);
}

function readWithin(given: unknown): number {
  const ns = readDurationNs(given);
  if (ns === 0) throw new QuantityError('no order takes 0 ns; write a duration as 100us');
  return ns;
}

function readTarget(given: unknown): number {
  const target = readShare(given);
  if (target < MIN_TARGET || target >= 1) throw new QuantityError(`a target of ${asGiven(given)} leaves no budget to burn, or nothing else; write a percentage from 1% to below 100%, for example 99.9%`);
  return target;
}

function parseWindows(given: unknown, path: RulePath, faults: Faults): readonly BurnWindows[] | undefined {
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_ENTRIES) {
    faults.add(path, `windows are a list of 1 to ${MAX_ENTRIES} entries; write ${WINDOWS_EXAMPLE}`);
    return undefined;
  }
  const windows = given.flatMap((one: unknown, index) => parseEntry(one, [...path, index], faults) ?? []);
  return windows.length === given.length ? windows : undefined;
}

function parseEntry(given: unknown, path: RulePath, faults: Faults): BurnWindows | undefined {
  if (!isMap(given)) {
    faults.add(path, `an entry is a map; write ${WINDOWS_EXAMPLE}`);
    return undefined;
  }
  refuseUnknownKeys(given, WINDOW_KEYS, path, faults);
  for (const key of WINDOW_KEYS) if (given[key] === undefined) missing(faults, path, key, WINDOWS_EXAMPLE);
  if (WINDOW_KEYS.some((key) => given[key] === undefined)) return undefined;
  const longSeconds = faults.attempt([...path, 'long'], () => readWholeSeconds(given.long, 1, MAX_WINDOW_SECONDS));
  const shortSeconds = faults.attempt([...path, 'short'], () => readWholeSeconds(given.short, 1, MAX_WINDOW_SECONDS));
  const burn = faults.attempt([...path, 'burn'], () => readBurn(given.burn));
  if (longSeconds === undefined || shortSeconds === undefined || burn === undefined) return undefined;
  if (shortSeconds >= longSeconds) {
    faults.add([...path, 'short'], 'must be shorter than long; a twelfth of it is customary');
    return undefined;
  }
  return { longSeconds, shortSeconds, burn };
}

function readBurn(given: unknown): number {
  const burn = readNumber(given);
  if (burn <= 0) throw new QuantityError('a burn of 0 always holds; write how many times faster than planned, for example 14.4');
  return burn;
}
