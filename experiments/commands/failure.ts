/** What went wrong, in one line for the user and one exit code. */
import { SpecError } from '../spec/errors.js';

/** Errors whose message is written for the user: what is wrong and the remedy. */
const EXPECTED: ReadonlySet<string> = new Set([
  'ControlError', 'EngineError', 'HugepageError', 'NativeError', 'NetworkError', 'OutboxError', 'PermissionError', 'PlacementError', 'ResultsError', 'ServeError', 'SessionError', 'SpecError', 'StoreError', 'TestpmdError', 'UnavailableError', 'WebError',
]);

export interface Failure {
  readonly line: string;
  readonly code: 1 | 2;
}

export function explain(error: unknown): Failure {
  if (error instanceof SpecError || isRuleError(error)) return { line: error.message, code: 2 };
  if (error instanceof Error && error.name === 'QuantityError') return { line: `hopscope: ${error.message}`, code: 2 };
  if (error instanceof Error && EXPECTED.has(error.name)) return { line: `hopscope: ${error.message}`, code: 1 };
  const refused = fileRefusal(error);
  if (refused !== undefined) return { line: `hopscope: ${refused}`, code: 1 };
  const what = error instanceof Error ? (process.env.HOPSCOPE_DEBUG === undefined ? error.message : (error.stack ?? error.message)) : String(error);
  return { line: `hopscope: a fault of the program: ${what} (HOPSCOPE_DEBUG=1 shows where)`, code: 1 };
}

/** By name: commands that need no collector must not load it. */
function isRuleError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'RuleError';
}

const FILE_REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, or choose another place with --results DIR',
  EDQUOT: 'the disk quota is used up; free some space, or choose another place with --results DIR',
  EACCES: 'permission is denied; run as root, or choose another place with --results DIR',
  EPERM: 'the system forbids it; run as root, or choose another place with --results DIR',
  EROFS: 'the file system is read-only; choose another place with --results DIR',
};

/** What the file system said no to; undefined for any other error. */
function fileRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined;
  const remedy = FILE_REMEDIES[String(error.code)];
  return remedy === undefined ? undefined : `${String(error.path)}: ${remedy}`;
}
