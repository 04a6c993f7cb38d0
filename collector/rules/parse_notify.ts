/** `notify: [alertmanager, { webhook: "http://127.0.0.1:9000/hook" }, { command: ["/usr/bin/logger", "-t", "hopscope"] }]` */
import { isAbsolute } from 'node:path';
import { asGiven } from './as_given.js';
import type { Faults, RulePath } from './faults.js';
import { isMap } from './maps.js';
import { nearest } from './nearest.js';
import { QuantityError } from './quantity_error.js';
import type { Target } from './rule.js';

/** Names the server that `notify: [alertmanager]` means. */
export const ALERTMANAGER_VARIABLE = 'HOPSCOPE_ALERTMANAGER';
/** Where Alertmanager listens unless it is told otherwise. */
const ALERTMANAGER_DEFAULT = 'http://127.0.0.1:9093';
const ALERTMANAGER_PATH = /\/api\/v[0-9]+\/alerts\/?$/;

const KINDS = ['alertmanager', 'webhook', 'command'] as const;
const EXAMPLE = 'write for example [alertmanager], [{ webhook: "http://127.0.0.1:9000/hook" }] or [{ command: ["/usr/bin/logger", "-t", "hopscope"] }]';

export type Environment = Readonly<Record<string, string | undefined>>;

export function parseNotify(given: unknown, path: RulePath, faults: Faults, environment: Environment): readonly Target[] {
  if (!Array.isArray(given)) {
    faults.add(path, `targets are a list; ${EXAMPLE}`);
    return [];
  }
  const seen = new Set<string>();
  return given.flatMap((one: unknown, index) => {
    const at = [...path, index];
    const target = faults.attempt(at, () => targetOf(one, environment));
    if (target === undefined) return [];
    const key = JSON.stringify(target);
    if (seen.has(key)) faults.add(at, 'is the same target as one before; remove it');
    seen.add(key);
    return [target];
  });
}

function targetOf(given: unknown, environment: Environment): Target {
  if (given === 'alertmanager') return defaultAlertmanager(environment);
  if (typeof given === 'string') throw new QuantityError(unknownKind(given));
  const entries = isMap(given) ? Object.entries(given) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw new QuantityError(`a target is the word alertmanager, or a map of one key; ${EXAMPLE}`);
  const [name, value] = entry;
  const kind = KINDS.find((known) => known === name);
  switch (kind) {
    case 'alertmanager': return { kind, url: readAlertmanagerUrl(value) };
    case 'webhook': return { kind, url: readUrl(value) };
    case 'command': return { kind, argv: readCommand(value) };
    case undefined: throw new QuantityError(unknownKind(name));
  }
}

function unknownKind(given: string): string {
  if (given === 'webhook' || given === 'command') return `${given} alone says not where to; ${EXAMPLE}`;
  const meant = nearest(given, KINDS);
  return `there is no target called "${given}"; ${meant === undefined ? EXAMPLE : `did you mean ${meant}?`}`;
}

function defaultAlertmanager(environment: Environment): Target {
  const given = environment[ALERTMANAGER_VARIABLE];
  if (given === undefined || given === '') return { kind: 'alertmanager', url: ALERTMANAGER_DEFAULT };
  try {
    return { kind: 'alertmanager', url: readAlertmanagerUrl(given) };
  } catch (error) {
    throw error instanceof QuantityError ? new QuantityError(`${ALERTMANAGER_VARIABLE} of the environment: ${error.message}`) : error;
  }
}

/** The base address, without a slash at its end. */
function readAlertmanagerUrl(given: unknown): string {
  const url = readUrl(given);
  if (ALERTMANAGER_PATH.test(url)) throw new QuantityError(`"${url}" names the API; write the address before it: ${url.replace(ALERTMANAGER_PATH, '')}`);
  return url.replace(/\/+$/, '');
}

function readUrl(given: unknown): string {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : null;
  if (typeof given !== 'string' || url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new QuantityError(`${asGiven(given)} is not an http or https address; write for example http://127.0.0.1:9093`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new QuantityError('an address with a password in it would be stored with every notification; put the receiver behind Alertmanager, which keeps its own secrets');
  }
  return given;
}

function readCommand(given: unknown): readonly string[] {
  const argv = Array.isArray(given) && given.every((one): one is string => typeof one === 'string' && !one.includes('\0')) ? given : [];
  const [program] = argv;
  if (program === undefined) throw new QuantityError('a command is a list of strings, run without a shell; write for example ["/usr/bin/logger", "-t", "hopscope"]');
  if (!isAbsolute(program)) throw new QuantityError(`"${program}" is not a full path, and PATH is not searched; write for example /usr/bin/${program === '' ? 'logger' : program.split('/').at(-1) ?? 'logger'}`);
  return argv;
}
