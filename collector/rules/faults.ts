import { QuantityError } from './quantity_error.js';

/** Where in the list of rules: `[0, 'when']`. */
export type RulePath = readonly (string | number)[];

export interface RuleFault {
  readonly path: RulePath;
  /** What is wrong, with its remedy. */
  readonly what: string;
}

/** Rules that cannot be understood. One line a fault: `file:line: alerts[0].when: what is wrong; remedy`. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly faults: readonly RuleFault[];

  constructor(faults: readonly RuleFault[], where?: (path: RulePath) => string) {
    super(faults.map(({ path, what }) => [where?.(path) ?? '', shown(path), what].filter((part) => part !== '').join(': ')).join('\n'));
    this.faults = faults;
  }
}

/** Faults found so far: a reader says them all, not only the first. */
export class Faults {
  readonly #found: RuleFault[] = [];

  get found(): readonly RuleFault[] {
    return this.#found;
  }

  add(path: RulePath, what: string): void {
    this.#found.push({ path, what });
  }

  /** What `read` returns; undefined where it fails with a QuantityError, which is then a fault of this path. */
  attempt<Value>(path: RulePath, read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof QuantityError)) throw error;
      this.add(path, error.message);
      return undefined;
    }
  }
}

function shown(path: RulePath): string {
  if (path.length === 0) return '';
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`), 'alerts');
}
