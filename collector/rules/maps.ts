import type { Faults, RulePath } from './faults.js';
import { nearest } from './nearest.js';

/** A YAML map, as parsed. */
export function isMap(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

export function refuseUnknownKeys(given: Readonly<Record<string, unknown>>, known: readonly string[], path: RulePath, faults: Faults): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    faults.add([...path, key], `there is no such key; ${meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`}`);
  }
}
