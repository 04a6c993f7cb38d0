/** The diagnosis as text: a mark, a name, what was seen; below it, where something can be done, the command. */
import { GROUPS, type Check, type CheckStatus } from './check.js';
import type { Diagnosis } from './doctor.js';

const MARKS: Readonly<Record<CheckStatus, string>> = { ok: '✓', bad: '✗', note: '~' };
/** ANSI: green, red, yellow. */
const COLOURS: Readonly<Record<CheckStatus, number>> = { ok: 32, bad: 31, note: 33 };

function line(check: Check, nameWidth: number, colour: boolean): string {
  const mark = colour ? `\u001b[${COLOURS[check.status]}m${MARKS[check.status]}\u001b[0m` : MARKS[check.status];
  const seen = `  ${mark} ${check.name.padEnd(nameWidth)}  ${check.detail}`;
  return check.remedy === '' ? seen : `${seen}\n    ${' '.repeat(nameWidth)}  → ${check.remedy}`;
}

function closing({ ok, checks }: Diagnosis): string {
  const names = (status: CheckStatus): readonly string[] => checks.filter((check) => check.status === status).map((check) => check.name);
  const notes = names('note').length;
  const aside = notes === 0 ? '' : `; ${notes} ${notes === 1 ? 'note' : 'notes'} (~) on what is slower, noisier or absent`;
  if (ok) return `Everything the default experiment needs is here${aside}.`;
  return `The default experiment cannot run as it should: ${names('bad').join(', ')}${aside}.`;
}

/** @param colour whether the output is a terminal */
export function formatDiagnosis(diagnosis: Diagnosis, colour: boolean): string {
  const nameWidth = Math.max(0, ...diagnosis.checks.map((check) => check.name.length));
  const groups = GROUPS.flatMap((group) => {
    const checks = diagnosis.checks.filter((check) => check.group === group);
    return checks.length === 0 ? [] : [`${group}\n${checks.map((check) => line(check, nameWidth, colour)).join('\n')}`];
  });
  return `${[...groups, closing(diagnosis)].join('\n\n')}\n`;
}
