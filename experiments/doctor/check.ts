/** One line of the doctor's report. */

/** `bad`: the default experiment cannot run, or cannot be believed. `note`: it can, but something is slower, noisier or absent. */
export type CheckStatus = 'ok' | 'bad' | 'note';

export const GROUPS = ['processor', 'memory', 'kernel', 'probes', 'bypass', 'store', 'build', 'jitter floor'] as const;
export type CheckGroup = (typeof GROUPS)[number];

export interface Check {
  readonly group: CheckGroup;
  readonly name: string;
  readonly status: CheckStatus;
  /** What was seen, in one line. */
  readonly detail: string;
  /** The command or the step that changes it; empty where nothing needs to change, or nothing on this machine can. */
  readonly remedy: string;
}

/** A check of one group, so that the group is not repeated on every line. */
export type Verdict = Omit<Check, 'group'>;

export function ok(name: string, detail: string): Verdict {
  return { name, status: 'ok', detail, remedy: '' };
}

export function note(name: string, detail: string, remedy = ''): Verdict {
  return { name, status: 'note', detail, remedy };
}

export function bad(name: string, detail: string, remedy: string): Verdict {
  return { name, status: 'bad', detail, remedy };
}
