/**
 * `vary: { pipeline.build: [dpdk, socket] }`: one variant for every combination of the listed values. `vary: [{ name: quick, pipeline.burst: 8 }, …]`:
 * one variant for each map of settings, where several belong together.
 */
import { mulberry32 } from '../../collector/attribution/shift.js';
import { isRecord, type SpecDocument } from './document.js';
import { SpecError } from './errors.js';
import type { RunOrder } from './schema.js';

export interface Combination {
  /** `dpdk`, or `dpdk, every=4` where several keys vary. */
  readonly name: string;
  /** Raw values by dotted key. */
  readonly values: Readonly<Record<string, unknown>>;
}

const ONLY: Combination = { name: '', values: {} };
const MOST_VARIANTS = 64;

export function readVary(document: SpecDocument): readonly Combination[] {
  const given = document.data.vary;
  if (given === undefined || given === null) return [ONLY];
  if (Array.isArray(given)) return readNamed(document, given);
  if (!isRecord(given)) throw fault(document, [], 'write a map of dotted keys to lists, for example pipeline.build: [dpdk, socket]');
  const axes: (readonly [key: string, values: readonly unknown[]])[] = [];
  for (const [key, values] of Object.entries(given)) {
    if (!Array.isArray(values) || values.length === 0) throw fault(document, [key], `write a list of values, for example ${key}: [a, b]`);
    const list: readonly unknown[] = values;
    const seen = new Set(list.map((value) => JSON.stringify(value)));
    if (seen.size !== list.length) throw fault(document, [key], 'a value stands in the list twice; each makes one variant');
    if (!document.isOverridden(key)) axes.push([key, list]);
  }
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (count > MOST_VARIANTS) throw fault(document, [], `this makes ${count} variants; ${MOST_VARIANTS} is the most, so vary fewer values`);
  let combinations: readonly Combination[] = [ONLY];
  for (const [key, values] of axes) {
    const label = axes.length === 1 ? '' : `${key.split('.').at(-1) ?? key}=`;
    combinations = combinations.flatMap((before) =>
      values.map((value) => ({
        name: [before.name, `${label}${nameOf(value)}`].filter((part) => part !== '').join(', '),
        values: { ...before.values, [key]: value },
      })),
    );
  }
  const names = new Set(combinations.map((one) => one.name));
  if (names.size !== combinations.length) throw fault(document, [], 'two variants would have the same name; give each map a name of its own');
  return combinations;
}

/** Each with a name of its own, and the settings in which it differs. What `--set` overrides is the same in all. */
function readNamed(document: SpecDocument, given: readonly unknown[]): readonly Combination[] {
  if (given.length === 0) throw fault(document, [], 'write at least one variant, for example - { name: quick, pipeline.burst: 8 }');
  if (given.length > MOST_VARIANTS) throw fault(document, [], `${given.length} variants are too many; ${MOST_VARIANTS} is the most`);
  const combinations = given.map((one, index) => {
    if (!isRecord(one) || typeof one.name !== 'string' || one.name === '') {
      throw fault(document, [String(index)], 'a variant is a map with a name and dotted keys, for example { name: quick, pipeline.burst: 8 }');
    }
    const { name, ...settings } = one;
    return { name, values: Object.fromEntries(Object.entries(settings).filter(([key]) => !document.isOverridden(key))) };
  });
  const names = new Set(combinations.map((one) => one.name));
  if (names.size !== combinations.length) throw fault(document, [], 'two variants have the same name; give each its own');
  return combinations;
}

/** A map goes by the name it gives itself (`inject: [{ name: calm }, …]`). */
function nameOf(value: unknown): string {
  if (!isRecord(value)) return String(value);
  return typeof value.name === 'string' ? value.name : JSON.stringify(value);
}

export interface PlannedRun {
  readonly variant: number;
  readonly run: number;
}

/** Which variant runs when. In rounds: one run of each, then the next of each, so that the machine's drift hits all alike. */
export function runOrder(variants: number, runs: number, order: RunOrder, seed = 0): readonly PlannedRun[] {
  if (order === 'grouped') return Array.from({ length: variants * runs }, (_, i) => ({ variant: Math.floor(i / runs), run: i % runs }));
  return Array.from({ length: runs }, (_, run) => round(variants, run, order, seed)).flat();
}

/** Randomised: the order is drawn anew for each round, by the seed, so that nothing that comes in a rhythm always meets the same variant. */
export function round(variants: number, run: number, order: RunOrder, seed: number): readonly PlannedRun[] {
  const planned = Array.from({ length: variants }, (_, variant) => ({ variant, run }));
  if (order !== 'randomised') return planned;
  const random = mulberry32(seed * 1_000_003 + run);
  return planned.map((one) => ({ one, lot: random() })).sort((a, b) => a.lot - b.lot).map(({ one }) => one);
}

function fault(document: SpecDocument, path: readonly string[], what: string): SpecError {
  return new SpecError([{ where: document.where(['vary', ...path]), key: ['vary', ...path].join('.'), what }]);
}
