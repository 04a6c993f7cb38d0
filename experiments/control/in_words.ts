/** A command as its trader would write it: for the journal of what was commanded, and the report. */
import { flatten } from '../spec/load.js';

/** `order new x`, `{ side: 'buy', quantity: '10k' }` -> `order new x side=buy quantity=10k` */
export function inWords(command: string, given: object): string {
  return [command, ...Object.entries(flatten(given)).map(([key, value]) => `${key}=${String(value)}`)].join(' ');
}
