/** What is commanded at run time, checked by the schemas that an experiment is checked by. */
import type { z } from 'zod';
import type { Path } from '../spec/document.js';
import { faultsOf } from '../spec/load.js';
import { ControlError } from './control_error.js';

/**
 * @param at where an experiment has it, so that an unknown key can be told what it may have meant
 * @throws ControlError one line: the first fault, and how many more there are
 */
export function checked<Output>(schema: z.ZodType<Output>, given: unknown, at: Path): Output {
  const read = schema.safeParse(given, { reportInput: true });
  if (read.success) return read.data;
  const faults = read.error.issues.flatMap((issue) => faultsOf({ ...issue, path: [...at, ...issue.path] }, () => ''));
  const [first] = faults;
  const key = first === undefined ? '' : first.key.slice(at.join('.').length).replace(/^\./, '');
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  throw new ControlError(`${[key, first?.what ?? 'it cannot be read'].filter((part) => part !== '').join(': ')}${more}`);
}
