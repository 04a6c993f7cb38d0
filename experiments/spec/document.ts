/**
 * An experiment's YAML file as data that remembers where each value came from.
 *
 * Overrides (`--set key=value`) replace values by dotted path; a fault in one of them is reported as the override's, not the file's.
 */
import { LineCounter, isMap, isScalar, parseDocument, type Document } from 'yaml';
import { SpecError } from './errors.js';

export type Path = readonly (string | number)[];

export class SpecDocument {
  readonly file: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly #yaml: Document;
  readonly #lines: LineCounter;
  readonly #overrides: ReadonlyMap<string, string>;

  private constructor(file: string, data: Record<string, unknown>, yaml: Document, lines: LineCounter, overrides: ReadonlyMap<string, string>) {
    this.file = file;
    this.data = data;
    this.#yaml = yaml;
    this.#lines = lines;
    this.#overrides = overrides;
  }

  static parse(file: string, text: string, overrides: readonly string[] = []): SpecDocument {
    const lines = new LineCounter();
    const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const first = yaml.errors[0];
    if (first !== undefined) {
      const { line } = lines.linePos(first.pos[0]);
      throw new SpecError([{ where: `${file}:${line}`, key: '', what: `${oneLine(first.message)}; an experiment is a YAML map of settings` }]);
    }
    const data: unknown = yaml.toJS();
    if (!isRecord(data)) throw new SpecError([{ where: `${file}:1`, key: '', what: 'an experiment is a YAML map of settings; start with name: my-experiment' }]);
    const origins = new Map<string, string>();
    for (const override of overrides) applyOverride(data, override, origins);
    return new SpecDocument(file, data, yaml, lines, origins);
  }

  /** `file:line` of the value at a path, of the nearest parent that stands in the file, or the override that set it. */
  where(path: Path): string {
    for (let length = path.length; length > 0; length--) {
      const override = this.#overrides.get(path.slice(0, length).join('.'));
      if (override !== undefined) return `--set ${override}`;
      const offset = this.#offsetOf(path.slice(0, length));
      if (offset !== undefined) return `${this.file}:${this.#lines.linePos(offset).line}`;
    }
    return `${this.file}:1`;
  }

  /** A value set by an override wins over the same key in `vary`. */
  isOverridden(key: string): boolean {
    return this.#overrides.has(key);
  }

  #offsetOf(path: Path): number | undefined {
    const last = path.at(-1);
    const parent = path.length > 1 ? this.#yaml.getIn(path.slice(0, -1), true) : this.#yaml.contents;
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(last));
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0];
      return undefined;
    }
    const node = this.#yaml.getIn(path, true);
    return isScalar(node) || isMap(node) ? (node.range?.[0] ?? undefined) : undefined;
  }
}

/** Sets one dotted key of plain data, making the maps on its way. */
export function setAt(data: Record<string, unknown>, key: string, value: unknown): void {
  const steps = key.split('.');
  const last = steps.pop() ?? '';
  let at = data;
  for (const step of steps) {
    const next = at[step];
    if (isRecord(next)) {
      at = next;
    } else {
      const made: Record<string, unknown> = {};
      at[step] = made;
      at = made;
    }
  }
  at[last] = value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function applyOverride(data: Record<string, unknown>, override: string, origins: Map<string, string>): void {
  const { key, value } = readAssignment(override, `--set ${override}`, 'an override is key=value; write for example --set repeat.measure=2s');
  setAt(data, key, value);
  origins.set(key, override);
}

/** `key=value`, the key dotted, the value as YAML has it. @param where what a fault is said of */
export function readAssignment(text: string, where: string, remedy: string): { readonly key: string; readonly value: unknown } {
  const split = text.indexOf('=');
  const key = split < 0 ? text : text.slice(0, split).trim();
  if (split < 0 || !/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(key)) throw new SpecError([{ where, key: '', what: remedy }]);
  const value = parseDocument(text.slice(split + 1), { prettyErrors: false });
  const first = value.errors[0];
  if (first !== undefined) throw new SpecError([{ where, key, what: `the value does not read: ${oneLine(first.message)}` }]);
  return { key, value: value.toJS() as unknown };
}

function oneLine(message: string): string {
  return message.split('\n')[0]?.trim() ?? message;
}
