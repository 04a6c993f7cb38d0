/** The other end of a run's control socket: what `hopscope order` and `hopscope limits` ask through. */
import { findEngines } from '../serve/find_engines.js';
import type { CommandPath } from './command_desk.js';
import { ControlError } from './control_error.js';
import { readControlFile, type ControlAddress } from './control_file.js';

/** Longer than a run takes to answer at most. */
const PATIENCE_MS = 15_000;

export interface CommandedRun {
  readonly runId: string;
  readonly address: ControlAddress;
}

/** @param wanted undefined: the only one there is. @throws ControlError */
export function commandedRun(wanted: string | undefined, running = findEngines().map(({ view }) => view.runId)): CommandedRun {
  const [only] = running;
  const runId = wanted ?? only;
  if (runId === undefined) throw new ControlError('no engine runs on this machine; start one with hopscope run');
  if (!running.includes(runId)) throw new ControlError(`no engine runs ${runId}${running.length === 0 ? '' : `; there is ${running.join(', ')}`}`);
  if (wanted === undefined && running.length > 1) throw new ControlError(`several engines run on this machine; name one with --run: ${running.join(', ')}`);
  return { runId, address: readControlFile(runId) };
}

/** @returns the answer as it came. @throws ControlError with the run's own line where it refuses */
export async function command({ address: { host, port, token }, runId }: CommandedRun, path: CommandPath, body: object): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`http://${host}:${port}${path}`, {
      method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
  } catch (error) {
    throw new ControlError(`${runId} does not answer (${reasonOf(error)}); has it just ended?`);
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : `it answered ${response.status}`;
  throw new ControlError(`${runId}: ${error}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
