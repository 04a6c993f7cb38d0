/**
 * Rules as people write them, checked whole: everything that is wrong with a list is said at once, each fault with its remedy.
 *
 * @example parseRules([{ name: 'rtt-breach', when: 'tick_to_ack.p99 > 100us', for: '5s', notify: ['alertmanager'] }])
 */
import { asGiven } from './as_given.js';
import { Faults, RuleError, type RulePath } from './faults.js';
import { isMap, refuseUnknownKeys } from './maps.js';
import { parseBudget } from './parse_budget.js';
import { parseNotify, type Environment } from './parse_notify.js';
import { parseWhen, type WrittenCondition } from './parse_when.js';
import { QuantityError } from './quantity_error.js';
import type { Budget, Condition, Rule } from './rule.js';
import { readWholeSeconds } from './seconds.js';

const KEYS = ['name', 'when', 'for', 'over', 'severity', 'summary', 'labels', 'notify', 'abort', 'kill', 'budget'] as const;
const EXAMPLE = '{ name: rtt-breach, when: "tick_to_ack.p99 > 100us", for: 5s }';

export const DEFAULT_OVER_SECONDS = 1;
export const DEFAULT_SEVERITY = 'warning';
const MAX_SECONDS = 24 * 3600;
/** Rules are evaluated every second beside the drain; more than these are a generator gone wrong. */
const MAX_RULES = 200;
const MAX_NAME_LENGTH = 64;
const MAX_TEXT_LENGTH = 500;
const MAX_LABELS = 32;

/** Labels that the sender sets; Prometheus keeps those that begin with two underscores for itself. */
const RESERVED_LABELS: readonly string[] = ['alertname', 'severity', 'experiment', 'variant', 'run_id'];

/**
 * @param given what stands under `alerts`; nothing there is no rules
 * @param where says for a path where its text stands, for example `file:line`
 * @throws RuleError with all faults
 */
export function parseRules(given: unknown, where?: (path: RulePath) => string, environment: Environment = process.env): readonly Rule[] {
  if (given === undefined || given === null) return [];
  const faults = new Faults();
  const rules = parseList(given, faults, environment);
  if (faults.found.length > 0) throw new RuleError(faults.found, where);
  return rules;
}

function parseList(given: unknown, faults: Faults, environment: Environment): readonly Rule[] {
  if (!Array.isArray(given)) {
    faults.add([], `rules are a list; write - ${EXAMPLE}`);
    return [];
  }
  if (given.length > MAX_RULES) {
    faults.add([], `there are ${given.length} rules; keep at most ${MAX_RULES}`);
    return [];
  }
  const names = new Set<string>();
  return given.flatMap((one: unknown, index) => {
    if (isMap(one) && typeof one.name === 'string') {
      if (names.has(one.name)) faults.add([index, 'name'], `there is another rule called "${one.name}"; give each its own name`);
      names.add(one.name);
    }
    return parseRule(one, [index], faults, environment) ?? [];
  });
}

/** Undefined where it cannot be made; what is wrong stands in `faults`. */
function parseRule(given: unknown, path: RulePath, faults: Faults, environment: Environment): Rule | undefined {
  if (!isMap(given)) {
    faults.add(path, `a rule is a map; write ${EXAMPLE}`);
    return undefined;
  }
  refuseUnknownKeys(given, KEYS, path, faults);
  /** The value of a key; the default where the key is absent or wrong: then the fault stops the rule anyway. */
  const keyed = <Value>(key: (typeof KEYS)[number], otherwise: Value, read: (value: unknown) => Value): Value => {
    const value = given[key];
    return value === undefined ? otherwise : faults.attempt([...path, key], () => read(value)) ?? otherwise;
  };
  for (const key of ['name', 'when'] as const) if (given[key] === undefined) faults.add(path, `has no ${key}; write ${EXAMPLE}`);
  const budget = given.budget === undefined ? null : parseBudget(given.budget, [...path, 'budget'], faults);
  const when = keyed('when', '', readText);
  const written = when === '' ? undefined : faults.attempt([...path, 'when'], () => parseWhen(when));
  const condition = written === undefined ? undefined : withBudget(written, budget, path, faults);
  if (condition !== undefined && given.over !== undefined && !looksBack(condition)) faults.add([...path, 'over'], noWindow(condition));
  const rule = {
    name: keyed('name', '', readName),
    when,
    forSeconds: keyed('for', 0, (value) => readWholeSeconds(value, 0, MAX_SECONDS)),
    overSeconds: keyed('over', DEFAULT_OVER_SECONDS, (value) => readWholeSeconds(value, 1, MAX_SECONDS)),
    severity: keyed('severity', DEFAULT_SEVERITY, readSeverity),
    summary: keyed('summary', '', readText),
    labels: given.labels === undefined ? {} : parseLabels(given.labels, [...path, 'labels'], faults),
    notify: given.notify === undefined ? [] : parseNotify(given.notify, [...path, 'notify'], faults, environment),
    abort: keyed('abort', false, readSwitch),
    kill: keyed('kill', false, readSwitch),
    budget: budget ?? null,
  };
  return condition === undefined ? undefined : { ...rule, condition };
}

/** @param budget null: none given; undefined: given, but wrong, which is said already */
function withBudget(written: WrittenCondition, budget: Budget | null | undefined, path: RulePath, faults: Faults): Condition | undefined {
  if (written.kind !== 'burn' && written.kind !== 'burn_windows') {
    if (budget !== null) faults.add([...path, 'budget'], 'only a condition that burns one has a budget; remove it, or write when: "burn(tick_to_ack) > 14.4"');
    return written;
  }
  if (budget === undefined) return undefined;
  if (budget === null) {
    faults.add([...path, 'when'], `"burn(${written.series})" needs to know what it burns; add budget: { within: 100us, target: 99.9% }`);
    return undefined;
  }
  if (written.kind === 'burn' && budget.windows.length > 0) {
    faults.add([...path, 'budget', 'windows'], `say already how fast is too fast; write when: "burn(${written.series})", or remove windows`);
    return undefined;
  }
  if (written.kind === 'burn_windows' && budget.windows.length === 0) {
    faults.add([...path, 'when'], `"burn(${written.series})" compares with nothing; write burn(${written.series}) > 14.4, or add budget.windows`);
    return undefined;
  }
  return { ...written, budget };
}

function looksBack(condition: Condition): boolean {
  switch (condition.kind) {
    case 'counter': case 'burn_windows': return false;
    case 'event': return condition.event === 'losses';
    default: return true;
  }
}

function noWindow(condition: Condition): string {
  switch (condition.kind) {
    case 'counter': return `counts since the run began, not over a window; remove it, or write rate(${condition.counter})`;
    case 'burn_windows': return 'has its windows in budget.windows; remove it';
    default: return 'is what it is at the moment, without a window; remove it';
  }
}

function readName(given: unknown): string {
  const name = typeof given === 'string' ? given : '';
  if (name.length > MAX_NAME_LENGTH || !/^[A-Za-z][A-Za-z0-9_.-]*$/.test(name)) {
    throw new QuantityError(`${asGiven(given)} is not a name; write up to ${MAX_NAME_LENGTH} letters, digits, "-", "_" and ".", for example rtt-breach`);
  }
  return name;
}

function readSeverity(given: unknown): string {
  if (typeof given !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(given)) {
    throw new QuantityError(`${asGiven(given)} is not a severity; write one word, for example page, warning or info`);
  }
  return given;
}

function readText(given: unknown): string {
  if (typeof given !== 'string' || given.trim() === '') throw new QuantityError('is not a text; write it in quotes');
  if (given.length > MAX_TEXT_LENGTH) throw new QuantityError(`is longer than ${MAX_TEXT_LENGTH} characters; shorten it`);
  return given;
}

function readSwitch(given: unknown): boolean {
  if (typeof given !== 'boolean') throw new QuantityError(`${asGiven(given)} is not a switch; write true or false`);
  return given;
}

function parseLabels(given: unknown, path: RulePath, faults: Faults): Readonly<Record<string, string>> {
  if (!isMap(given) || Object.keys(given).length > MAX_LABELS) {
    faults.add(path, `labels are a map of at most ${MAX_LABELS} entries; write { team: execution }`);
    return {};
  }
  const read = Object.entries(given).flatMap(([name, value]) => {
    const label = faults.attempt([...path, name], () => readLabel(name, value));
    return label === undefined ? [] : [[name, label] as const];
  });
  return Object.fromEntries(read);
}

/** Names as Prometheus has them. */
function readLabel(name: string, given: unknown): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.startsWith('__')) throw new QuantityError('is not the name of a label; write letters, digits and "_", for example team');
  if (RESERVED_LABELS.includes(name)) throw new QuantityError(`is set by Hopscope itself${name === 'severity' ? "; write the rule's own severity" : '; choose another name'}`);
  if (typeof given !== 'string' || given === '') throw new QuantityError('is not a text; write it in quotes');
  return given;
}
